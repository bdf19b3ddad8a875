"""Where one workspace reaches into another by a link, or lies in it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from pytest_mlops_ws.model.directories import AREAS, MANIFEST, REMOTES
from pytest_mlops_ws.model.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_mlops_ws.checks.project import Project
    from pytest_mlops_ws.checks.workspaces import Workspaces


class Link(Record):
    """A symbolic link in a workspace, or in the place of one.

    Attributes:
        path: the link, relative to the repository's root.
        name: whose it is, or the name in whose place it stands.
        project: the same, if there is such a project.
        target: where it leads, all links followed.
    """

    path: str
    name: str
    project: Project | None
    target: str


class Twin(Record):
    """Two names of one file, each in a project's workspace."""

    path: str
    project: Project
    other_path: str
    other: Project


class Links:
    """What is linked in the workspaces: each of their directories is listed once, and no deeper.

    Attributes:
        links: the symbolic ones.
        twins: files that are two projects'.
    """

    def __init__(self, workspaces: Workspaces) -> None:
        self.links: list[Link] = []
        self.twins: list[Twin] = []
        self._workspaces = workspaces
        self._files: dict[int, tuple[str, Project]] = {}
        for project in workspaces.projects:
            self._look(project, project.root, "")
        for base in sorted({project.base for project in workspaces.projects} - {""}):
            self._look_beside(base)

    def crossing(self) -> Iterator[tuple[Link, Project]]:
        """Yield each link that leads into, or to what holds, what is another project's: whose."""
        territory = self._workspaces.territory
        for link in self.links:
            holders = territory.holders(link.target)
            if not holders and link.project is not None:
                other = territory.others_inside(link.target, link.project)
                holders = [] if other is None else [other]
            if holders and link.project not in holders:
                yield link, holders[0]

    def areas(self) -> list[Link]:
        """Return the links that stand for a whole area of a workspace."""
        return [
            link
            for link in self.links
            if link.project is not None
            and link.path.rpartition("/")[0] == link.project.directory
            and link.path.rpartition("/")[2] in AREAS
        ]

    def _look(self, project: Project, directory: str, inside: str) -> None:
        for entry in self._workspaces.files.entries(directory):
            name = inside + entry.name
            if entry.is_symlink():
                path = f"{project.directory}/{name}".lstrip("/")
                target = self._workspaces.real(entry.path)
                self.links.append(Link(path, project.name, project, target))
            elif name in _WITHIN and entry.is_dir():
                self._look(project, entry.path, f"{name}/")
            elif name in _EACH_ITS_OWN:
                self._pair(project, entry, name)

    def _pair(self, project: Project, entry: os.DirEntry[str], name: str) -> None:
        first, other = self._files.setdefault(entry.inode(), (name, project))
        if other is project:
            return
        first = f"{other.directory}/{first}".lstrip("/")
        if os.path.samefile(entry.path, self._workspaces.files.absolute(first)):  # noqa: PTH121 -- no pathlib in a hook
            path = f"{project.directory}/{name}".lstrip("/")
            self.twins.append(Twin(path, project, first, other))

    def _look_beside(self, base: str) -> None:
        """Look for links in the place of a workspace, and of a derived remote."""
        files = self._workspaces.files
        bearers = {project.name: project for project in self._workspaces.projects}
        for directory in (base, f"{base}/{REMOTES}"):
            for entry in files.entries(files.absolute(directory)):
                if entry.is_symlink() and entry.name[0] != ".":
                    target = self._workspaces.real(entry.path)
                    path = f"{directory}/{entry.name}"
                    project = bearers.get(entry.name) if directory != base else None
                    self.links.append(Link(path, entry.name, project, target))


def nested(workspaces: Workspaces) -> Iterator[tuple[Project, Project]]:
    """Yield each project whose workspace lies in another's, and whose that is."""
    around: dict[str, Project | None] = {}
    for project in workspaces.projects:
        parent = project.root.rpartition(os.sep)[0]
        if parent not in around:
            around[parent] = workspaces.territory.owner(parent)
        outer = around[parent]
        if outer is not None and outer is not project:
            yield project, outer


_WITHIN = frozenset({*AREAS, ".dvc"})
_EACH_ITS_OWN = frozenset({MANIFEST, "mlflow/mlflow.db", ".dvc/config"})
