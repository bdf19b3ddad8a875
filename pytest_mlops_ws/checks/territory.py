"""Whose a path is: the workspaces, their code, their DVC repositories, their derived remotes."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING

from pytest_mlops_ws.ground.foreign import is_foreign
from pytest_mlops_ws.model.directories import REMOTES
from pytest_mlops_ws.model.names import canonical

if TYPE_CHECKING:
    from pytest_mlops_ws.checks.project import Project
    from pytest_mlops_ws.checks.workspaces import Workspaces

#: What stands between a base and the name of a project in the place of a derived remote.
_REMOTE = f"{os.sep}{REMOTES}{os.sep}"
#: Of the workspaces in a directory, one and another than that.
_ENOUGH = 2


class Territory:
    """An index of the directories that are some project's own, by real path.

    Attributes:
        workspaces: the workspaces' own directories.
        sources: the directories of code and of DVC repositories: several projects may name one.
        source_paths: the directories of each project's code, relative to the repository, by the
            manifest's path; declared or derived.
    """

    def __init__(self, workspaces: Workspaces) -> None:
        self.workspaces: dict[str, Project] = {}
        self.sources: dict[str, list[Project]] = {}
        self.source_paths: dict[str, tuple[str, ...]] = {}
        self._around: dict[str, list[Project]] = {}
        self._silent: dict[str, list[Project]] = {}
        self._authors: dict[str, Project | None] = {}
        #: Whose each directory is in which something was looked up.
        self._owners: dict[str, Project | None] = {}
        self._workspaces = workspaces
        bearers = _bearers(workspaces)
        for project in workspaces.projects:
            self.workspaces.setdefault(project.root, project)
            declared = project.reading.values.get("source_paths")  # type: ignore[union-attr]  # read without error
            if isinstance(declared, list):
                paths = tuple(map(project.at, map(str, declared)))
            else:
                paths = bearers[project.top, project.tool_name]
                self._silent.setdefault(project.tool_name, []).append(project)
            self.source_paths[project.path] = paths
            data = project.value("dvc_repo_path")
            named = paths if data is None else (*paths, project.at(data))
            for directory in set(map(workspaces.absolute, named)):
                self.sources.setdefault(directory, []).append(project)

    @cached_property
    def remotes(self) -> dict[str, Project]:
        """The derived DVC remotes: few ask for one of many thousand."""
        found: dict[str, Project] = {}
        for project in self._workspaces.projects:
            base = project.root.rpartition(os.sep)[0]
            found.setdefault(f"{base}{_REMOTE}{project.name}", project)
        return found

    def _own(self, path: str) -> Project | None:
        """Return whose workspace or derived remote an absolute real path itself is."""
        own = self.workspaces.get(path)
        return self.remotes.get(path) if own is None and _REMOTE in path else own

    def owner(self, path: str) -> Project | None:
        """Return whose workspace or derived remote an absolute real path lies in."""
        own = self._own(path)
        if own is not None:
            return own
        parent = path.rpartition(os.sep)[0]
        if parent not in self._owners:
            self._owners[parent] = self._nearest(parent)
        return self._owners[parent]

    def _nearest(self, path: str) -> Project | None:
        while path:
            own = self._own(path)
            if own is not None:
                return own
            path = path.rpartition(os.sep)[0]
        return None

    def others_inside(self, path: str, project: Project) -> Project | None:
        """Return another project whose workspace lies inside an absolute real path."""
        if not self._around:
            for each in self.workspaces.values():
                self._surround(each)
        inside = self._around.get(path, [])
        return next((each for each in inside if each is not project), None)

    def _surround(self, project: Project) -> None:
        directory = project.root.rpartition(os.sep)[0]
        while directory:
            inside = self._around.setdefault(directory, [])
            if len(inside) == _ENOUGH:
                break
            inside.append(project)
            directory = directory.rpartition(os.sep)[0]

    def author(self, path: str) -> Project | None:
        """Return whose code a file of the repository is; None if nobody's, or of several.

        The nearest directory decides, as it does for a test's project: one that a manifest names,
        one that bears the name of a project whose manifest names none, or a workspace.
        """
        directory = path.rpartition("/")[0]
        if directory not in self._authors:
            self._authors[directory] = self._author(directory)
        return self._authors[directory]

    def _author(self, directory: str) -> Project | None:
        real = self._workspaces.absolute(directory)
        own = self.workspaces.get(real)
        if own is not None:
            return own
        holders = self.sources.get(real, [])
        if holders:
            return holders[0] if len(holders) == 1 else None
        if any(is_foreign(part) for part in directory.split("/") if part):
            return None
        for bearer in self._silent.get(canonical(directory.rpartition("/")[2].lower()), ()):
            if bearer.within(directory):
                return bearer
        return self.author(directory) if directory else None

    def holders(self, path: str) -> list[Project]:
        """Return whose an absolute real path is, code included: several if they share it."""
        directory = path
        while True:
            own = self._own(directory)
            if own is not None:
                return [own]
            if directory in self.sources:
                return self.sources[directory]
            parent = directory.rpartition(os.sep)[0]
            if not parent or parent == directory:
                return []
            directory = parent


def _bearers(workspaces: Workspaces) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return the deepest directories outside a base that bear the name of a silent project.

    Of the directories that hold a file git knows: what is ignored, hidden or installed is nobody's
    code. Workspaces themselves are left out, wherever they stand.

    Returns:
        For each directory from which paths count, and each name as tools see it.
    """
    found: dict[tuple[str, str], tuple[int, list[str]]] = {}
    wanted: dict[str, set[str]] = {}
    for project in filter(_is_silent, workspaces.projects):
        found[project.top, project.tool_name] = (0, [])
        wanted.setdefault(project.tool_name, set()).add(project.top)
    if not wanted:
        return {}
    bases = {project.base for project in workspaces.projects} - {""}
    seen: set[str] = set()
    for path in workspaces.files.paths:
        directory = path.rpartition("/")[0]
        while directory and directory not in seen:
            seen.add(directory)
            parent, _, last = directory.rpartition("/")
            name = canonical(last.lower())
            if name in wanted and not _excluded(directory, bases):
                depth = directory.count("/") + 1
                for top in wanted[name]:
                    if top and not directory.startswith(f"{top}/"):
                        continue
                    deepest, names = found[top, name]
                    if depth > deepest:
                        found[top, name] = (depth, [directory])
                    elif depth == deepest:
                        names.append(directory)
            directory = parent
    return {key: tuple(sorted(paths)) for key, (_, paths) in found.items()}


def _is_silent(project: Project) -> bool:
    return not isinstance(project.reading.values.get("source_paths"), list)  # type: ignore[union-attr]  # read without error


def _excluded(directory: str, bases: set[str]) -> bool:
    if any(is_foreign(name) for name in directory.split("/")):
        return True
    while directory:
        if directory in bases:
            return True
        directory = directory.rpartition("/")[0]
    return False
