"""WS306: two projects in one workspace of an MLflow server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mlops_ws.findings.rule import Rule
from pytest_mlops_ws.model.diagnostics import Diagnostic
from pytest_mlops_ws.model.names import canonical

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_mlops_ws.checks.workspaces import Workspaces

RULE = Rule(
    id="WS306",
    name="same-mlflow-workspace",
    title="two projects use the same workspace of one MLflow server",
    why="""\
A server that was started with `--enable-workspaces` keeps experiments and registered models of its
workspaces apart, so names need no project in them: who has a workspace is taken to have it alone.
Two projects in one share its experiments, its registered models and its permissions: the second
`classifier` becomes version 2 of the first. One server for all projects is fine.

A workspace that a team shares on purpose is declared in `[[tool.mlops-ws.allow]]`.""",
    bad={
        "mlops/workspace/churn/workspace.yaml": """\
project_name: churn
mlflow_tracking_uri: https://mlflow.example.com
mlflow_workspace: risk
""",
        "mlops/workspace/fraud/workspace.yaml": """\
project_name: fraud
mlflow_tracking_uri: https://mlflow.example.com/
mlflow_workspace: risk
""",
    },
    good={
        "mlops/workspace/churn/workspace.yaml": """\
project_name: churn
mlflow_tracking_uri: https://mlflow.example.com
mlflow_workspace: churn
""",
        "mlops/workspace/fraud/workspace.yaml": """\
project_name: fraud
mlflow_tracking_uri: https://mlflow.example.com
mlflow_workspace: fraud
""",
    },
)


def check(workspaces: Workspaces) -> Iterator[Diagnostic]:
    """Yield each project whose MLflow workspace another one had before."""
    for pair in workspaces.claims.same("workspace"):
        culprit, victim = pair.projects
        yield Diagnostic(
            RULE.id,
            f"{culprit} uses {victim}'s MLflow workspace {pair.culprit.shown}",
            pair.culprit.span,
            f"give each project its own, such as 'mlflow_workspace: {canonical(culprit)}'",
            related=pair.victim.span,
            projects=pair.projects,
            subject=pair.culprit.key.rpartition("\n")[2],
        )
