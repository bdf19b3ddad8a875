"""Signs of life: a file that a process holds, and the kernel lets go of when the process ends.

Numbers of processes come again, and mean nothing to another container that shares the directory.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

#: A working directory's sign; a process's has its number, too.
SIGN = "alive"
SIGNS = f"{SIGN}-*"
#: How the names of working directories begin.
PREFIX = "mlops-ws-"

_held: list[int] = []


def sign(directory: object, process: object) -> str:
    """Return the path of *process*'s sign in *directory*."""
    return f"{directory}/{SIGN}-{process}"


def show(directory: Path) -> None:
    """Let a new file in *directory* tell until this process ends that it lives.

    The first is enough: a session inside another one's process ends before that. Where a file
    cannot be held there is none, and of this process nothing is proved.
    """
    if not _held:
        with suppress(ImportError, OSError):
            _held.append(_hold(sign(directory, os.getpid())))


def lives(path: str | Path) -> bool | None:
    """Tell whether the process lives whose sign is *path*; None if there is no sign of one."""
    try:
        import fcntl

        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except (ImportError, OSError):
        return None
    try:
        # Shared: two who ask at once do not take one another for the holder.
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return None
    else:
        return False
    finally:
        os.close(descriptor)


@contextmanager
def working_directory(purpose: str) -> Iterator[Path]:
    """Yield a new directory among the temporary files, which goes at the end of the block."""
    with tempfile.TemporaryDirectory(prefix=f"{PREFIX}{purpose}-") as place:
        work = Path(place, "work")
        work.mkdir()
        descriptor = None
        with suppress(ImportError, OSError):
            descriptor = _hold(f"{place}/{SIGN}")
        try:
            yield work
        finally:
            if descriptor is not None:
                os.close(descriptor)


def _hold(path: str) -> int:
    import fcntl

    # Nobody may find it before it is held.
    descriptor = os.open(f"{path}.new", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.replace(f"{path}.new", path)  # noqa: PTH105 -- strings
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _forget() -> None:
    """Let a forked child be no sign of its parent's life."""
    while _held:
        os.close(_held.pop())


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
