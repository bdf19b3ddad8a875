"""Processes that are none of the suite's, such as a training run of the developer's own."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_MARK = b"MLOPS_WS_GUARD_CHILD="


def is_used_by_a_stranger(top: str) -> bool:
    """Tell whether a process that no test started stands below *top*, or has a file open there."""
    inside = f"{top}/"
    for process in _processes():
        if any(f"{place}/".startswith(inside) for place in _places(process)) and not _is_ours(
            process
        ):
            return True
    return False


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
    """Tell whether *process* descends from a guarded one: it inherits a variable, or a parent."""
    try:
        with open(f"/proc/{process}/environ", "rb") as stream:  # noqa: PTH123 -- likewise
            if _MARK in stream.read():
                return True
    except OSError:
        return False
    while process > 1:
        if process == os.getpid():
            return True
        process = _parent(process)
    return False


def descendants() -> set[int]:
    """Return the processes that this one, or a child of it that is gone, has started."""
    own = os.getpid()
    return {process for process in _processes() if _parent(process) == own or _marked(process)}


def _marked(process: int) -> bool:
    """Tell whether *process* was started under the guard of this one, whoever is its parent now."""
    mark = os.environb.get(_MARK[:-1])
    if mark is None:
        return False
    try:
        with open(f"/proc/{process}/environ", "rb") as stream:  # noqa: PTH123 -- likewise
            return _MARK + mark in stream.read()
    except OSError:
        return False


def _parent(process: int) -> int:
    try:
        with open(f"/proc/{process}/stat", "rb") as stream:  # noqa: PTH123 -- likewise
            return int(stream.read().rpartition(b")")[2].split()[1])
    except (OSError, IndexError, ValueError):
        return 0
