"""WS503: git tracks what tools write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mlops_ws.findings.rule import Rule
from pytest_mlops_ws.model.diagnostics import Diagnostic, Span
from pytest_mlops_ws.model.directories import REMOTES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_mlops_ws.checks.workspaces import Workspaces

RULE = Rule(
    id="WS503",
    name="tracked-tool-data",
    title="git tracks tracking data, caches or models",
    why="""\
A tracking store, a cache or a model store changes with every run. In git it makes every run a
change of the repository, every branch a different history of runs, and every merge a conflict in a
database. What several people need goes to a tracking server, a DVC remote or a registry.

Such data below a directory of tests or examples is taken for a sample, and left alone.""",
    bad={
        "mlops/workspace/fraud/workspace.yaml": "project_name: fraud\n",
        "mlops/workspace/fraud/models/models/fraud--x/v1/model.yaml": "name: fraud--x\n",
        "projects/fraud/mlruns/0/meta.yaml": "name: Default\n",
        "projects/fraud/mlruns/0/tags/user": "someone\n",
    },
    good={
        "mlops/workspace/fraud/workspace.yaml": "project_name: fraud\n",
        "mlops/workspace/fraud/dvc/train.csv.dvc": "outs: []\n",
        "projects/fraud/tests/mlruns/0/meta.yaml": "name: Default\n",
    },
)

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


def check(workspaces: Workspaces) -> Iterator[Diagnostic]:
    """Yield each topmost directory or file that only a tool writes and that git tracks."""
    if not workspaces.files.git:
        return
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
    for place, what in found.items():
        yield Diagnostic(
            RULE.id,
            f"git tracks {what}: {place}",
            Span(place),
            f"git rm -r --cached '{place}' && echo '/{place}' >> .gitignore",
            subject=place,
        )


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
