"""How one tool of a workspace is: there or not, where it works, what it holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pytest_mlops_ws.model.results import Result

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class ToolStatus(Result):
    """How one tool of a workspace is.

    Attributes:
        available: whether a release that works is installed.
        version: the release that is installed, if one is.
        target: where it works: a store, a directory, a remote; passwords are not shown.
        reachable: whether that answers; None where only use can tell.
        reason: why it is not available, or not reachable, and what to type.
        counts: what is there, by kind; empty where that cannot be known.
    """

    available: bool
    version: str | None
    target: str
    reachable: bool | None = None
    reason: str | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
