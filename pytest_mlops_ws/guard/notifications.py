"""What the kernel tells of changes below a directory, whoever makes them. Linux only."""

from __future__ import annotations

import ctypes
import errno
import os
import struct
import sys
from typing import TYPE_CHECKING

from pytest_mlops_ws.guard.zones import TRACKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_MODIFY, _MOVED_FROM, _MOVED_TO = 0x2, 0x40, 0x80
_CREATE, _DELETE, _IS_DIRECTORY = 0x100, 0x200, 0x40000000
_ONLY_DIRECTORIES, _DO_NOT_FOLLOW = 0x01000000, 0x02000000
_MASK = _MODIFY | _MOVED_FROM | _MOVED_TO | _CREATE | _DELETE
_OVERFLOW = 0x4000
_HEADER = struct.Struct("iIII")
_WHAT = {
    _MODIFY: "written",
    _MOVED_FROM: "moved away",
    _MOVED_TO: "moved here",
    _CREATE: "made",
    _DELETE: "removed",
}
#: Where nobody keeps what is to be protected, and where thousands of files are.
_SKIPPED = frozenset({"__pycache__", "objects", "logs", "node_modules", "site-packages", "tmp"})


class Notifications:
    """Hears of changes from the moment a directory is added.

    Attributes:
        full: whether the kernel takes no more directories.
        has_lost: whether there were more changes at once than it keeps.

    Raises:
        OSError: this system has none, or no more of them.
    """

    def __init__(self) -> None:
        if not sys.platform.startswith("linux"):
            raise OSError(errno.ENOSYS, "no notifications on this system")
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._handle = self._libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        if self._handle < 0:
            raise OSError(ctypes.get_errno(), "inotify_init1")
        self._directories: dict[int, str] = {}
        self.full = False
        self.has_lost = False

    def add(self, top: str, *, below: bool = True) -> None:
        """Hear of changes in the directory *top*, and in those *below* it."""
        waiting = [top]
        while waiting and not self.full:
            directory = waiting.pop()
            number = self._libc.inotify_add_watch(
                self._handle, os.fsencode(directory), _MASK | _ONLY_DIRECTORIES | _DO_NOT_FOLLOW
            )
            if number < 0:
                self.full = ctypes.get_errno() == errno.ENOSPC
                continue
            self._directories[number] = directory
            if below:
                waiting += _directories(directory)

    def changes(self) -> list[tuple[str, str]]:
        """Return the paths that have changed since the last call, and how, each path once."""
        found: dict[str, str] = {}
        while True:
            try:
                content = os.read(self._handle, 1 << 16)
            except BlockingIOError:
                return list(found.items())
            start = 0
            while start < len(content):
                number, mask, _, length = _HEADER.unpack_from(content, start)
                start += _HEADER.size
                name = content[start : start + length].rstrip(b"\0")
                start += length
                directory = self._directories.get(number)
                self.has_lost |= bool(mask & _OVERFLOW)
                if directory is None or not name:
                    continue
                path = f"{directory}/{os.fsdecode(name)}"
                if mask & _IS_DIRECTORY and mask & (_CREATE | _MOVED_TO):
                    self.add(path)
                    for below in _files(path):  # made before we could listen
                        found.setdefault(below, "made")
                    if mask & _CREATE and os.fsdecode(name) in TRACKING:
                        continue  # empty, it is nothing: `operations.made_directory`
                what = next((word for bit, word in _WHAT.items() if mask & bit), "changed")
                found.setdefault(path, what)

    def close(self) -> None:
        """Hear no more."""
        os.close(self._handle)


def _directories(top: str) -> Iterable[str]:
    try:
        with os.scandir(top) as entries:
            return [
                entry.path
                for entry in entries
                if entry.name not in _SKIPPED and entry.is_dir(follow_symlinks=False)
            ]
    except OSError:
        return ()


def _files(top: str) -> Iterable[str]:
    return [os.path.join(place, name) for place, _, names in os.walk(top) for name in names]  # noqa: PTH118 -- strings
