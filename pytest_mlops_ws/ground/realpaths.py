"""Where a path really is, asked of the disk once for each directory and link."""

from __future__ import annotations

import os

#: As the kernel of Linux: a longer chain of links is taken for a loop.
MAX_LINKS = 40


class RealPaths:
    """`os.path.realpath` with a memory: ten thousand neighbours share their parents.

    For the length of one check: what moves meanwhile is not seen. Each directory, file and link
    is looked at once, and nothing below one that is not there. A loop of links ends at the link
    that closes it; a link to nowhere leads there.
    """

    __slots__ = ("_directories", "_links", "_missing")

    def __init__(self) -> None:
        #: Paths as they were asked for, and where they are.
        self._directories: dict[str, str] = {}
        #: For each path whose parent is real: what the link says, or None if it is none.
        self._links: dict[str, str | None] = {}
        self._missing: set[str] = set()

    def __call__(self, path: str) -> str:
        """Return where *path*, which is absolute, really is; of ``..`` after a link, its parent."""
        if os.name == "nt":
            return self._on_windows(path)
        parent, _, name = path.rpartition("/")
        here = self._directories.get(parent)
        if here is None:
            here = self._directories[parent] = self._follow(["/"], parent)
        return self._follow([here], name) or "/"

    def _on_windows(self, path: str) -> str:
        if path not in self._directories:
            try:
                self._directories[path] = os.path.realpath(path)
            except (OSError, ValueError):
                self._directories[path] = os.path.abspath(path)  # noqa: PTH100 -- strings throughout
        return self._directories[path]

    def _follow(self, start: list[str], path: str) -> str:
        """Return where *path* leads from a real directory; ``""`` for the file system's root."""
        here = start[0].rstrip("/")
        rest = path.split("/")
        rest.reverse()
        followed = 0
        while rest:
            name = rest.pop()
            if not name or name == ".":
                continue
            if name == "..":
                here = here.rpartition("/")[0]
                continue
            below = f"{here}/{name}"
            target = self._target(here, below)
            if target is None:
                here = below
                continue
            followed += 1
            if followed > MAX_LINKS:
                rest.reverse()
                return os.path.normpath("/".join((below, *rest)))
            if target.startswith("/"):
                here = ""
            rest.extend(reversed(target.split("/")))
        return here

    def _target(self, parent: str, path: str) -> str | None:
        try:
            return self._links[path]
        except KeyError:
            pass
        target = None
        if parent in self._missing:
            self._missing.add(path)
        else:
            try:
                target = os.readlink(path)  # noqa: PTH115 -- strings throughout
            except OSError as error:
                # Most are no links (EINVAL).
                if isinstance(error, FileNotFoundError | NotADirectoryError):
                    self._missing.add(path)
            except ValueError:  # a NUL, or what no file name can hold
                self._missing.add(path)
        self._links[path] = target
        return target


def at_home(path: str) -> str:
    """Return *path* with the home directory that ``~`` or ``~user`` begins it with, if any."""
    if path[:1] != "~":
        return path
    try:
        return os.path.expanduser(path)  # noqa: PTH111 -- strings throughout
    except ValueError:  # no name of a user
        return path
