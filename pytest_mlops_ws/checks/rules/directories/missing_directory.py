"""WS317: a directory that is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mlops_ws.checks.directories import missing
from pytest_mlops_ws.findings.rule import Rule
from pytest_mlops_ws.model.diagnostics import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_mlops_ws.checks.workspaces import Workspaces

RULE = Rule(
    id="WS317",
    name="missing-directory",
    title="a manifest names a directory that does not exist",
    why="""\
Code that was moved is nobody's until the manifest follows: its tests run without the project's
settings, and the rules about code do not see it. Paths in `source_paths` and `dvc_repo_path` count
from the repository's root, not from the manifest.""",
    bad={
        "projects/fraud/train.py": "",
        "mlops/workspace/fraud/workspace.yaml": """\
project_name: fraud
source_paths:
  - projects/fraud
  - projects/fraud-eval
""",
    },
    good={
        "projects/fraud/train.py": "",
        "mlops/workspace/fraud/workspace.yaml": """\
project_name: fraud
source_paths:
  - projects/fraud
""",
    },
    severity="warning",
)


def check(workspaces: Workspaces) -> Iterator[Diagnostic]:
    """Yield each declared directory that is none."""
    for project, key, path, _ in missing(workspaces):
        fault = "is no directory" if workspaces.files.exists(project.at(path)) else "does not exist"
        yield Diagnostic(
            RULE.id,
            f"{path}, which {project.name}'s {key} names, {fault}",
            project.item_span(key, path),
            "paths count from the repository's root: correct it, or remove it",
            RULE.severity,
            projects=(project.name,),
            subject=path,
        )
