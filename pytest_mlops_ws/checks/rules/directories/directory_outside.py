"""WS318: a directory that is not the project's to name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mlops_ws.checks.directories import outside
from pytest_mlops_ws.findings.rule import Rule
from pytest_mlops_ws.model.diagnostics import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_mlops_ws.checks.workspaces import Workspaces

RULE = Rule(
    id="WS318",
    name="directory-outside",
    title="a directory of code or data is outside the repository, or in another's workspace",
    why="""\
`source_paths` and `dvc_repo_path` say what of the repository is a project's. With `..` or by a link
they can name what no other clone has, and a directory in another project's workspace is that
project's: two would add, push and collect garbage in one DVC repository.""",
    bad={
        "mlops/workspace/churn/workspace.yaml": "project_name: churn\n",
        "mlops/workspace/fraud/workspace.yaml": """\
project_name: fraud
source_paths: [projects/../../fraud]
dvc_repo_path: mlops/workspace/churn
""",
    },
    good={
        "projects/fraud/.dvc/config": "",
        "projects/fraud/train.py": "",
        "mlops/workspace/churn/workspace.yaml": "project_name: churn\n",
        "mlops/workspace/fraud/workspace.yaml": """\
project_name: fraud
source_paths: [projects/fraud]
dvc_repo_path: projects/fraud
""",
    },
)


def check(workspaces: Workspaces) -> Iterator[Diagnostic]:
    """Yield each declared directory that is outside, or another's."""
    for (project, key, path, _), other in outside(workspaces):
        where = "out of the repository" if other is None else f"into {other.name}'s workspace"
        yield Diagnostic(
            RULE.id,
            f"{project.name}'s {key} leads {where}: {path}",
            project.item_span(key, path),
            f"name a directory of {project.name}'s own, relative to the repository's root",
            related=None if other is None else other.span("project_name"),
            projects=(project.name,) if other is None else (project.name, other.name),
            subject=path,
        )
