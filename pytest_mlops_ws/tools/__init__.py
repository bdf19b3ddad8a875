"""One adapter per tool. Each module or package here with a ``TOOL`` is found by itself."""

from __future__ import annotations

import importlib
import os
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_mlops_ws.tools.base import Tool


@cache
def all_tools() -> tuple[Tool, ...]:
    """Return every adapter, in the order of their names."""
    found = {name.removesuffix(".py") for name in os.listdir(__path__[0]) if name[0] != "_"}  # noqa: PTH208 -- names only
    modules = [importlib.import_module(f"{__name__}.{name}") for name in sorted(found - {"base"})]
    return tuple(module.TOOL for module in modules if hasattr(module, "TOOL"))
