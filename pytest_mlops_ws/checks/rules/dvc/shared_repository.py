"""WS407: one DVC repository over several projects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mlops_ws.findings.rule import Rule
from pytest_mlops_ws.model.diagnostics import Diagnostic, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_mlops_ws.checks.project import Project
    from pytest_mlops_ws.checks.workspaces import Workspaces

RULE = Rule(
    id="WS407",
    name="shared-repository",
    title="several projects use one DVC repository",
    why="""\
Projects in one DVC repository have one cache, one default remote and one lock: `dvc gc`, `dvc push`
and `dvc repro --all-pipelines` of one work on all of them, and a checkout of one project's older
data looks for everybody's. A directory without a `.dvc` of its own uses the nearest one above,
without a word.

Each project has its own (`dvc init --subdir`), in its workspace or where `dvc_repo_path` says. A
repository above does not look into those, and its configuration is not inherited. Only projects
count of which DVC files are tracked there, or whose manifest names it.""",
    bad={
        ".dvc/config": "[core]\n    autostage = true\n",
        "projects/churn/train.csv.dvc": "outs:\n- path: train.csv\n",
        "projects/fraud/train.csv.dvc": "outs:\n- path: train.csv\n",
        "mlops/workspace/churn/workspace.yaml": "project_name: churn\n",
        "mlops/workspace/fraud/workspace.yaml": "project_name: fraud\n",
        "mlops/workspace/scoring/workspace.yaml": "project_name: scoring\ndvc_repo_path: .\n",
    },
    good={
        ".dvc/config": "[core]\n    autostage = true\n",
        "data/reference.csv.dvc": "outs:\n- path: reference.csv\n",
        "projects/churn/.dvc/config": "",
        "projects/churn/train.csv.dvc": "outs:\n- path: train.csv\n",
        "projects/fraud/.dvc/config": "",
        "projects/fraud/train.csv.dvc": "outs:\n- path: train.csv\n",
        "mlops/workspace/churn/workspace.yaml": """\
project_name: churn
dvc_repo_path: projects/churn
""",
        "mlops/workspace/fraud/workspace.yaml": """\
project_name: fraud
dvc_repo_path: projects/fraud
""",
    },
)


def check(workspaces: Workspaces) -> Iterator[Diagnostic]:
    """Yield each project that uses what another project uses already."""
    for repository in workspaces.dvc.repositories.by_directory.values():
        users = list(repository.users)
        where = repository.directory or "the whole repository"
        for project in users[1:]:
            first = users[0]
            yield Diagnostic(
                RULE.id,
                f"{project.name} and {first.name} use one DVC repository: that of {where}",
                _span(project, repository.users[project]),
                f"cd {_home(project, repository.users[project])} && dvc init --subdir",
                related=_span(first, repository.users[first]),
                projects=(project.name, first.name),
                subject=repository.directory or ".",
            )


def _span(project: Project, evidence: str) -> Span:
    is_file = evidence not in {"project_name", "dvc_repo_path"}
    return Span(evidence) if is_file else project.span(evidence)


def _home(project: Project, evidence: str) -> str:
    is_file = evidence not in {"project_name", "dvc_repo_path"}
    return (evidence.rpartition("/")[0] if is_file else project.directory) or "."
