"""The places on a disk that manifests name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mlops_ws.checks.project import PLACES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_mlops_ws.checks.project import Project
    from pytest_mlops_ws.checks.workspaces import Workspaces
    from pytest_mlops_ws.ground.locations import Location


def local(workspaces: Workspaces) -> Iterator[tuple[Project, str, Location]]:
    """Yield each project, key and place that is declared and on a disk."""
    for key in PLACES:
        for project in workspaces.declaring(key):
            place = project.place(key)
            if place is not None and place.kind in {"local", "sqlite"}:
                yield project, key, place
