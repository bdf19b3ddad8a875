"""What DVC would show on bars of its own, counted for the one line that a client shows."""

from __future__ import annotations

import importlib
import sys
import threading
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from pytest_mlops_ws.ground import progress

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_mlops_ws.ground.progress import Meter

#: Where DVC, and what copies for it, have their class of bars by name.
_PLACES = ("dvc.progress", "dvc.fs.callbacks", "dvc.lock", "dvc.scm", "dvc_data.callbacks")
#: What the bars that count files of ours begin with; others count what only DVC knows of.
_OURS = ("Adding", "Fetching", "Pushing")
_lock = threading.Lock()
_meters: list[Meter] = []
_undo = ExitStack()


@contextmanager
def counted() -> Iterator[None]:
    """Let DVC draw no bars, and count what they would show in the meter of this thread.

    Where nobody watches, DVC draws none by itself, and nothing is changed.
    """
    if sys.stderr is None or not sys.stderr.isatty():
        yield
        return
    meter = progress.current()
    with _lock:
        if not _meters:
            _install()
        _meters.append(meter)
    try:
        yield
    finally:
        with _lock:
            _meters.remove(meter)
            if not _meters:
                _undo.close()


def _install() -> None:
    for name in _PLACES:
        module: Any = importlib.import_module(name)
        stock = getattr(module, "Tqdm", None)
        if isinstance(stock, type):
            _undo.callback(setattr, module, "Tqdm", stock)
            module.Tqdm = _counting(stock)
    # A line of its own, which would be drawn over ours.
    console: Any = importlib.import_module("dvc.ui").ui.error_console
    _undo.callback(setattr, console, "quiet", console.quiet)
    console.quiet = True


def _counting(stock: Any) -> Any:  # noqa: ANN401 -- a class of tqdm's, which ships no types
    class Counting(stock):  # type: ignore[misc]  # likewise
        def __init__(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401 -- DVC's own
            super().__init__(*arguments, **{**options, "disable": True})
            self._in_bytes = bool(options.get("bytes"))
            self._ours = str(options.get("desc", "")).startswith(_OURS)
            self._known = 0

        def update(self, number: float = 1) -> None:
            """Count *number* more; a bar that is switched off would not even do that."""
            self.n += number
            if not (self._ours or self._in_bytes):
                return
            # A directory is done part by part, each with a total of its own: the largest is all.
            more = max(int(self.total or 0) - self._known, 0)
            self._known += more
            with _lock:
                # Files are copied by threads of DVC's own, which know of no meter.
                mine = progress.current()
                meter = mine if mine in _meters else _meters[-1] if _meters else mine
                if self._in_bytes:
                    meter.size += int(number)
                    meter.of_size += more
                else:
                    meter.files += int(number)
                    meter.of_files += more

    return Counting
