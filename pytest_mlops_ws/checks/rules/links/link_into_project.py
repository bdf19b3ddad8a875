"""WS303: a link from one project into another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mlops_ws.findings.rule import HardLink, Link, Rule
from pytest_mlops_ws.model.diagnostics import Diagnostic, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_mlops_ws.checks.workspaces import Workspaces

RULE = Rule(
    id="WS303",
    name="link-into-project",
    title="a link leads from one project's workspace into another's",
    why="""\
Whatever follows the link writes and deletes in the other project: `dvc add`, `dvc gc`, a run's
artifacts, somebody's `rm -r`. No path says so, for a link inside the own directory looks like the
own directory. A hard link is the same without an arrow in the listing: one manifest, database or
configuration that is two projects'.

A link to data outside all projects is no finding. One that several projects read on purpose is
declared in `[[tool.mlops-ws.allow]]`.""",
    bad={
        "mlops/workspace/churn/workspace.yaml": "project_name: churn\n",
        "mlops/workspace/churn/dvc/train": Link("../../fraud/dvc/train"),
        "mlops/workspace/churn/.dvc/config": HardLink("mlops/workspace/fraud/.dvc/config"),
        "mlops/workspace/fraud/workspace.yaml": "project_name: fraud\n",
        "mlops/workspace/fraud/.dvc/config": "[core]\n    autostage = true\n",
        "mlops/workspace/fraud/dvc/train/data.csv": "amount\n",
        "mlops/workspace/fraud-old": Link("fraud"),
    },
    good={
        "data/train.csv": "amount\n",
        "mlops/workspace/churn/workspace.yaml": "project_name: churn\n",
        "mlops/workspace/churn/dvc/train": Link("../../../../data"),
        "mlops/workspace/fraud/workspace.yaml": "project_name: fraud\n",
        "mlops/workspace/fraud/dvc/train": Link("../../../../data"),
    },
)


def check(workspaces: Workspaces) -> Iterator[Diagnostic]:
    """Yield each link into what is another project's."""
    for link, victim in workspaces.links.crossing():
        yield Diagnostic(
            RULE.id,
            f"{link.path} leads into what is {victim.name}'s",
            Span(link.path),
            f"rm '{link.path}', or declare it in [[tool.mlops-ws.allow]]",
            related=victim.span("project_name"),
            projects=(link.name, victim.name),
            subject=link.path,
        )
    for twin in workspaces.links.twins:
        yield Diagnostic(
            RULE.id,
            f"{twin.path} and {twin.other_path} are one file",
            Span(twin.path),
            f"cp '{twin.path}' '{twin.path}.own' && mv '{twin.path}.own' '{twin.path}'",
            related=Span(twin.other_path),
            projects=(twin.project.name, twin.other.name),
            subject=twin.path,
        )
