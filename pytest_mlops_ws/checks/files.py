"""A repository's files: listed once, each read once."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

#: What a line that excuses a finding contains; files without it are not looked into again.
MARK = b"mlops-ws:"


class Files:
    """What a check reads, by path relative to the repository's root.

    Attributes:
        root: the repository's real path.
        tracked: the paths that git tracks and that are there, sorted; every path without git.
        untracked: the paths that git neither tracks nor ignores, sorted.
        git: whether git was asked.
        marked: the content of each file read that may hold a suppression.
        unreadable: why a file could not be read, by path.
        count: how many files were read.
    """

    def __init__(
        self,
        root: str,
        tracked: Iterable[str] = (),
        untracked: Iterable[str] = (),
        *,
        git: bool = True,
        overlay: Mapping[str, bytes] | None = None,
    ) -> None:
        self.root = root
        self.tracked = tuple(tracked)
        self.untracked = tuple(untracked)
        self.git = git
        self.marked: dict[str, bytes] = {}
        self.unreadable: dict[str, str] = {}
        self.count = 0
        #: What an editor has not saved yet.
        self._overlay = dict(overlay or {})

    @property
    def paths(self) -> tuple[str, ...]:
        """Every path, tracked or not."""
        return self.tracked + self.untracked

    def read(self, path: str) -> bytes | None:
        """Return a file's bytes; None if it is gone, or cannot be read, which is noted.

        Who needs the content again keeps it: nothing is read twice.
        """
        content = self._overlay.get(path)
        if content is None:
            content = self._from_disk(path)
            if content is None:
                return None
        self.count += 1
        if MARK in content:
            self.marked[path] = content
        return content

    def exists(self, path: str) -> bool:
        """Tell whether there is a file, directory or link of this name."""
        return path in self._overlay or os.path.lexists(self.absolute(path))

    def absolute(self, path: str) -> str:
        """Return where *path* is on the disk."""
        return f"{self.root}{os.sep}{path}" if path else self.root

    def relative(self, path: str) -> str | None:
        """Return an absolute path as the repository calls it; None if it is outside."""
        if path == self.root:
            return ""
        inside = self.root.rstrip(os.sep) + os.sep
        return path[len(inside) :] if path.startswith(inside) else None

    def _from_disk(self, path: str) -> bytes | None:
        # Not `open`: its buffered and decoding layers cost more than the reading.
        try:
            descriptor = os.open(self.absolute(path), os.O_RDONLY | _FLAGS)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            self.unreadable[path] = error.strerror or str(error)
            return None
        try:
            parts = [os.read(descriptor, _CHUNK)]
            while len(parts[-1]) == _CHUNK:
                parts.append(os.read(descriptor, _CHUNK))
        except OSError as error:
            self.unreadable[path] = error.strerror or str(error)
            return None
        finally:
            os.close(descriptor)
        return parts[0] if len(parts) == 1 else b"".join(parts)


# Above 64 KiB the allocator asks the system for each: a small file would cost four times as much.
_CHUNK = 1 << 15
# A name that has become a pipe must not wait for somebody to write into it.
_FLAGS = getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
