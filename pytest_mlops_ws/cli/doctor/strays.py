"""What processes left behind that were killed, and that is provably of this package's making."""

from __future__ import annotations

import getpass
import os
import re
import signal
import tempfile
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_mlops_ws.ground import alive
from pytest_mlops_ws.ground.cache import existing
from pytest_mlops_ws.ground.files import locked, remove_tree, unwritable
from pytest_mlops_ws.guard import strangers
from pytest_mlops_ws.model.directories import INTERNAL, MANIFEST
from pytest_mlops_ws.model.errors import EnvironmentFailedError
from pytest_mlops_ws.model.record import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

#: A test's workspace, as `fixtures.session` numbers them; the guard's own files, but for the signs
#: of life: by them a process that is still there is known for an orphan.
_WORKSPACE = re.compile(r"\d{4,}-")
_OURS_OF_A_SESSION = ("mlops-ws", "guard-*.json", "guard-*.json.new", "guard-*.jsonl")
#: What `tempfile` appends to the name of an atomic write.
_UNFINISHED = "[a-z0-9_]" * 8


class Stray(Record):
    """One thing that was left.

    Attributes:
        text: what it is, for people.
        remove: removes it.
    """

    text: str
    remove: Callable[[], None]


def found(base: Path) -> list[Stray]:
    """Return what was left in this user's temporary files and cache, and below *base*."""
    return [*_processes(), *_sessions(), *_working(), *_templates(), *_writes(base)]


def _processes() -> Iterator[Stray]:
    for process, command in strangers.orphans():
        yield Stray(
            f"process {process} (`{command}`), which a test of a session that is gone started",
            partial(_end, process),
        )


def _end(process: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(process, signal.SIGTERM)


def _sessions() -> Iterator[Stray]:
    """Yield what killed pytest sessions have of ours; pytest keeps theirs for three days."""
    for session in _below(_temporary(), "pytest-*"):
        process = _text(session / ".lock")  # pytest removes it when it ends of itself
        places = [session, *_below(session, "popen-gw*")]
        signs = [alive.lives(each) for place in places for each in place.glob(alive.SIGNS)]
        if session.is_symlink() or not process or set(signs) != {False}:
            continue
        paths = [
            path for place in places for each in _OURS_OF_A_SESSION for path in place.glob(each)
        ]
        count = sum(
            1 for path in paths if path.is_dir() for each in path.iterdir() if _is_numbered(each)
        )
        if paths:
            noun = "workspace" if count == 1 else "workspaces"
            yield Stray(
                f"{session}: {count} {noun} of tests whose session ({process}) was killed",
                partial(_remove, paths),
            )


def _is_numbered(path: Path) -> bool:
    return _WORKSPACE.match(path.name) is not None


def _working() -> Iterator[Stray]:
    """Yield directories that a model or a bento was made in, and that no child goes on to use."""
    for path in _below(Path(tempfile.gettempdir()), f"{alive.PREFIX}*"):
        if alive.lives(path / alive.SIGN) is False and not strangers.is_used(str(path)):
            yield Stray(f"{path}: a directory for work that was killed", partial(_remove, [path]))


def _templates() -> Iterator[Stray]:
    """Yield half-built templates and half-written files of the cache that nobody is at work on."""
    for cache in existing():
        for lock in cache.glob("mlflow/*.lock"):
            template = lock.with_suffix("")
            left = [
                *lock.parent.glob(f"{template.name}.building"),
                *template.glob(f".template.*.{_UNFINISHED}"),
            ]
            if left and _is_free(lock):
                yield Stray(
                    f"{left[0]}: a template whose building was killed",
                    partial(_remove_locked, lock, left),
                )


def _writes(base: Path) -> Iterator[Stray]:
    """Yield half-written files below *base*."""
    lock = base / INTERNAL / "lock"
    names = [f".{name}.{_UNFINISHED}" for name in (MANIFEST, ".gitignore")]
    left = [path for name in names for place in (name, f"*/{name}") for path in base.glob(place)]
    if left and (not lock.exists() or _is_free(lock)):
        yield from (
            Stray(f"{path}: a write that was killed", partial(_remove_locked, lock, [path]))
            for path in sorted(left)
        )


def _remove_locked(lock: Path, paths: Iterable[Path]) -> None:
    with locked(lock, purpose="removing what was left", timeout=0):
        _remove(paths)


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        try:
            if path.is_dir() and not path.is_symlink():
                remove_tree(path)
            else:
                path.unlink(missing_ok=True)
        except OSError as error:
            raise unwritable(path, error) from error


def _is_free(lock: Path) -> bool:
    try:
        with locked(lock, purpose="looking for what was left", timeout=0):
            return True
    except EnvironmentFailedError:
        return False


def _temporary() -> Path:
    """Return where pytest has its numbered directories."""
    root = os.environ.get("PYTEST_DEBUG_TEMPROOT") or tempfile.gettempdir()
    try:
        user = getpass.getuser()
    except (ImportError, OSError, KeyError):
        user = "unknown"
    return Path(root).resolve() / f"pytest-of-{user}"


def _below(place: Path, pattern: str) -> list[Path]:
    """Return this user's own directories in *place*; another's are not ours to judge."""
    mine = os.getuid() if hasattr(os, "getuid") else None
    return sorted(
        path
        for path in place.glob(pattern)
        if path.is_dir() and (mine is None or path.lstat().st_uid == mine)
    )


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""
