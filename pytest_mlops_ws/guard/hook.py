"""The audit hook: installed once, only when wanted, and switched by one variable.

An audit hook cannot be removed, and whatever it raises aborts what was about to happen. So it is a
dictionary look-up while nobody watches, and raises nothing that a watch did not hand it on purpose.
"""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Collection


class Watcher(Protocol):
    """Who is told of events."""

    @property
    def events(self) -> Collection[str]:
        """The names of the events it wants."""

    def judge(self, event: str, args: tuple[Any, ...]) -> BaseException | None:
        """Return what is to be raised instead of going on; None lets it happen."""

    def fault(self, error: BaseException) -> None:
        """Take note that `judge` itself failed; the operation goes on."""


class _Busy(threading.local):
    now = False


_busy = _Busy()
_watcher: Watcher | None = None
_wanted: frozenset[str] = frozenset()
_installed = False


def watch(watcher: Watcher | None) -> Watcher | None:
    """Let *watcher* see what this process does from now on; return who saw it so far."""
    global _watcher, _wanted, _installed  # noqa: PLW0603 -- the switch; the hook itself stays for ever
    before = _watcher
    _watcher = watcher
    _wanted = frozenset(watcher.events) if watcher else frozenset()
    if watcher is not None and not _installed:
        sys.addaudithook(_hook)
        _installed = True
    return before


def unseen(function: Callable[..., Any], *args: object) -> Any:  # noqa: ANN401 -- whatever it returns
    """Call *function*; this thread's own work is not watched meanwhile."""
    before, _busy.now = _busy.now, True
    try:
        return function(*args)
    finally:
        _busy.now = before


def _hook(event: str, args: tuple[Any, ...]) -> None:
    __tracebackhide__ = True
    if event not in _wanted:
        return
    if event == "open" and type(args[0]) is int:
        return
    watcher = _watcher
    if watcher is None or _busy.now:
        return
    _busy.now = True
    refusal = None
    try:
        refusal = watcher.judge(event, args)
    except Exception as error:  # noqa: BLE001 -- a fault of ours must never be the test's
        watcher.fault(error)
    finally:
        _busy.now = False
    if refusal is not None:
        raise refusal
