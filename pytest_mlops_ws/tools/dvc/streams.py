"""What importing DVC does to the process's streams and loggers, undone.

``dvc/logger.py`` runs ``colorama.init()``, which replaces ``sys.stdout`` and ``sys.stderr``; it
binds log handlers to the streams of that moment; and it silences ``asyncio`` and ``aiohttp``.
Imported first inside a test that captures output, every later log of DVC would be written to a
closed file, and DVC's handlers raise then.
"""

from __future__ import annotations

import logging
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from pytest_mlops_ws.ground.imports import when_imported

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

_LOGGERS = ("dvc", "dvc_objects", "dvc_data")
_SILENCED = ("asyncio", "aiohttp")
_COLORAMA = ("orig_stdout", "orig_stderr", "wrapped_stdout", "wrapped_stderr")


@contextmanager
def current_streams() -> Iterator[None]:
    """Have DVC write to what ``sys.stdout`` and ``sys.stderr`` are when it writes.

    A DVC that is first imported inside keeps to that afterwards: the streams it was imported
    with may be gone.
    """
    if "dvc" in sys.modules:
        handlers = [(handler, handler.stream) for handler in _handlers(sys.modules["dvc"])]
        colorama = _colorama()
        try:
            _follow(sys.modules["dvc"])
            _set_colorama(dict.fromkeys(_COLORAMA))
            yield
        finally:
            _set_colorama(colorama)
            for handler, stream in handlers:
                handler.stream = stream
        return

    colorama = _colorama()
    levels = {name: logging.getLogger(name).level for name in _SILENCED}

    def imported(dvc: ModuleType) -> None:
        _follow(dvc)
        loaded = _colorama()
        for name in ("stdout", "stderr"):
            if loaded[f"orig_{name}"] and getattr(sys, name) is loaded[f"wrapped_{name}"]:
                setattr(sys, name, loaded[f"orig_{name}"])
        _set_colorama(colorama)
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)

    with when_imported("dvc", imported):
        yield


class _Current:
    """Whatever a stream of `sys` is at the moment it is asked."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> object:
        return getattr(getattr(sys, self._name), attribute)


def _handlers(dvc: ModuleType) -> list[logging.StreamHandler[Any]]:
    """Return DVC's own handlers; a user's on the same loggers are none of our business."""
    own = getattr(getattr(dvc, "logger", None), "LoggerHandler", ())
    found = (handler for name in _LOGGERS for handler in logging.getLogger(name).handlers)
    return [handler for handler in found if isinstance(handler, own)]


def _follow(dvc: ModuleType) -> None:
    for handler in _handlers(dvc):
        # Not `setStream`: it flushes the old one, which may be closed.
        name = "stderr" if handler.level >= logging.WARNING else "stdout"
        handler.stream = _Current(name)


def _colorama() -> dict[str, object]:
    module = sys.modules.get("colorama.initialise")
    return {name: getattr(module, name, None) for name in _COLORAMA}


def _set_colorama(values: dict[str, object]) -> None:
    """Without its streams, `colorama.deinit()` (DVC's JSON output calls it) leaves `sys` alone."""
    module = sys.modules.get("colorama.initialise")
    for name, value in values.items():
        if hasattr(module, name):
            setattr(module, name, value)
