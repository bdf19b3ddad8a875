"""Which repository is judged, and of which paths the findings are told."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from pytest_mlops_ws.ground.work_tree import top
from pytest_mlops_ws.model.errors import UsageError
from pytest_mlops_ws.model.record import Record

if TYPE_CHECKING:
    from collections.abc import Sequence

_BASE = ("mlops", "workspace")


class Scope(Record):
    """A repository, and the part of it that somebody asks about.

    Attributes:
        root: the repository's real path.
        paths: files and directories relative to it, with ``/``; none means all.
    """

    root: str
    paths: tuple[str, ...] = ()

    def covers(self, path: str) -> bool:
        """Tell whether a file, relative to the repository's root, is asked about."""
        return not self.paths or any(
            not part or path == part or path.startswith(f"{part}/") for part in self.paths
        )


def settled(paths: Sequence[str], repository: str | None) -> Scope:
    """Return the scope of what was typed.

    Args:
        paths: files and directories, relative to the working directory.
        repository: its root, if that was typed too.

    Raises:
        UsageError: a path does not exist, or is not in the repository.
    """
    for path in paths:
        if not os.path.lexists(path):
            message = f"{path}: there is no such file or directory"
            raise UsageError(message, operation="check")
    if repository is None:
        root = _root(_directory(paths[0]) if paths else _here())
    elif os.path.isdir(repository):  # noqa: PTH112 -- likewise
        root = os.path.realpath(repository)
    else:
        message = f"--repo {repository}: there is no such directory"
        raise UsageError(message, operation="check")
    return Scope(root, tuple(relative(path, root) for path in paths))


def relative(path: str, root: str) -> str:
    """Return what *path*, relative to the working directory, is called in the repository.

    Raises:
        UsageError: it is outside.
    """
    if os.path.isdir(path):  # noqa: PTH112 -- no pathlib in a hook
        real = os.path.realpath(path)
    else:
        # A link is a file of the repository, wherever it leads.
        directory, name = os.path.split(path)
        real = os.path.join(os.path.realpath(directory), name)  # noqa: PTH118 -- likewise
    if real == root:
        return ""
    inside = root.rstrip(os.sep) + os.sep
    if not real.startswith(inside):
        message = (
            f"{path} is not in the repository {root}: check one repository at a time, or say"
            " --repo DIRECTORY"
        )
        raise UsageError(message, operation="check")
    return real[len(inside) :].replace(os.sep, "/")


def _here() -> str:
    try:
        return os.getcwd()  # noqa: PTH109 -- no pathlib in a hook
    except FileNotFoundError as error:
        message = "the working directory is gone: cd somewhere else, or say --repo DIRECTORY"
        raise UsageError(message, operation="check") from error


def _directory(path: str) -> str:
    return path if os.path.isdir(path) else os.path.dirname(path) or os.curdir  # noqa: PTH112, PTH120 -- no pathlib in a hook


def _root(start: str) -> str:
    """Return the git work tree around *start*; without one, where the workspaces are."""
    found = top(start)
    if found is not None:
        return found
    if os.environ.get("GIT_DIR"):
        # A work tree whose repository is elsewhere: git takes the working directory for it.
        return os.path.realpath(os.environ.get("GIT_WORK_TREE") or os.curdir)
    directory = os.path.realpath(start)
    while not os.path.isdir(os.path.join(directory, *_BASE)):  # noqa: PTH112, PTH118 -- no pathlib in a hook
        parent = os.path.dirname(directory)  # noqa: PTH120 -- likewise
        if parent == directory:
            return os.path.realpath(start)
        directory = parent
    return directory
