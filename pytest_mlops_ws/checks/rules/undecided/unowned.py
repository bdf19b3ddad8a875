"""WS315: a project whose code nobody knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mlops_ws.checks.undecided import unowned
from pytest_mlops_ws.findings.rule import Rule
from pytest_mlops_ws.model.diagnostics import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_mlops_ws.checks.workspaces import Workspaces

RULE = Rule(
    id="WS315",
    name="unowned",
    title="no code is known to be the project's, so none was judged",
    why="""\
A project's code is what `source_paths` name; without the key, the deepest directory that bears the
project's name. Where there is neither, the rules about code have nothing to look at, and tests do
not know that they are the project's. Code that is in no project at all may be this one's.""",
    bad={
        "services/scoring/train.py": "",
        "mlops/workspace/fraud/workspace.yaml": "project_name: fraud\n",
    },
    good={
        "services/scoring/train.py": "",
        "mlops/workspace/fraud/workspace.yaml": """\
project_name: fraud
source_paths: [services/scoring]
""",
    },
    severity="note",
)


def check(workspaces: Workspaces) -> Iterator[Diagnostic]:
    """Yield each project without code, if there is code without a project."""
    for project in unowned(workspaces):
        yield Diagnostic(
            RULE.id,
            f"no source_paths, and no directory is called {project.name!r}: no code was judged",
            project.span("project_name"),
            "write 'source_paths: [<directory>]', or 'source_paths: []' if its code is elsewhere",
            RULE.severity,
            projects=(project.name,),
            subject="source_paths",
        )
