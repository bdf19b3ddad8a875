"""One rule a module. Each one here with a ``RULE`` is found by itself.

A module has ``RULE``, a `pytest_mlops_ws.findings.rule.Rule`, and ``check(workspaces)``, which
yields diagnostics. What is seen while a manifest is read (WS1xx, WS2xx) has no ``check``: its
module only tells about it.
"""

from __future__ import annotations

import importlib
import os
from functools import cache
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pytest_mlops_ws.checks.workspaces import Workspaces
    from pytest_mlops_ws.findings.rule import Rule
    from pytest_mlops_ws.model.diagnostics import Diagnostic


class RuleModule(Protocol):
    """What each module of this package offers."""

    RULE: Rule

    def check(self, workspaces: Workspaces) -> Iterator[Diagnostic]:
        """Yield what is wrong."""


@cache
def modules() -> tuple[RuleModule, ...]:
    """Return every rule's module, in the order of their ids."""
    names = {name.removesuffix(".py") for name in os.listdir(__path__[0]) if name[0] != "_"}  # noqa: PTH208 -- names only, and no pathlib in a hook
    found = [importlib.import_module(f"{__name__}.{name}") for name in sorted(names)]
    ruling = [cast("RuleModule", module) for module in found if hasattr(module, "RULE")]
    return tuple(sorted(ruling, key=lambda module: module.RULE.id))


def catalogue() -> Mapping[str, Rule]:
    """Return every rule by its id."""
    return {module.RULE.id: module.RULE for module in modules()}
