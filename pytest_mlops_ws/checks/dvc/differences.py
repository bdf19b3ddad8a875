"""Where a manifest and the DVC configuration of its project do not name one remote."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mlops_ws.ground.locations import canonical
from pytest_mlops_ws.model.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_mlops_ws.checks.dvc.repositories import Repositories, Repository
    from pytest_mlops_ws.checks.dvc.storage import Remote
    from pytest_mlops_ws.checks.project import Project
    from pytest_mlops_ws.checks.workspaces import Workspaces
    from pytest_mlops_ws.ground.locations import Location


class Difference(Record):
    """A project whose manifest and configuration differ.

    Attributes:
        project: the project.
        repository: its DVC repository.
        manifest: the remote that the manifest means.
        remote: the default remote of the configuration; None if it has none.
        default: the default remote's name; None likewise.
    """

    project: Project
    repository: Repository
    manifest: Location
    remote: Remote | None
    default: str | None


def differences(workspaces: Workspaces, repositories: Repositories) -> Iterator[Difference]:
    """Yield them; what ``config.local`` says is one machine's own and no difference."""
    for repository in repositories.by_directory.values():
        if repository.known or repository.broken:
            continue
        for project in repository.users:
            if repositories.is_home(repository, project):
                found = _compared(workspaces, project, repository)
                if found is not None:
                    yield found


def _compared(
    workspaces: Workspaces, project: Project, repository: Repository
) -> Difference | None:
    storage = repository.storage
    default = None if storage is None else storage.default
    if storage is None or default is None:
        place = project.place("dvc_remote_path")
        if project.declared("dvc_remote_path") is None or place is None:
            return None
        return Difference(project, repository, place, None, None)
    name = default.text.lower()
    remote = storage.remotes.get(name)
    if default.span.path != repository.config:
        return None
    if remote is not None and (remote.span.path != repository.config or remote.place.problem):
        return None
    place = project.place("dvc_remote_path")
    value = project.value("dvc_remote_path")
    if value is not None and remote is not None:
        # A manifest has no way to say on which server a bucket is.
        root = workspaces.files.root
        place = canonical(value, relative_to=root, real=workspaces.real, server=remote.server)
    if place is None or (remote is not None and remote.place.same(place)):
        return None
    return Difference(project, repository, place, remote, name)
