"""From a file of DVC's to what it names; each file is read once, and parsed only if it must be."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from pytest_mlops_ws.checks.dvc import datafiles, nodes
from pytest_mlops_ws.checks.dvc.pipelines import Pipeline
from pytest_mlops_ws.checks.dvc.repositories import Unreadable
from pytest_mlops_ws.model.record import Record

if TYPE_CHECKING:
    from pytest_mlops_ws.checks.dvc.nodes import Mapping, Node
    from pytest_mlops_ws.checks.dvc.pipelines import Reference, Undecided
    from pytest_mlops_ws.checks.project import Project
    from pytest_mlops_ws.checks.workspaces import Workspaces


class Open(Record):
    """What one file leaves open.

    Attributes:
        path: the file.
        references: what could not be worked out.
        project: whose file it is.
    """

    path: str
    references: list[Undecided]
    project: Project


class Reader:
    """Reads the files of a repository.

    Attributes:
        unreadable: the files that could not be read.
        open: what could not be decided.
    """

    def __init__(self, workspaces: Workspaces) -> None:
        self.unreadable: list[Unreadable] = []
        self.open: list[Open] = []
        self._files = workspaces.files
        self._real = workspaces.real
        self._parameters: dict[str, Mapping | None] = {}

    def references(self, path: str, project: Project) -> list[Reference]:
        """Return what a ``*.dvc`` names, or a ``dvc.yaml`` and its lock, and may be elsewhere."""
        content = self._files.read(path)
        if content is None:
            return []
        if path.endswith(".dvc"):
            return self._data(path, content, project)
        root = self._parsed(path, content, project, "its stages were")
        if root is None:
            return []
        pipeline = Pipeline(root, path, self._directory(path), self._load)
        return pipeline.references + self._locked(path, pipeline, project)

    def _data(self, path: str, content: bytes, project: Project) -> list[Reference]:
        # Its one output is mostly beside it: nothing to follow, if that is a file of one name.
        if not datafiles.leaves(content) and _is_plain(self._files.absolute(path[:-4])):
            return []
        root = self._parsed(path, content, project, "its outputs were")
        return list(datafiles.data(root, path, self._directory(path)))

    def _locked(self, path: str, pipeline: Pipeline, project: Project) -> list[Reference]:
        """Return what the lock names and the ``dvc.yaml`` itself does not."""
        lock = f"{path[:-4]}lock"
        content = self._files.read(lock)
        undecided, found = pipeline.undecided, []
        if content is not None and (undecided or datafiles.leaves(content)):
            root = self._parsed(lock, content, project, "what its stages last used was")
            found = list(datafiles.lock(root, lock, pipeline.directory_of))
        known = {each.stage.partition("@")[0] for each in found}
        left = [each for each in undecided if not each.locked or each.stage not in known]
        if left:
            self.open.append(Open(path, left, project))
        seen = {(each.text, each.directory) for each in pipeline.references}
        return [each for each in found if (each.text, each.directory) not in seen]

    def _parsed(self, path: str, content: bytes, project: Project, unchecked: str) -> Node | None:
        try:
            root = nodes.parse(content)
            if root is None or isinstance(root, nodes.Mapping):
                return root
            error = nodes.UnreadableError("there are no keys at its top")
        except nodes.UnreadableError as caught:
            error = caught
        self.unreadable.append(Unreadable(error.span(path), error.message, unchecked, project))
        return None

    def _load(self, path: str) -> Mapping | None:
        """Return a file of parameters, by its absolute path; None if it is not there or no YAML."""
        path = os.path.normpath(path)
        if path not in self._parameters:
            inside = self._files.relative(path)
            content = None if inside is None else self._files.read(inside)
            root = None
            if content is not None and path.endswith((".yaml", ".yml", ".json")):
                try:
                    root = nodes.parse(content)
                except nodes.UnreadableError:
                    root = None  # what refers to it stays undecided, and that is said
            self._parameters[path] = root if isinstance(root, nodes.Mapping) else None
        return self._parameters[path]

    def _directory(self, path: str) -> str:
        return self._real(self._files.absolute(path.rpartition("/")[0]))


def _is_plain(path: str) -> bool:
    """Whether *path* leads nowhere: it is not there, or a file that has no other name."""
    try:
        status = os.lstat(path)
    except (OSError, ValueError):
        return True
    return stat.S_ISREG(status.st_mode) and status.st_nlink == 1
