"""WS316: a path that only one machine has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mlops_ws.checks.cures import without
from pytest_mlops_ws.checks.places import local
from pytest_mlops_ws.findings.rule import Rule
from pytest_mlops_ws.ground.locations import canonical, hidden
from pytest_mlops_ws.manifest.fixes import removal, replacement
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
dvc_remote_path: mlops/workspace/fraud/dvc/remote
""",
        "mlops/workspace/limits/workspace.yaml": """\
project_name: limits
dvc_remote_path: /mnt/data/dvc/limits
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
        remedy, fix = _cure(project, key, place, workspaces)
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


def _cure(
    project: Project, key: str, place: Location, workspaces: Workspaces
) -> tuple[str, Fix | None]:
    derived = project.derived(key)
    if derived is not None and derived.key == place.key:
        return f"remove {key}: that place is the derived one", removal(project.reading, key)
    value = project.value(key) or ""
    inside = workspaces.files.relative(place.path) if place.path is not None else None
    if inside and project.within(inside):
        # The same place, as the loader counts: safe, unless a variable was in it.
        path = _below(project, inside)
        if place.kind == "sqlite":
            _, question, options = value.partition("?")
            path = f"{value.partition(':')[0]}:///{path}{question}{options}"
        fix = replacement(project.reading, key, path, safe=value == project.declared(key))
        return f"write '{key}: {hidden(path)}'", fix
    if key != "dvc_remote_path":
        names, fix = without(project, key)
        return f"remove {names}: a workspace has its own; or name a server", fix
    _, own, rest = value.partition(f"/{project.directory}/")
    if own and project.directory:
        # The older system's remotes: in the workspace, wherever that then was.
        path = f"{_below(project, project.directory)}/{rest}"
        fix = replacement(project.reading, key, path, safe=False)
        return f"write '{key}: {hidden(path)}'", fix
    remote = f"{project.base}/.remotes/{project.name}".lstrip("/")
    remedy = f"move the data to {remote} and remove dvc_remote_path, or name a server or a bucket"
    return remedy, without(project, key)[1]


def _below(project: Project, path: str) -> str:
    """Return a path of the repository as the project's manifest says it."""
    return path[len(project.top) :].lstrip("/")
