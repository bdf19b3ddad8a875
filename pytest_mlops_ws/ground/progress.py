"""What takes longer than a second says so, where someone watches; nowhere else."""

from __future__ import annotations

import os
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

#: What is done by then needs no telling.
PATIENCE_SECONDS = 1.0


@contextmanager
def progress(doing: str) -> Iterator[None]:
    """Show on a terminal that *doing* goes on, once it has taken a second; then wipe it away.

    Nothing is written, and `rich` not imported, where standard error is no terminal, or a dumb
    one.
    """
    if not _watched():
        yield
        return
    ended = threading.Event()
    teller = threading.Thread(target=_tell, args=(doing, ended), daemon=True)
    teller.start()
    try:
        yield
    finally:
        ended.set()
        teller.join()


def _watched() -> bool:
    stream = sys.stderr
    return stream is not None and stream.isatty() and os.environ.get("TERM") != "dumb"


def _tell(doing: str, ended: threading.Event) -> None:
    if ended.wait(PATIENCE_SECONDS):
        return
    from rich.console import Console

    console = Console(file=sys.stderr, no_color=bool(os.environ.get("NO_COLOR")))
    with console.status(f"{doing} …"):
        ended.wait()
