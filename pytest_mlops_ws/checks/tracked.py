"""What git tracks that only tools write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mlops_ws.model.directories import REMOTES

if TYPE_CHECKING:
    from pytest_mlops_ws.checks.workspaces import Workspaces

#: Directories and files that only a tool writes, and what they are.
_WRITTEN = {
    "mlruns": "MLflow's runs",
    "mlartifacts": "MLflow's artifacts",
    "mlflow.db": "MLflow's tracking database",
}
#: The same inside ``.dvc``.
_OF_DVC = {"cache": "DVC's cache", "tmp": "DVC's temporary files"}
_AREAS = {
    "mlflow": "a tracking store",
    "models": "a model store",
    "monitoring": "an Evidently workspace",
}
_SAMPLES = frozenset({"tests", "test", "testdata", "fixtures", "examples"})


def tool_data(workspaces: Workspaces) -> dict[str, str]:
    """Return the topmost directories and files that only a tool writes, and what they are."""
    if not workspaces.files.git:
        return {}
    areas = {
        f"{project.directory}/{area}".lstrip("/"): what
        for project in workspaces.projects
        for area, what in _AREAS.items()
    }
    areas |= dict.fromkeys(
        {f"{project.base}/{REMOTES}".lstrip("/") for project in workspaces.projects},
        "DVC remotes",
    )
    found: dict[str, str] = {}
    judged: dict[str, tuple[str, str] | None] = {}
    for path in workspaces.files.tracked:
        directory, _, name = path.rpartition("/")
        if directory not in judged:
            judged[directory] = _written(directory, areas)
        topmost = judged[directory]
        if topmost is None and name in _WRITTEN and not _SAMPLES & {*directory.split("/")}:
            topmost = (path, _WRITTEN[name])
        if topmost is not None:
            found.setdefault(*topmost)
    return found


def _written(directory: str, areas: dict[str, str]) -> tuple[str, str] | None:
    """Return the topmost part of *directory* that a tool writes, and what that is."""
    parts = directory.split("/")
    if _SAMPLES & {*parts}:
        return None
    for index, part in enumerate(parts):
        here = "/".join(parts[: index + 1])
        inside_dvc = index > 0 and parts[index - 1] == ".dvc"
        what = _WRITTEN.get(part) or (_OF_DVC.get(part) if inside_dvc else None) or areas.get(here)
        if what:
            return here, what
    return None
