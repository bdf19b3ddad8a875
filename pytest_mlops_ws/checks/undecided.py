"""What could not be compared: a variable is not set, or nobody knows whose the code is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mlops_ws.checks.project import PLACES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_mlops_ws.checks.project import Project
    from pytest_mlops_ws.checks.workspaces import Workspaces

_KEYS = (*PLACES, "mlflow_experiment_name", "bentoml_tag_prefix")


def unset(workspaces: Workspaces) -> Iterator[tuple[Project, str, tuple[str, ...]]]:
    """Yield each project and key that needs variables which are not set, and their names."""
    for key in _KEYS:
        for project in workspaces.declaring(key):
            missing = project.missing(key)
            if missing:
                yield project, key, missing


def unowned(workspaces: Workspaces) -> list[Project]:
    """Return the projects without code, if there is code without a project."""
    territory = workspaces.territory
    silent = [
        project
        for project in workspaces.projects
        if not territory.source_paths[project.path]
        and project.reading.values.get("source_paths") is None  # type: ignore[union-attr]  # read without error
    ]
    if silent and any(
        path.endswith(".py") and territory.author(path) is None for path in workspaces.files.paths
    ):
        return silent
    return []
