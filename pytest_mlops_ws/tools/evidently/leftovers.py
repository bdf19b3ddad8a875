"""What ``import evidently`` leaves in the process for whoever comes after it, by name."""

from __future__ import annotations

import os
import random
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from pytest_mlops_ws.ground.imports import around_import
from pytest_mlops_ws.tools.evidently.imports import KEEPERS, pandas_options

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager


def noticed(changed: Callable[[list[str]], bool]) -> AbstractContextManager[None]:
    """Tell of what the first import of Evidently in this context changes.

    Args:
        changed: is given the names of it, and says whether it is to be put back.
    """

    @contextmanager
    def around() -> Iterator[None]:
        put_back = [keep() for keep in KEEPERS]
        before = _pieces()
        yield
        names = [name for name, value in _pieces().items() if value != before[name]]
        if names and changed(names):
            for each in put_back:
                each()

    return around_import("evidently", around)


def _pieces() -> dict[str, Any]:
    return {
        "pandas' options": pandas_options(),
        "the numbers that `random` gives": random.getstate(),
        "OpenMP's variables": {name: os.environ[name] for name in os.environ if name[:4] == "KMP_"},
    }
