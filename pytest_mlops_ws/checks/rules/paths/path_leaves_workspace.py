"""WS302: a path that leads out of the workspace."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from pytest_mlops_ws.checks.places import local
from pytest_mlops_ws.findings.rule import Rule
from pytest_mlops_ws.model.diagnostics import Diagnostic
from pytest_mlops_ws.model.directories import REMOTES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_mlops_ws.checks.project import Project
    from pytest_mlops_ws.checks.workspaces import Workspaces

RULE = Rule(
    id="WS302",
    name="path-leaves-workspace",
    title="a path leads out of the project's workspace",
    why="""\
A workspace is the directory in which everything of a project is: it is what is backed up, moved,
compared and deleted as one, and what no other project touches. A store or a remote elsewhere in the
repository belongs to nobody: the next project may name it, too, and git may track it. A path with
`..` in it can even end in another checkout. Relative paths count from the repository's root.""",
    bad={
        "mlops/workspace/churn/workspace.yaml": """\
project_name: churn
dvc_remote_path: ../dvc-storage
""",
        "mlops/workspace/fraud/workspace.yaml": """\
project_name: fraud
dvc_remote_path: data/remote
""",
        "mlops/workspace/limits/workspace.yaml": """\
project_name: limits
mlflow_tracking_uri: sqlite:///mlflow.db
""",
    },
    good={
        "mlops/workspace/churn/workspace.yaml": """\
project_name: churn
dvc_remote_path: mlops/workspace/.remotes/churn
""",
        "mlops/workspace/fraud/workspace.yaml": """\
project_name: fraud
dvc_remote_path: mlops/workspace/fraud/dvc/remote
""",
        "mlops/workspace/limits/workspace.yaml": """\
project_name: limits
mlflow_tracking_uri: sqlite:///mlops/workspace/limits/mlflow/runs.db
""",
    },
)


def check(workspaces: Workspaces) -> Iterator[Diagnostic]:
    """Yield each path that leads out of its workspace, and into nobody's."""
    for project, key, place in local(workspaces):
        relative = project.is_relative(key)
        if place.path is None or _is_own(project, place.path, workspaces):
            continue
        inside = workspaces.files.relative(place.path)
        if inside is None and not relative:
            continue  # who writes an absolute path means another disk
        territory = workspaces.territory
        if territory.owner(place.path) or territory.others_inside(place.path, project):
            continue  # a collision of two projects, which is another rule's
        where = "out of the repository" if inside is None else "out of the workspace"
        yield Diagnostic(
            RULE.id,
            f"{project.name}'s {key} leads {where}: {place.text}",
            project.span(key),
            f"keep it below {project.directory or '.'}, or name a server or a bucket",
            projects=(project.name,),
            subject=place.text,
        )


def _is_own(project: Project, path: str, workspaces: Workspaces) -> bool:
    remote = f"{project.root.rpartition(os.sep)[0]}{os.sep}{REMOTES}{os.sep}{project.name}"
    if any(f"{path}{os.sep}".startswith(f"{own}{os.sep}") for own in (project.root, remote)):
        return True
    return project in workspaces.territory.holders(path)
