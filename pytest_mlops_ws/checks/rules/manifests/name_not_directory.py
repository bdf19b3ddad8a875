"""WS301: a workspace in a directory of another name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mlops_ws.findings.rule import Rule
from pytest_mlops_ws.model.diagnostics import Diagnostic
from pytest_mlops_ws.model.names import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_mlops_ws.checks.workspaces import Workspaces

RULE = Rule(
    id="WS301",
    name="name-not-directory",
    title="a workspace's directory does not bear its project's name",
    why="""\
A workspace is found by its directory and known by its name. Where the two differ, whoever asks for
the one gets the other's stores: so the manager refuses to open it. Mostly a directory was copied to
begin a new project, and the manifest still names the old one.""",
    bad={
        "mlops/workspace/churn/workspace.yaml": "project_name: churn-2025\n",
    },
    good={
        "mlops/workspace/churn/workspace.yaml": "project_name: churn\n",
    },
)


def check(workspaces: Workspaces) -> Iterator[Diagnostic]:
    """Yield each workspace whose directory has another name than its project."""
    for project in workspaces.projects:
        above, _, directory = project.directory.rpartition("/")
        # What a checkout is called is everybody's own affair.
        if directory in {"", project.name}:
            continue
        moved = f"{above}/{project.name}" if above else project.name
        rename = f"git mv '{project.directory}' '{moved}'"
        if nearest(directory) == directory:
            rename = f"name it 'project_name: {directory}', or: {rename}"
        yield Diagnostic(
            RULE.id,
            f"the workspace of {project.name!r} is in a directory called {directory!r}",
            project.span("project_name"),
            rename,
            projects=(project.name,),
            subject=project.name,
        )
