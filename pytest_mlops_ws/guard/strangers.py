"""Processes that are none of the suite's: a training run of the developer's own, a dead session's.

A process that was started under a guard inherits a variable, whose value names that guard's file;
beside it is the sign that the guard's process lives.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from pytest_mlops_ws.ground import alive

if TYPE_CHECKING:
    from collections.abc import Iterator

_MARK = "MLOPS_WS_GUARD_CHILD"
#: What it says: a directory, and in it the file of a process's guard.
_FILE = re.compile(r"(.*)/guard-(\d+)\.json")


def is_used_by_a_stranger(top: str) -> bool:
    """Tell whether a process that no test started stands below *top*, or has a file open there."""
    return any(not _is_ours(process) for process in _users(top))


def is_used(top: str) -> bool:
    """Tell whether a process, whoever's, stands below *top*, or has a file open there."""
    return any(True for _ in _users(top))


def orphans() -> list[tuple[int, str]]:
    """Return the processes that tests of a session started which is gone, with their commands."""
    return [
        (process, said)
        for process in _processes()
        if (mark := _mark(process))
        and _lives(mark, process) is False
        and (said := command(process))
    ]


def command(process: int) -> str:
    """Return what *process* runs, or its name in brackets as `ps` has it; nothing if it is over."""
    try:
        with open(f"/proc/{process}/stat", "rb") as stream:  # noqa: PTH123 -- likewise
            before, _, after = stream.read().rpartition(b")")
        if after.split()[0] == b"Z":
            return ""  # it is over, and only nobody has asked
        with open(f"/proc/{process}/cmdline", "rb") as stream:  # noqa: PTH123 -- likewise
            line = stream.read().replace(b"\0", b" ").strip()
        # The kernel shows no words for a moment of `exec`.
        named = b"[" + before.partition(b"(")[2] + b"]"
        return (line or named).decode(errors="replace")
    except (OSError, IndexError):
        return ""


def _users(top: str) -> Iterator[int]:
    inside = f"{top}/"
    for process in _processes():
        if any(f"{place}/".startswith(inside) for place in _places(process)):
            yield process


def _processes() -> Iterator[int]:
    own = os.getpid()
    try:
        names = os.listdir("/proc")  # noqa: PTH208 -- strings
    except OSError:
        return
    yield from (int(name) for name in names if name.isdigit() and int(name) != own)


def _places(process: int) -> Iterator[str]:
    base = f"/proc/{process}"
    try:
        yield os.readlink(f"{base}/cwd")  # noqa: PTH115 -- likewise
        for name in os.listdir(f"{base}/fd"):  # noqa: PTH208 -- likewise
            yield os.readlink(f"{base}/fd/{name}")  # noqa: PTH115 -- likewise
    except OSError:
        return  # it has gone, or is another user's: whose files these are is not ours to see


def _is_ours(process: int) -> bool:
    """Tell whether this session has started *process*, or a parent of it."""
    mark, own = _mark(process), os.environ.get(_MARK)
    if (
        mark
        and own
        and (mark == own or (_session(mark) == _session(own) and _lives(mark, process)))
    ):
        return True
    while process > 0:
        if process == os.getpid():
            return True
        process = _parent(process)
    return False


def descendants() -> set[int]:
    """Return the processes that this one, or a child of it that is gone, has started."""
    own = os.getpid()
    mark = os.environ.get(_MARK, "")
    return {
        process
        for process in _processes()
        if _parent(process) == own or (mark and _mark(process) == mark)
    }


def _mark(process: int) -> str | None:
    """Return what *process* was told of the guard it was started under, whoever is its parent."""
    try:
        with open(f"/proc/{process}/environ", "rb") as stream:  # noqa: PTH123 -- likewise
            variables = stream.read()
    except OSError:
        return None
    _, found, rest = variables.partition(f"{_MARK}=".encode())
    return os.fsdecode(rest.partition(b"\0")[0]) if found else None


def _session(mark: str) -> str:
    """Return the directory that all guards of a session have in common: workers have their own."""
    directory = os.path.dirname(mark)  # noqa: PTH120 -- likewise
    above, _, name = directory.rpartition("/")
    return above if name.startswith("popen-") else directory


def _lives(mark: str, process: int) -> bool | None:
    """Tell whether the guard lives under which *process* was started; None if nobody knows."""
    found = _FILE.fullmatch(mark)
    # As that process sees it: a container has temporary files of its own.
    return alive.lives(f"/proc/{process}/root{alive.sign(*found.groups())}") if found else None


def _parent(process: int) -> int:
    try:
        with open(f"/proc/{process}/stat", "rb") as stream:  # noqa: PTH123 -- likewise
            return int(stream.read().rpartition(b")")[2].split()[1])
    except (OSError, IndexError, ValueError):
        return 0
