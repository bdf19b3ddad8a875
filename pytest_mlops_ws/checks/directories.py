"""The directories of the repository that manifests name: whether they are there, and whose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mlops_ws.model.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_mlops_ws.checks.project import Project
    from pytest_mlops_ws.checks.workspaces import Workspaces


class Directory(Record):
    """A directory that a manifest names.

    Attributes:
        project: whose manifest.
        key: the key that names it.
        path: as it stands there.
        real: where it really is.
    """

    project: Project
    key: str
    path: str
    real: str


def named(workspaces: Workspaces) -> Iterator[Directory]:
    """Yield each directory that is declared."""
    for project in workspaces.declaring("source_paths"):
        paths = project.reading.values["source_paths"]  # type: ignore[index]  # read without error
        for path in map(str, paths if isinstance(paths, list) else ()):
            real = workspaces.absolute(project.at(path))
            yield Directory(project, "source_paths", path, real)
    for project in workspaces.declaring("dvc_repo_path"):
        value = project.value("dvc_repo_path")
        if value is not None:
            real = workspaces.absolute(project.at(value))
            yield Directory(project, "dvc_repo_path", value, real)


def missing(workspaces: Workspaces) -> Iterator[Directory]:
    """Yield each one that is no directory."""
    for directory in workspaces.directories:
        if not workspaces.real.is_directory(directory.real):
            yield directory


def outside(workspaces: Workspaces) -> Iterator[tuple[Directory, Project | None]]:
    """Yield each one that is outside the repository, or in another project's workspace: whose."""
    for directory in workspaces.directories:
        if workspaces.files.relative(directory.real) is None:
            yield directory, None
            continue
        owner = workspaces.territory.owner(directory.real)
        if owner is not None and owner is not directory.project:
            yield directory, owner


def shared(workspaces: Workspaces) -> Iterator[tuple[Directory, Project]]:
    """Yield each directory of code that another project has named before."""
    first: dict[str, Project] = {}
    for directory in workspaces.directories:
        if directory.key == "source_paths":
            other = first.setdefault(directory.real, directory.project)
            if other is not directory.project:
                yield directory, other
