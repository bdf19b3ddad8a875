"""WS316: a path that only one machine has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mlops_ws.checks.places import local
from pytest_mlops_ws.findings.rule import Rule
from pytest_mlops_ws.ground.locations import canonical
from pytest_mlops_ws.model.diagnostics import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_mlops_ws.checks.project import Project
    from pytest_mlops_ws.checks.workspaces import Workspaces
    from pytest_mlops_ws.ground.locations import Location
    from pytest_mlops_ws.model.diagnostics import Fix

RULE = Rule(
    id="WS316",
    name="absolute-path",
    title="an absolute path that other machines do not have",
    why="""\
A manifest is in git, and read wherever the repository is cloned. A path into somebody's home
directory, a temporary directory or this very checkout means nothing there, or something else: CI
writes into a directory that is thrown away, and a colleague's runs are not where yours are. The
older system wrote all of them. A mounted disk that everybody has (`/mnt/…`, `/data/…`) is no
finding.""",
    bad={
        "mlops/workspace/churn/workspace.yaml": """\
project_name: churn
mlflow_tracking_uri: file:///tmp/mlflow
""",
        "mlops/workspace/fraud/workspace.yaml": """\
project_name: fraud
dvc_remote_path: /home/someone/toolkit/mlops/workspace/fraud/dvc/remote
""",
    },
    good={
        "mlops/workspace/churn/workspace.yaml": """\
project_name: churn
mlflow_tracking_uri: https://mlflow.example.com
""",
        "mlops/workspace/fraud/workspace.yaml": """\
project_name: fraud
dvc_remote_path: /mnt/data/dvc/fraud
""",
    },
    severity="warning",
    fixable=True,
)

_PERSONAL = {
    "/home/": "somebody's home directory",
    "/Users/": "somebody's home directory",
    "/root/": "somebody's home directory",
    "/tmp/": "a temporary directory",  # noqa: S108 -- nothing is written there
    "/var/tmp/": "a temporary directory",  # noqa: S108 -- likewise
    "/private/": "a temporary directory",
}


def check(workspaces: Workspaces) -> Iterator[Diagnostic]:
    """Yield each path that means nothing on another machine."""
    for project, key, place in local(workspaces):
        where = _where(project, key, place, workspaces)
        if where is None:
            continue
        remedy, fix = _cure(project, key, place)
        yield Diagnostic(
            RULE.id,
            f"{project.name}'s {key} is a path in {where}: {place.text}",
            project.span(key),
            remedy,
            RULE.severity,
            projects=(project.name,),
            subject=place.text,
            fix=fix,
        )


def _where(project: Project, key: str, place: Location, workspaces: Workspaces) -> str | None:
    if place.path is None:
        return "a Windows drive"
    if project.is_relative(key):
        return None
    if workspaces.files.relative(place.path) is not None:
        return "this checkout"
    written = canonical(project.value(key) or "", relative_to="/", real=None).path or ""
    return next((what for above, what in _PERSONAL.items() if written.startswith(above)), None)


def _cure(project: Project, key: str, place: Location) -> tuple[str, Fix | None]:
    from pytest_mlops_ws.manifest.fixes import removal, replacement

    derived = project.derived(key)
    if derived is not None and derived.key == place.key:
        return f"remove {key}: that place is the derived one", removal(project.reading, key)
    if key != "dvc_remote_path":
        return (
            f"remove {key}: a workspace has its own; or name a server",
            removal(project.reading, key, safe=False),
        )
    _, own, rest = place.text.partition(f"/{project.directory}/")
    if own and project.directory:
        # The older system's remotes: in the workspace, wherever that then was.
        path = f"{project.directory}/{rest}"
        return f"write 'dvc_remote_path: {path}'", replacement(
            project.reading, key, path, safe=False
        )
    remote = f"{project.base}/.remotes/{project.name}".lstrip("/")
    remedy = f"move the data to {remote} and remove dvc_remote_path, or name a server or a bucket"
    return remedy, removal(project.reading, key, safe=False)
