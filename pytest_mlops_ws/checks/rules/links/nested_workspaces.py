"""WS309: a workspace, or an area of one, inside another's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mlops_ws.checks import links
from pytest_mlops_ws.checks.claims import Claim, nested, same
from pytest_mlops_ws.findings.rule import Link, Rule
from pytest_mlops_ws.model.diagnostics import Diagnostic, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_mlops_ws.checks.workspaces import Workspaces

RULE = Rule(
    id="WS309",
    name="nested-workspaces",
    title="a workspace or an area of one lies in another project's, or is the same directory",
    why="""\
A workspace is deleted, moved, backed up and counted as a whole, and one that lies in it goes along.
Areas that are links to one directory (a larger disk, mostly) mix what two projects write: reports
of the one are listed as the other's, and who tidies up one area empties both.""",
    bad={
        "mlops/workspace/churn/workspace.yaml": "project_name: churn\n",
        "mlops/workspace/churn/outputs": Link("../../../scratch"),
        "mlops/workspace/fraud/workspace.yaml": "project_name: fraud\n",
        "mlops/workspace/fraud/outputs": Link("../../../scratch"),
        "mlops/workspace/fraud/monitoring": Link("../../../scratch/fraud"),
        "mlops/workspace/fraud/eval/workspace.yaml": "project_name: eval\n",
        "scratch/notes.txt": "",
    },
    good={
        "mlops/workspace/churn/workspace.yaml": "project_name: churn\n",
        "mlops/workspace/churn/outputs": Link("../../../scratch/churn"),
        "mlops/workspace/fraud/workspace.yaml": "project_name: fraud\n",
        "mlops/workspace/fraud/outputs": Link("../../../scratch/fraud"),
        "mlops/workspace/fraud/monitoring": Link("../../../scratch/fraud/monitoring"),
        "mlops/workspace/eval/workspace.yaml": "project_name: eval\n",
        "scratch/notes.txt": "",
    },
)


def check(workspaces: Workspaces) -> Iterator[Diagnostic]:
    """Yield each workspace in another's, and each area that is, or lies in, another's."""
    for project, outer in links.nested(workspaces):
        yield Diagnostic(
            RULE.id,
            f"{project.name}'s workspace lies in {outer.name}'s",
            project.span("project_name"),
            f"git mv '{project.directory}' '{workspaces.base}/{project.name}'",
            related=outer.span("project_name"),
            projects=(project.name, outer.name),
            subject=project.directory,
        )
    areas = [
        Claim(link.target, link.path, link.project, "project_name")
        for link in workspaces.links.areas()
        if link.project is not None
    ]
    for pair in (*same(areas), *nested(areas)):
        path, other = pair.second.shown, pair.first.shown
        place = workspaces.files.relative(pair.second.key) or pair.second.key
        if pair.first.key == pair.second.key:
            message = f"{path} and {other} are one directory: {place}"
        else:
            message = f"{path} lies in {other}: it leads to {place}"
        yield Diagnostic(
            RULE.id,
            message,
            Span(path),
            f"link it to a directory of {pair.second.project.name}'s own",
            related=Span(other),
            projects=pair.projects,
            subject=path,
        )
