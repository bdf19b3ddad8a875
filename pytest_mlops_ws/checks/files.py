"""A repository's files: listed once, each read once."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

#: What a line that excuses a finding contains; files without it are not looked into again.
MARK = b"mlops-ws:"
#: Ten times the largest file of DVC's that was seen; what is larger is no code, and no manifest.
MAX_BYTES = 100_000_000


class Files:
    """What a check reads, by path relative to the repository's root.

    Attributes:
        root: the repository's real path.
        tracked: the paths that git tracks and that are there, sorted; every path without git.
        untracked: the paths that git neither tracks nor ignores, sorted.
        git: whether git was asked.
        marked: the content of each file read that may hold a suppression.
        unreadable: why a file or directory could not be read, or not to its end, by path.
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

    def entries(self, directory: str) -> list[os.DirEntry[str]]:
        """Return what an absolute *directory* holds, by name; nothing if it cannot be read."""
        try:
            entries = list(os.scandir(directory))
        except (FileNotFoundError, NotADirectoryError):
            return []
        except OSError as error:
            self.give_up(directory, error.strerror or str(error))
            return []
        if len(entries) > 1:
            entries.sort(key=lambda entry: entry.name)
        return entries

    def give_up(self, path: str, reason: str) -> None:
        """Note that what an absolute *path* holds was not looked at, or not all of it."""
        inside = self.relative(path)
        self.unreadable[path if inside is None else inside] = reason

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
            if os.path.islink(self.absolute(path)):  # noqa: PTH114 -- no pathlib in a hook
                self.unreadable[path] = "it is a link to nowhere"
            return None
        except OSError as error:
            self.unreadable[path] = error.strerror or str(error)
            return None
        try:
            parts = [os.read(descriptor, _CHUNK)]
            if (not parts[0] or len(parts[0]) == _CHUNK) and (reason := _unfit(descriptor)):
                self.unreadable[path] = reason
                return None
            while len(parts[-1]) == _CHUNK:
                parts.append(os.read(descriptor, _CHUNK))
        except OSError as error:
            self.unreadable[path] = error.strerror or str(error)
            return None
        finally:
            os.close(descriptor)
        return parts[0] if len(parts) == 1 else b"".join(parts)


def _unfit(descriptor: int) -> str | None:
    """Say why a file that is empty, or long, is not read: a pipe is empty, a device may be endless.

    Of no other file it is asked: it costs as much as the reading.
    """
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        return "it is a pipe or a device"
    if status.st_size > MAX_BYTES:
        return f"it has {status.st_size} bytes, and no more than {MAX_BYTES} are read"
    return None


# Above 64 KiB the allocator asks the system for each: a small file would cost four times as much.
_CHUNK = 1 << 15
# A name that has become a pipe must not wait for somebody to write into it.
_FLAGS = getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
