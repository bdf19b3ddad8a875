"""What git tracks that only tools write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mlops_ws.model.directories import REMOTES

if TYPE_CHECKING:
    from collections.abc import Mapping

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
#: What lies in these is there on purpose.
_SAMPLES = frozenset({"tests", "test", "testdata", "fixtures", "examples"})
_NOBODYS = ("", "")
_A_SAMPLE = ("tests", "")


def tool_data(workspaces: Workspaces) -> dict[str, str]:
    """Return the topmost directories and files that only a tool writes, and what they are."""
    if not workspaces.files.git:
        return {}
    directories = {project.directory for project in workspaces.projects}
    areas = {name: (what, directories) for name, what in _AREAS.items()}
    areas[REMOTES] = "DVC remotes", {project.base for project in workspaces.projects}
    found: dict[str, str] = {}
    judged: dict[str, tuple[str, str]] = {"": _NOBODYS}
    for path in workspaces.files.tracked:
        directory, _, name = path.rpartition("/")
        topmost = judged.get(directory) or _judge(directory, areas, judged)
        if topmost is _NOBODYS and name in _WRITTEN:
            found[path] = _WRITTEN[name]
        elif topmost[1]:
            found.setdefault(*topmost)
    return found


def _judge(
    directory: str,
    areas: Mapping[str, tuple[str, set[str]]],
    judged: dict[str, tuple[str, str]],
) -> tuple[str, str]:
    """Return the topmost part of *directory* that a tool writes, and what that is.

    Args:
        directory: relative to the repository's root.
        areas: by name, what it is in which directories.
        judged: what this has returned before.
    """
    parent, _, name = directory.rpartition("/")
    verdict = judged.get(parent) or _judge(parent, areas, judged)
    if verdict is _NOBODYS:
        what = _WRITTEN.get(name)
        if name in areas and parent in areas[name][1]:
            what = areas[name][0]
        elif name in _OF_DVC and f"/{parent}".endswith("/.dvc"):
            what = _OF_DVC[name]
        if name in _SAMPLES:
            verdict = _A_SAMPLE
        elif what is not None:
            verdict = directory, what
    judged[directory] = verdict
    return verdict
