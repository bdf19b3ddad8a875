"""When the rules of a package have something to look at: asked before they are imported."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from pytest_mlops_ws.checks.tracked import tool_data

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pytest_mlops_ws.checks.workspaces import Workspaces


def _never(_workspaces: Workspaces) -> bool:
    """What the reader of manifests reports needs no rule: its modules only tell about it."""
    return False


def _two_meet(workspaces: Workspaces) -> bool:
    return workspaces.claims.meet()


def _code_says_something(workspaces: Workspaces) -> bool:
    return bool(workspaces.sources.mentions or workspaces.sources.unparsable)


def _tool_data_tracked(workspaces: Workspaces) -> bool:
    return bool(tool_data(workspaces))


#: For each package of `pytest_mlops_ws.checks.rules`, whether it has to be asked.
GIVEN: Mapping[str, Callable[[Workspaces], bool]] = MappingProxyType(
    {
        "reading": _never,
        "meetings": _two_meet,
        "sources": _code_says_something,
        "repository": _tool_data_tracked,
    }
)
