"""WS307: two projects keep artifacts in one place, or one inside the other's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mlops_ws.checks.trespasses import trespasses
from pytest_mlops_ws.findings.rule import Rule
from pytest_mlops_ws.model.diagnostics import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_mlops_ws.checks.claims import Pair
    from pytest_mlops_ws.checks.workspaces import Workspaces

RULE = Rule(
    id="WS307",
    name="same-artifacts",
    title="two projects keep artifacts in the same place, or one inside the other's",
    why="""\
Who cleans up below an artifact location, gives it a lifetime or hands out rights to it takes
everything that lies there, the other project's models included. One bucket for all projects is
fine: it is the prefix in it that has to be each project's own, and none the beginning of another's
path.""",
    bad={
        "mlops/workspace/churn/workspace.yaml": """\
project_name: churn
mlflow_artifact_location: s3://ml-artifacts/risk/
""",
        "mlops/workspace/fraud/workspace.yaml": """\
project_name: fraud
mlflow_artifact_location: s3://ml-artifacts/risk
""",
        "mlops/workspace/limits/workspace.yaml": """\
project_name: limits
mlflow_artifact_location: s3://ml-artifacts/risk/limits
""",
        "mlops/workspace/scoring/workspace.yaml": """\
project_name: scoring
mlflow_artifact_location: mlops/workspace/fraud/mlflow/artifacts
""",
    },
    good={
        "mlops/workspace/churn/workspace.yaml": """\
project_name: churn
mlflow_artifact_location: s3://ml-artifacts/risk
""",
        "mlops/workspace/fraud/workspace.yaml": """\
project_name: fraud
mlflow_artifact_location: s3://ml-artifacts/risk-fraud
""",
        "mlops/workspace/limits/workspace.yaml": """\
project_name: limits
mlflow_artifact_location: s3://ml-artifacts/limits
""",
        "mlops/workspace/scoring/workspace.yaml": """\
project_name: scoring
""",
    },
)


def check(workspaces: Workspaces) -> Iterator[Diagnostic]:
    """Yield each artifact location that is, holds or lies in another project's."""
    seen = set()
    for pair in trespasses(workspaces, "mlflow_artifact_location"):
        seen.add(pair.second.project)
        culprit, victim = pair.projects
        around = f"{pair.first.key}/".startswith(f"{pair.second.key}/")
        where = "around" if around else "in"
        yield _diagnostic(
            pair,
            f"{culprit} keeps artifacts {where} {victim}'s workspace: {pair.second.shown}",
            "remove mlflow_artifact_location: a workspace has its own",
        )
    for pair in workspaces.claims.pairs("artifacts"):
        if pair.culprit.project in seen:
            continue
        outer, inner = pair.first, pair.second
        place = outer.shown.rstrip("/")
        one, other = outer.project.name, inner.project.name
        if outer.key == inner.key:
            message = f"{other} keeps artifacts where {one} does: {inner.shown}"
            remedy = f"let each end with its project's name: '{place}/{other}', '{place}/{one}'"
        else:
            message = f"{other} keeps artifacts inside {one}'s: {inner.shown} in {outer.shown}"
            remedy = f"let {one}'s be '{place}/{one}', or put {other}'s beside it"
        yield _diagnostic(pair, message, remedy)


def _diagnostic(pair: Pair, message: str, remedy: str) -> Diagnostic:
    return Diagnostic(
        RULE.id,
        message,
        pair.culprit.span,
        remedy,
        related=pair.victim.span,
        projects=pair.projects,
        subject=pair.culprit.shown,
    )
