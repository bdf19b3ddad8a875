"""What MLflow's migrations cost a suite: how often they ran, and for how long."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any

from pytest_mlops_ws.ground.imports import when_imported

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

_MODULE, _NAME = "mlflow.store.db.utils", "_initialize_tables"


@contextmanager
def timed(tell: Callable[[float], None]) -> Iterator[None]:
    """Call *tell* with the seconds of each migration of a fresh store."""
    originals: list[tuple[ModuleType, Any, Any]] = []

    def replace(module: ModuleType) -> None:
        original = getattr(module, _NAME, None)
        if not callable(original):
            return  # another release calls it otherwise: then this is not told

        @wraps(original)
        def initialise(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 -- MLflow's own
            start = time.perf_counter()
            try:
                return original(*args, **kwargs)
            finally:
                tell(time.perf_counter() - start)

        setattr(module, _NAME, initialise)
        originals.append((module, original, initialise))

    try:
        if _MODULE in sys.modules:
            replace(sys.modules[_MODULE])
            yield
        else:
            with when_imported(_MODULE, replace):
                yield
    finally:
        for module, original, hook in originals:
            if getattr(module, _NAME, None) is hook:
                setattr(module, _NAME, original)
