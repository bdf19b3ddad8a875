"""WS308: two projects in one local store, or one's inside the other's."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from pytest_mlops_ws.checks.cures import without
from pytest_mlops_ws.checks.trespasses import trespasses
from pytest_mlops_ws.findings.rule import Rule
from pytest_mlops_ws.model.diagnostics import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_mlops_ws.checks.claims import Pair
    from pytest_mlops_ws.checks.project import Project
    from pytest_mlops_ws.checks.workspaces import Workspaces

RULE = Rule(
    id="WS308",
    name="same-store",
    title="two projects track into the same local store, or one inside the other's",
    why="""\
A database file or a directory of runs on a disk has no users and no rights: whoever opens it can
change and delete every run in it, a migration by the newer MLflow locks the older one out, and two
writers wait for each other's locks. It is one project's, and lies in its workspace. The older
system gave every project `file:///tmp/mlflow`.

Projects that want one view over all runs share a tracking server, which is no finding.""",
    bad={
        "mlops/workspace/churn/workspace.yaml": """\
project_name: churn
mlflow_tracking_uri: file:///tmp/mlflow
""",
        "mlops/workspace/fraud/workspace.yaml": """\
project_name: fraud
mlflow_tracking_uri: /tmp/mlflow/
""",
        "mlops/workspace/limits/workspace.yaml": """\
project_name: limits
mlflow_registry_uri: sqlite:////tmp/mlflow/registry.db
""",
        "mlops/workspace/scoring/workspace.yaml": """\
project_name: scoring
mlflow_tracking_uri: sqlite:///mlops/workspace/fraud/mlflow/mlflow.db
""",
    },
    good={
        "mlops/workspace/churn/workspace.yaml": """\
project_name: churn
mlflow_tracking_uri: https://mlflow.example.com
""",
        "mlops/workspace/fraud/workspace.yaml": """\
project_name: fraud
mlflow_tracking_uri: https://mlflow.example.com
""",
        "mlops/workspace/limits/workspace.yaml": """\
project_name: limits
mlflow_registry_uri: postgresql://db.example.com/mlflow
""",
        "mlops/workspace/scoring/workspace.yaml": """\
project_name: scoring
mlflow_registry_uri: postgresql://db.example.com/mlflow
""",
    },
)


def check(workspaces: Workspaces) -> Iterator[Diagnostic]:
    """Yield each local store that is, holds or lies in another project's."""
    seen = set()
    for pair in trespasses(workspaces, "mlflow_tracking_uri", "mlflow_registry_uri"):
        if (pair.second.project, pair.second.key) in seen:
            continue
        seen.add((pair.second.project, pair.second.key))
        culprit, victim = pair.projects
        around = f"{pair.first.key}/".startswith(f"{pair.second.key}/")
        where = "around" if around else "in"
        message = f"{culprit} has a store {where} {victim}'s workspace: {pair.second.shown}"
        yield _diagnostic(pair, message)
    for pair in workspaces.claims.pairs("store"):
        # Tracking store and registry are mostly one: one word about it is enough.
        if (pair.second.project, pair.second.key) in seen:
            continue
        seen.add((pair.second.project, pair.second.key))
        one, other = pair.first, pair.second
        if one.key == other.key:
            message = f"{other.project.name} tracks where {one.project.name} does: {other.shown}"
        else:
            message = (
                f"{other.project.name} has a store inside {one.project.name}'s:"
                f" {other.shown} in {one.shown}"
            )
        yield _diagnostic(pair, message)


def _diagnostic(pair: Pair, message: str) -> Diagnostic:
    culprit = pair.culprit
    # Stores of a disk are never another repository's.
    names, fix = without(cast("Project", culprit.project), culprit.field)
    return Diagnostic(
        RULE.id,
        message,
        culprit.span,
        f"remove {names}: a workspace has a store of its own; or name a server",
        related=pair.victim.span,
        projects=pair.projects,
        subject=culprit.shown,
        fix=fix,
    )
