"""WS305: two projects log into one experiment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mlops_ws.findings.rule import Rule
from pytest_mlops_ws.model.diagnostics import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_mlops_ws.checks.workspaces import Workspaces

RULE = Rule(
    id="WS305",
    name="same-experiment",
    title="two projects log into the same experiment of the same store",
    why="""\
Runs of both projects stand in one list, and whoever compares, promotes or cleans up takes the
neighbour's runs for his own. One tracking server for all projects is fine: it is the experiment (in
its MLflow workspace, if the server has them) that has to be each project's own.""",
    bad={
        "mlops/workspace/churn/workspace.yaml": """\
project_name: churn
mlflow_tracking_uri: https://mlflow.example.com
mlflow_experiment_name: eval
""",
        "mlops/workspace/fraud/workspace.yaml": """\
project_name: fraud
mlflow_tracking_uri: https://mlflow.example.com:443/
mlflow_experiment_name: eval
""",
    },
    good={
        "mlops/workspace/churn/workspace.yaml": """\
project_name: churn
mlflow_tracking_uri: https://mlflow.example.com
mlflow_experiment_name: churn-eval
""",
        "mlops/workspace/fraud/workspace.yaml": """\
project_name: fraud
mlflow_tracking_uri: https://mlflow.example.com
mlflow_experiment_name: fraud-eval
""",
    },
)


def check(workspaces: Workspaces) -> Iterator[Diagnostic]:
    """Yield each project whose experiment another one had before."""
    for pair in workspaces.claims.same("experiment"):
        culprit, victim = pair.projects
        remedy = f"give each project its own, such as 'mlflow_experiment_name: {culprit}'"
        if pair.culprit.field == "mlflow_experiment_id":
            remedy = f"remove mlflow_experiment_id: the experiment called {culprit!r} is meant then"
        yield Diagnostic(
            RULE.id,
            f"{culprit} logs into {victim}'s experiment {pair.culprit.shown}",
            pair.culprit.span,
            remedy,
            related=pair.victim.span,
            projects=pair.projects,
            subject=pair.culprit.key.split("\n", 2)[2].partition(" ")[2],
        )
