"""WS207: a manifest that no loader finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mlops_ws.findings.rule import Rule
from pytest_mlops_ws.model.diagnostics import Diagnostic, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_mlops_ws.checks.workspaces import Workspaces

RULE = Rule(
    id="WS207",
    name="manifest-name",
    title="the manifest is called workspace.yml, which nothing reads",
    why="""\
A workspace is a directory with a `workspace.yaml`. One with a `workspace.yml` is not listed, its
project's tests run with derived settings or none, and beside a `workspace.yaml` it is a second
truth that people edit in vain.""",
    bad={
        "mlops/workspace/churn/workspace.yaml": "project_name: churn\n",
        "mlops/workspace/churn/workspace.yml": """\
project_name: churn
mlflow_experiment_name: churn-eval
""",
        "mlops/workspace/fraud/workspace.yml": "project_name: fraud\n",
    },
    good={
        "mlops/workspace/churn/workspace.yaml": """\
project_name: churn
mlflow_experiment_name: churn-eval
""",
        "mlops/workspace/fraud/workspace.yaml": "project_name: fraud\n",
    },
)


def check(workspaces: Workspaces) -> Iterator[Diagnostic]:
    """Yield each manifest of the wrong name."""
    for reading in workspaces.beside:
        manifest = f"{reading.path[:-3]}yaml"
        yield Diagnostic(
            RULE.id,
            "workspace.yaml beside it is read, this file is not",
            Span(reading.path),
            f"move what is missing there, then: git rm '{reading.path}'",
            related=Span(manifest),
            subject=reading.path,
        )
    for project in workspaces.projects:
        if project.path.endswith(".yml"):
            yield Diagnostic(
                RULE.id,
                "nothing reads workspace.yml: a manifest is called workspace.yaml",
                Span(project.path),
                f"git mv '{project.path}' '{project.path[:-3]}yaml'",
                projects=(project.name,),
                subject=project.path,
            )
