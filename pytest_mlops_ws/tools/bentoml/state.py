"""What BentoML keeps in the process: its home, its stores, and whether it may be tracked.

``bentoml/_internal/configuration/containers.py`` has them as providers of `simple_di`, each of
which is asked once and then remembers. Emptied, they ask the environment anew.
"""

from __future__ import annotations

import sys
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from pytest_mlops_ws.ground.imports import when_imported

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import ModuleType

CONTAINERS = "bentoml._internal.configuration.containers"
ANALYTICS = "bentoml._internal.utils.analytics.usage_stats"
#: What a provider is told to give, and what it remembers of having been asked.
REMEMBERED = ("_override", "_cache")


@contextmanager
def isolated() -> Iterator[None]:
    """Set aside what BentoML remembers, and put it back on exit."""
    saved: list[tuple[Any, dict[str, Any]]] = []

    def set_aside(module: ModuleType) -> None:
        saved.extend((each, each.__getstate__()) for each in _providers(module))
        forget(provider for provider, _ in saved)

    with ExitStack() as undo:
        loaded = sys.modules.get(CONTAINERS)
        if loaded is not None:
            set_aside(loaded)
        else:
            undo.enter_context(when_imported(CONTAINERS, set_aside))
        _forget_opt_out()
        try:
            yield
        finally:
            put_back(saved)
            _forget_opt_out()


def _providers(module: ModuleType) -> Iterator[Any]:
    """Yield what stands in the container itself; nothing while *module* is being imported."""
    from simple_di import Provider

    container = getattr(module, "BentoMLContainer", None)
    found = (getattr(container, name, None) for name in dir(container))
    yield from (each for each in found if isinstance(each, Provider))


def forget(providers: Iterable[Any]) -> None:
    """Let *providers* ask anew."""
    for provider in providers:
        state = provider.__getstate__()
        empty = {key: _nothing() for key in REMEMBERED if key in state}
        provider.__setstate__({**state, **empty})


def put_back(saved: Iterable[tuple[Any, dict[str, Any]]]) -> None:
    """Let providers remember what was *saved* of each."""
    for provider, state in saved:
        provider.__setstate__(state)


def _nothing() -> object:
    from simple_di import sentinel

    return sentinel


def is_nothing(remembered: object) -> bool:
    """Tell whether a provider remembers nothing."""
    return remembered is None or remembered is _nothing()


def _forget_opt_out() -> None:
    """Let BentoML read its opt-out from telemetry again: it reads it once per process."""
    clear = getattr(getattr(sys.modules.get(ANALYTICS), "do_not_track", None), "cache_clear", None)
    if callable(clear):
        clear()
