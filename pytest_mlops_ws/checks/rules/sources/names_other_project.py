"""WS501: a project's code names what is another project's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mlops_ws.findings.rule import Rule
from pytest_mlops_ws.model.diagnostics import Diagnostic
from pytest_mlops_ws.model.directories import REMOTES
from pytest_mlops_ws.model.names import canonical
from pytest_mlops_ws.model.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_mlops_ws.checks.project import Project
    from pytest_mlops_ws.checks.sources.mentions import Mention
    from pytest_mlops_ws.checks.workspaces import Workspaces

_MANIFESTS = {
    "mlops/workspace/churn/workspace.yaml": "project_name: churn\n",
    "mlops/workspace/fraud/workspace.yaml": "project_name: fraud\n",
}

RULE = Rule(
    id="WS501",
    name="names-other-project",
    title="a project's code names another project's workspace, experiment or client",
    why="""\
What is written literally is what happens, whatever the manifests say: a run lands in the
neighbour's experiment, a file in its workspace. Mostly it is what was left when code was copied
from one project to another. Only literals are judged, as the syntax tree has them; what is
computed is not.

Who reads another project's data on purpose, a report over all projects for example, declares it:
`[[tool.mlops-ws.allow]]` in `pyproject.toml`.""",
    bad={
        **_MANIFESTS,
        "projects/fraud/train.py": """\
import mlflow
from pathlib import Path

DATA = Path("mlops/workspace") / "churn" / "dvc" / "train.csv"


def train():
    mlflow.set_experiment("churn")
""",
    },
    good={
        **_MANIFESTS,
        "projects/fraud/train.py": """\
import mlflow
from pathlib import Path

DATA = Path("mlops/workspace") / "fraud" / "dvc" / "train.csv"


def train():
    mlflow.set_experiment("fraud")
""",
    },
)


class _Known(Record):
    """Who bears a name, has an experiment, stands in a directory."""

    names: dict[str, Project]
    experiments: dict[str, Project]
    directories: dict[str, Project]


def check(workspaces: Workspaces) -> Iterator[Diagnostic]:
    """Yield each literal in a project's code that is another project's."""
    mentions = workspaces.sources.mentions
    if not mentions:
        return
    known = _Known({}, {}, {})
    for project in workspaces.projects:
        known.names.setdefault(project.tool_name, project)
        known.experiments.setdefault(project.experiment, project)
        known.directories.setdefault(project.directory, project)
        remote = f"{project.base}/{REMOTES}/{project.name}".lstrip("/")
        known.directories.setdefault(remote, project)
    for mention in mentions:
        victim = _victim(mention, known)
        if victim is None or victim is mention.project:
            continue
        culprit = mention.project
        thing = {"experiment": "experiment", "path": "workspace", "project": "project"}[
            mention.kind
        ]
        yield Diagnostic(
            RULE.id,
            f"{culprit.name}'s code names {victim.name}'s {thing}: {mention.text!r}",
            mention.span,
            f"use {culprit.name}'s own, or declare it in [[tool.mlops-ws.allow]]",
            related=victim.span("project_name"),
            projects=(culprit.name, victim.name),
            subject=mention.text,
        )


def _victim(mention: Mention, known: _Known) -> Project | None:
    if mention.kind == "project":
        return known.names.get(canonical(mention.text))
    if mention.kind == "experiment":
        if mention.text == mention.project.experiment:
            return mention.project
        return known.experiments.get(mention.text)
    directory = mention.text if mention.kind == "path" else ""
    while directory:
        if directory in known.directories:
            return known.directories[directory]
        directory = directory.rpartition("/")[0]
    return None
