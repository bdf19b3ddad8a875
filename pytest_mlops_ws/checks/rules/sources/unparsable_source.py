"""WS504: code that could not be judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mlops_ws.findings.rule import Rule
from pytest_mlops_ws.model.diagnostics import Diagnostic, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_mlops_ws.checks.workspaces import Workspaces

RULE = Rule(
    id="WS504",
    name="unparsable-source",
    title="a project's code cannot be parsed, so it was not judged",
    why="""\
The rules about code read the syntax tree. A file that the running Python cannot parse (a template,
a merge conflict, the syntax of a newer release) takes no part, and silence about it would look like
a verdict. Nothing is wrong with the workspace: this is a note.""",
    bad={
        "mlops/workspace/fraud/workspace.yaml": "project_name: fraud\n",
        "projects/fraud/train.py": 'import mlflow\n\nmlflow.set_experiment("fraud"\n',
    },
    good={
        "mlops/workspace/fraud/workspace.yaml": "project_name: fraud\n",
        "projects/fraud/train.py": 'import mlflow\n\nmlflow.set_experiment("fraud")\n',
    },
    severity="note",
)


def check(workspaces: Workspaces) -> Iterator[Diagnostic]:
    """Yield each file that would have been judged."""
    if workspaces.sources.mentions or workspaces.sources.unparsable:
        for source in workspaces.sources.unparsable:
            yield Diagnostic(
                RULE.id,
                f"this was not checked: {source.reason}",
                Span(source.path, source.line, source.column),
                severity=RULE.severity,
                projects=(source.project.name,),
                subject=source.path,
            )
