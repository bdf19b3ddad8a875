"""One adapter per tool. Each module or package here with a ``TOOL`` is found by itself."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from pytest_mlops_ws.tools.base import Ambient, Tool

__all__ = ["Ambient", "Tool", "all_tools"]


@cache
def all_tools() -> tuple[Tool, ...]:
    """Return every adapter, in the order of their names."""
    modules = (
        importlib.import_module(f"{__name__}.{found.name}")
        for found in sorted(pkgutil.iter_modules(__path__), key=lambda module: module.name)
    )
    return tuple(module.TOOL for module in modules if hasattr(module, "TOOL"))
