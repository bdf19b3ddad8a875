"""WS312: code that is two projects'."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mlops_ws.checks.directories import shared
from pytest_mlops_ws.findings.rule import Rule
from pytest_mlops_ws.model.diagnostics import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_mlops_ws.checks.workspaces import Workspaces

RULE = Rule(
    id="WS312",
    name="same-sources",
    title="two projects name the same directory as their code",
    why="""\
A test belongs to the project whose `source_paths` hold it, and so does a script. Where two projects
name one directory, a test in it has to say which it is for (`@pytest.mark.workspace("fraud")`), and
the rules about code, which cannot know either, leave it out. A project inside another's directory
is fine: the nearer one has it.""",
    bad={
        "projects/risk/train.py": "",
        "mlops/workspace/churn/workspace.yaml": """\
project_name: churn
source_paths: [projects/risk]
""",
        "mlops/workspace/fraud/workspace.yaml": """\
project_name: fraud
source_paths: [projects/risk/]
""",
    },
    good={
        "projects/risk/train.py": "",
        "projects/risk/fraud/train.py": "",
        "mlops/workspace/churn/workspace.yaml": """\
project_name: churn
source_paths: [projects/risk]
""",
        "mlops/workspace/fraud/workspace.yaml": """\
project_name: fraud
source_paths: [projects/risk/fraud]
""",
    },
    severity="warning",
)


def check(workspaces: Workspaces) -> Iterator[Diagnostic]:
    """Yield each directory of code that another project named before."""
    for (project, _, path, _), other in shared(workspaces):
        yield Diagnostic(
            RULE.id,
            f"{path} is {other.name}'s code, too: rules about code leave it out",
            project.item_span("source_paths", path),
            "give each its own directory, or name the directory of one project only",
            RULE.severity,
            related=other.span("source_paths"),
            projects=(project.name, other.name),
            subject=path,
        )
