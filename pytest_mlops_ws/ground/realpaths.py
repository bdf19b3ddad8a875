"""Where a path really is, asked of the disk once for each directory and link."""

from __future__ import annotations

import os
from itertools import islice

#: As the kernel of Linux: a longer chain of links is taken for a loop.
MAX_LINKS = 40
#: So many names of one directory are asked for one by one; then it is listed.
_CROWD = 12
#: Of a directory that is larger, the rest stays to be asked for.
_LISTED = 20_000


class RealPaths:
    """`os.path.realpath` with a memory: ten thousand neighbours share their parents.

    For the length of one check: what moves meanwhile is not seen. Each directory, file and link
    is looked at once, and nothing below one that is not there. A loop of links ends at the link
    that closes it; a link to nowhere leads there.
    """

    __slots__ = ("_asked", "_directories", "_links", "_missing", "_seen")

    def __init__(self) -> None:
        #: Paths as they were asked for, and where they are.
        self._directories: dict[str, str] = {}
        #: For each path whose parent is real: what the link says, or None if it is none.
        self._links: dict[str, str | None] = {}
        self._missing: set[str] = set()
        #: How many names of a directory were asked for.
        self._asked: dict[str, int] = {}
        #: Real paths that are known to be directories.
        self._seen: set[str] = set()

    def __call__(self, path: str) -> str:
        """Return where *path*, which is absolute, really is; of ``..`` after a link, its parent."""
        if os.name == "nt":
            return self._on_windows(path)
        parent, _, name = path.rpartition("/")
        here = self._directories.get(parent)
        if here is None:
            here = self._directories[parent] = self._follow(["/"], parent)
        below = f"{here}/{name}"
        if self._links.get(below, "") is None:  # seen, and no link
            return below
        return self._follow([here], name) or "/"

    def is_directory(self, real: str) -> bool:
        """Tell whether there is a directory at a path that this returned."""
        return real in self._seen or os.path.isdir(real)  # noqa: PTH112 -- strings throughout

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
        asked = self._asked[parent] = self._asked.get(parent, 0) + 1
        if asked == _CROWD:
            self._list(parent)
            if path in self._links:
                return None
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

    def _list(self, parent: str) -> None:
        """Note what in *parent* is no link: one listing costs less than to ask for each name."""
        try:
            with os.scandir(parent or "/") as entries:
                for entry in islice(entries, _LISTED):
                    if not entry.is_symlink():
                        path = f"{parent}/{entry.name}"
                        self._links[path] = None
                        if entry.is_dir(follow_symlinks=False):
                            self._seen.add(path)
        except OSError:  # it may be entered, and not be read
            return


def at_home(path: str) -> str:
    """Return *path* with the home directory that ``~`` or ``~user`` begins it with, if any."""
    if path[:1] != "~":
        return path
    try:
        return os.path.expanduser(path)  # noqa: PTH111 -- strings throughout
    except ValueError:  # no name of a user
        return path
