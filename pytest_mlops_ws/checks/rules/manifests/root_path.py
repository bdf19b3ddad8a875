"""WS206: a manifest that still says where it once was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mlops_ws.findings.rule import Rule
from pytest_mlops_ws.manifest.fixes import removal
from pytest_mlops_ws.model.diagnostics import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_mlops_ws.checks.workspaces import Workspaces

RULE = Rule(
    id="WS206",
    name="root-path",
    title="the manifest has the older system's 'root_path'",
    why="""\
The older system wrote the workspace's absolute directory into the manifest. It is true on one
machine only, changes with every clone, and nothing reads it any more: a workspace is where its
manifest is.""",
    bad={
        "mlops/workspace/fraud/workspace.yaml": """\
project_name: fraud
root_path: /home/someone/toolkit/mlops/workspace/fraud  # set by the installer
metadata:
  owner: risk-team
""",
    },
    good={
        "mlops/workspace/fraud/workspace.yaml": """\
project_name: fraud
metadata:
  owner: risk-team
""",
    },
    severity="warning",
    fixable=True,
)


def check(workspaces: Workspaces) -> Iterator[Diagnostic]:
    """Yield each ``root_path``."""
    for project in workspaces.declaring("root_path"):
        yield Diagnostic(
            RULE.id,
            "'root_path' is true on one machine only, and nothing reads it",
            project.reading.key_span("root_path"),
            "remove the line",
            RULE.severity,
            projects=(project.name,),
            subject="root_path",
            fix=removal(project.reading, "root_path"),
        )
