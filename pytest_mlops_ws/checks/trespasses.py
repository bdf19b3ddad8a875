"""Declared places that lie in what is another project's own, or around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mlops_ws.checks.claims import Claim, Pair

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_mlops_ws.checks.workspaces import Workspaces


def trespasses(workspaces: Workspaces, *keys: str) -> Iterator[Pair]:
    """Yield each local place that lies in another project's workspace or remote, or around one.

    Args:
        workspaces: the projects.
        keys: which of the keys that name a place.

    Yields:
        The other project's directory, and the place.
    """
    for key in keys:
        for project in workspaces.declaring(key):
            place = project.place(key)
            if place is None or place.path is None:
                continue
            territory = workspaces.territory
            other = territory.owner(place.path)
            if other is None:
                other = territory.others_inside(place.path, project)
            if other is not None and other is not project:
                whole = Claim(other.root, other.directory, other, "project_name")
                yield Pair(whole, Claim(place.path, place.text, project, key))
