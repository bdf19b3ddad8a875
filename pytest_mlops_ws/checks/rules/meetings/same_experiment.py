"""WS305: two projects log into one experiment."""

from __future__ import annotations

import posixpath
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
its MLflow workspace, if the server has them) that has to be each project's own.

Names are compared as they are in the store. On a server, by its `http` address or its database's,
fraud's `eval` is called `fraud--eval`, for its client and inside `activate()` alike; so `eval` in
two manifests is no finding there. It is one where names stay as they are: in a local store, on
Databricks, in one workspace of a server, and beside an `mlflow_experiment_id`. Code that sets the
experiment `eval` itself is WS502's.""",
    bad={
        "mlops/workspace/churn/workspace.yaml": """\
project_name: churn
mlflow_tracking_uri: databricks
mlflow_experiment_name: /Shared/eval
""",
        "mlops/workspace/fraud/workspace.yaml": """\
project_name: fraud
mlflow_tracking_uri: databricks
mlflow_experiment_name: /Shared/eval
""",
    },
    good={
        "mlops/workspace/churn/workspace.yaml": """\
project_name: churn
mlflow_tracking_uri: databricks
mlflow_experiment_name: /Shared/churn-eval
""",
        "mlops/workspace/fraud/workspace.yaml": """\
project_name: fraud
mlflow_tracking_uri: databricks
mlflow_experiment_name: /Shared/fraud-eval
""",
    },
)


def check(workspaces: Workspaces) -> Iterator[Diagnostic]:
    """Yield each project whose experiment another one had before."""
    for pair in workspaces.claims.same("experiment"):
        culprit, victim = pair.projects
        name = pair.culprit.key.split("\n", 2)[2].partition(" ")[2]
        own = posixpath.join(posixpath.dirname(name), culprit)
        remedy = f"give each project its own, such as 'mlflow_experiment_name: {own}'"
        if pair.culprit.field == "mlflow_experiment_id":
            remedy = f"remove mlflow_experiment_id: the experiment called {culprit!r} is meant then"
        yield Diagnostic(
            RULE.id,
            f"{culprit} logs into {victim}'s experiment {pair.culprit.shown}",
            pair.culprit.span,
            remedy,
            related=pair.victim.span,
            projects=pair.projects,
            subject=name,
        )
