"""Databases of others that this process holds open: nothing is seen of a write through them.

Opening one is an event; what goes through a connection that an earlier test, a fixture or a
conftest has opened is none. SQLite counts it in the file.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from pytest_mlops_ws.ground import sqlite
from pytest_mlops_ws.guard.zones import DATABASE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pytest_mlops_ws.ground.sqlite import Count
    from pytest_mlops_ws.guard.zones import Territory

_OPEN = "/proc/self/fd"
#: Where a workspace has its store.
_EMBEDDED = f"mlflow/{DATABASE}"


class Counters:
    """Compares how often databases have been changed; no more is looked at than has been met.

    Args:
        territory: what belongs to whom.
    """

    def __init__(self, territory: Territory) -> None:
        self._territory = territory
        self._counts: dict[str, Count | None] = {}

    def meet(self, paths: Iterable[str]) -> None:
        """Count from now on for those of *paths* that are somebody's."""
        for path in paths:
            if path not in self._counts and self._territory.zone_of(path) is not None:
                self._counts[path] = sqlite.count(path)

    def __len__(self) -> int:
        return len(self._counts)

    def __contains__(self, path: str) -> bool:
        return path in self._counts

    def changed(self) -> Iterator[str]:
        """Yield the databases that were written to since the last call."""
        for path, before in self._counts.items():
            now = sqlite.count(path)
            self._counts[path] = now
            if now is not None and before is not None and now.is_later_than(before):
                yield path


def held_open() -> set[str]:
    """Return the real paths of the files that this process has open; none where nobody tells."""
    found: set[str] = set()
    try:
        descriptors = os.listdir(_OPEN)  # noqa: PTH208 -- strings
    except OSError:
        return found
    for descriptor in descriptors:
        try:
            found.add(os.readlink(f"{_OPEN}/{descriptor}"))  # noqa: PTH115 -- likewise
        except OSError:
            continue  # the one that listed them
    return found


def stores(territory: Territory) -> Iterator[str]:
    """Yield the databases that are known to be somebody's without a walk."""
    for zone in list(territory.zones.values()):
        if zone.kind == "base":
            with suppress(OSError):
                for name in os.listdir(zone.root):  # noqa: PTH208 -- strings
                    yield f"{zone.root}/{name}/{_EMBEDDED}"
        elif zone.kind == "repository":
            yield f"{zone.root}/{DATABASE}"
        elif zone.kind == "workspace":
            yield zone.root
