"""WS313: a store that is wherever a process stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mlops_ws.checks.places import local
from pytest_mlops_ws.findings.rule import Rule
from pytest_mlops_ws.model.diagnostics import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_mlops_ws.checks.workspaces import Workspaces

RULE = Rule(
    id="WS313",
    name="relative-store",
    title="an MLflow store or artifact location is a relative path",
    why="""\
MLflow counts a relative path from the directory in which a process happens to be started. One
project then has a store for each directory that anybody starts it in, and two projects that are
started in the same one share a store without a line that says so.""",
    bad={
        "mlops/workspace/fraud/workspace.yaml": """\
project_name: fraud
mlflow_tracking_uri: sqlite:///mlflow.db
mlflow_artifact_location: ./mlruns
""",
    },
    good={
        "mlops/workspace/fraud/workspace.yaml": "project_name: fraud\n",
    },
    severity="warning",
)


def check(workspaces: Workspaces) -> Iterator[Diagnostic]:
    """Yield each relative path that MLflow reads."""
    from pytest_mlops_ws.manifest.fixes import removal

    for project, key, place in local(workspaces):
        if key == "dvc_remote_path" or not project.is_relative(key):
            continue
        yield Diagnostic(
            RULE.id,
            f"{project.name}'s {key} counts from wherever a process stands: {place.text}",
            project.span(key),
            f"remove {key}: a workspace has its own; or name a server",
            RULE.severity,
            projects=(project.name,),
            subject=place.text,
            # Not safe: the runs stay where somebody once stood.
            fix=removal(project.reading, key, safe=False),
        )
