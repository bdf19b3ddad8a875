"""The directories of the repository that manifests name: whether they are there, and whose."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_mlops_ws.checks.project import Project
    from pytest_mlops_ws.checks.workspaces import Workspaces


def named(workspaces: Workspaces) -> Iterator[tuple[Project, str, str]]:
    """Yield each project, key and directory as it is declared."""
    for project in workspaces.declaring("source_paths"):
        paths = project.reading.values["source_paths"]  # type: ignore[index]  # read without error
        for path in paths if isinstance(paths, list) else ():
            yield project, "source_paths", str(path)
    for project in workspaces.declaring("dvc_repo_path"):
        path = project.value("dvc_repo_path")
        if path is not None:
            yield project, "dvc_repo_path", path


def missing(workspaces: Workspaces) -> Iterator[tuple[Project, str, str]]:
    """Yield each one that is no directory."""
    for project, key, path in named(workspaces):
        if not os.path.isdir(workspaces.files.absolute(project.at(path))):  # noqa: PTH112 -- no pathlib in a hook
            yield project, key, path


def outside(workspaces: Workspaces) -> Iterator[tuple[Project, str, str, Project | None]]:
    """Yield each one that is outside the repository, or in another project's workspace: whose."""
    for project, key, path in named(workspaces):
        real = workspaces.absolute(project.at(path))
        if workspaces.files.relative(real) is None:
            yield project, key, path, None
            continue
        owner = workspaces.territory.owner(real)
        if owner is not None and owner is not project:
            yield project, key, path, owner


def shared(workspaces: Workspaces) -> Iterator[tuple[Project, str, Project]]:
    """Yield each directory of code that another project has named before."""
    first: dict[str, Project] = {}
    for project, key, path in named(workspaces):
        if key == "source_paths":
            other = first.setdefault(workspaces.absolute(project.at(path)), project)
            if other is not project:
                yield project, path, other
