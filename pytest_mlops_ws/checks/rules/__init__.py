"""One rule a module. Each one in a package here, with a ``RULE``, is found by itself.

A module has ``RULE``, a `pytest_mlops_ws.findings.rule.Rule`, and ``check(workspaces)``, which
yields diagnostics. The packages are the occasions: what has to be there before any of a package's
rules can have something to say. A run imports the rules of the occasions that are given, and no
others: forty modules cost a hook more than reading a hundred manifests.
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
    """What each module of the packages here offers."""

    RULE: Rule

    def check(self, workspaces: Workspaces) -> Iterator[Diagnostic]:
        """Yield what is wrong."""


def occasions() -> list[str]:
    """Return the names of the packages, sorted."""
    return sorted(name for name in _names(__path__[0]) if "." not in name)


@cache
def modules(occasion: str) -> tuple[RuleModule, ...]:
    """Return the rules of one occasion, in the order of their ids."""
    package = f"{__name__}.{occasion}"
    names = [
        name.removesuffix(".py")
        for name in _names(f"{__path__[0]}{os.sep}{occasion}")
        if name.endswith(".py")
    ]
    found = [importlib.import_module(f"{package}.{name}") for name in sorted(names)]
    ruling = [cast("RuleModule", module) for module in found if hasattr(module, "RULE")]
    return tuple(sorted(ruling, key=lambda module: module.RULE.id))


def catalogue() -> Mapping[str, Rule]:
    """Return every rule by its id, sorted."""
    found = {
        module.RULE.id: module.RULE for occasion in occasions() for module in modules(occasion)
    }
    return dict(sorted(found.items()))


def _names(directory: str) -> list[str]:
    return [name for name in os.listdir(directory) if name[0] != "_"]  # noqa: PTH208 -- names only, and no pathlib in a hook
