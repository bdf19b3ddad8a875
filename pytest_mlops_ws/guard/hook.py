"""The audit hook: installed once, only when wanted, and switched by one variable.

An audit hook cannot be removed, and whatever it raises aborts what was about to happen. So it is a
dictionary look-up while nobody watches, and raises nothing that a watch did not hand it on purpose.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Protocol

from pytest_mlops_ws.ground.unwatched import unwatched

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    #: Takes an event; returns what is to be raised instead of going on. None lets it happen.
    Judge = Callable[[str, tuple[Any, ...]], BaseException | None]


class Watcher(Protocol):
    """Who is told of events.

    Attributes:
        judges: who is asked of each event that is wanted.
    """

    judges: Mapping[str, Judge]

    def fault(self, error: BaseException) -> None:
        """Take note that a judge itself failed; the operation goes on."""


_watcher: Watcher | None = None
_judges: Mapping[str, Judge] = {}
_installed = False


def watch(watcher: Watcher | None) -> Watcher | None:
    """Let *watcher* see what this process does from now on; return who saw it so far."""
    global _watcher, _judges, _installed  # noqa: PLW0603 -- the switch; the hook itself stays for ever
    before = _watcher
    _watcher = watcher
    _judges = watcher.judges if watcher else {}
    if watcher is not None and not _installed:
        sys.addaudithook(_hook)
        _installed = True
    return before


def _hook(event: str, args: tuple[Any, ...]) -> None:
    __tracebackhide__ = True
    judge = _judges.get(event)
    if judge is None or unwatched.depth:
        return
    refusal = None
    unwatched.depth = 1
    try:
        refusal = judge(event, args)
    except Exception as error:  # noqa: BLE001 -- a fault of ours must never be the test's
        watcher = _watcher
        if watcher is not None:
            watcher.fault(error)
    finally:
        unwatched.depth = 0
    if refusal is not None:
        raise refusal
