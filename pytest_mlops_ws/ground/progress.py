"""What takes longer than a second says how far it is, where someone watches; nowhere else."""

from __future__ import annotations

import os
import sys
import threading
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

#: What is done by then needs no telling.
PATIENCE_SECONDS = 1.0
_EACH_SECONDS: Final = 0.1
_THOUSAND: Final = 1000
#: What rich puts before the line.
_SPINNER_WIDTH: Final = 2
#: One line at a time: what begins meanwhile is told of when that one has ended.
_telling = threading.Lock()
_current: ContextVar[Meter | None] = ContextVar("mlops_ws_progress", default=None)


class Meter:
    """How far something is. Whoever does it counts; whoever shows it reads, at any moment.

    Attributes:
        doing: what it is.
        files: how many have been done.
        of_files: out of how many; 0 if that is not known.
        size: how many bytes have been done.
        of_size: out of how many; 0 if that is not known.
        growing: what is being written: its size is how far it is.
    """

    def __init__(self, doing: str) -> None:
        self.doing = doing
        self.files = 0
        self.of_files = 0
        self.size = 0
        self.of_size = 0
        self.growing: str | os.PathLike[str] | None = None

    def line(self) -> str:
        """Return it in words: ``pushing data … 3 of 12 files, 4.5 of 20.0 MB``."""
        size = self.size if self.growing is None else size_of(self.growing)
        parts = []
        if self.files or self.of_files:
            of_files = f" of {self.of_files}" if self.of_files else ""
            parts.append(f"{self.files}{of_files} files")
        if size or self.of_size:
            unit, power = _unit(max(size, self.of_size))
            of_size = f" of {self.of_size / power:.1f}" if self.of_size else ""
            parts.append(f"{size / power:.1f}{of_size} {unit}")
        return " ".join((self.doing, "…", ", ".join(parts))).rstrip()


@contextmanager
def progress(doing: str) -> Iterator[Meter]:
    """Show on a terminal that *doing* goes on, once it has taken a second; then wipe it away.

    Nothing is written, and `rich` not imported, where standard error is no terminal, or a dumb
    one.
    """
    meter = Meter(doing)
    token = _current.set(meter)
    try:
        if not watched():
            yield meter
            return
        ended = threading.Event()
        teller = threading.Thread(target=_tell, args=(meter, ended), daemon=True)
        teller.start()
        try:
            yield meter
        finally:
            ended.set()
            teller.join()
    finally:
        _current.reset(token)


def current() -> Meter:
    """Return the meter of what goes on in this thread or task; one that nobody reads otherwise."""
    return _current.get() or Meter("")


def watched() -> bool:
    """Whether someone would see it."""
    stream = sys.stderr
    return stream is not None and stream.isatty() and os.environ.get("TERM") != "dumb"


def size_of(path: str | os.PathLike[str]) -> int:
    """Return the bytes of a file, or of all files below a directory, as far as they can be seen."""
    total = 0
    waiting = [os.fspath(path)]
    while waiting:
        place = waiting.pop()
        try:
            if not os.path.isdir(place):  # noqa: PTH112 -- many files, ten times a second
                total += os.stat(place).st_size  # noqa: PTH116 -- likewise
                continue
            with os.scandir(place) as entries:
                waiting += [each.path for each in entries if not each.is_symlink()]
        except OSError:
            continue  # just renamed, or gone
    return total


def _unit(size: int) -> tuple[str, int]:
    power = 0
    while power < 4 and size >= _THOUSAND ** (power + 1):  # noqa: PLR2004 -- the last one below
        power += 1
    return ("B", "kB", "MB", "GB", "TB")[power], _THOUSAND**power


def _tell(meter: Meter, ended: threading.Event) -> None:
    if ended.wait(PATIENCE_SECONDS):
        return
    while not _telling.acquire(timeout=_EACH_SECONDS):
        if ended.is_set():
            return
    try:
        from rich.console import Console
        from rich.text import Text

        console = Console(file=sys.stderr)

        def line() -> Text:  # not a string, in which a name's brackets would be markup
            text = Text(meter.line())
            text.truncate(console.width - _SPINNER_WIDTH, overflow="ellipsis")
            return text

        with console.status(line()) as status:
            while not ended.wait(_EACH_SECONDS):
                status.update(line())
    finally:
        _telling.release()
