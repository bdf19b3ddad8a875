"""WS402: one project's DVC remote lies inside another's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mlops_ws.checks.dvc.meetings import CACHE
from pytest_mlops_ws.findings.rule import Rule
from pytest_mlops_ws.model.diagnostics import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_mlops_ws.checks.workspaces import Workspaces

RULE = Rule(
    id="WS402",
    name="nested-remote",
    title="a project's DVC remote lies inside what is another project's",
    why="""\
`dvc gc` itself stays on its own level of a remote. People, lifecycle rules and access rights do
not: who may write to the outer remote may delete the inner one, who empties the outer one does, and
a remote with `worktree = true` takes every file below it for one of its own. The same goes for a
remote inside another project's workspace, which disappears together with that.""",
    bad={
        "mlops/workspace/churn/workspace.yaml": """\
project_name: churn
dvc_remote_path: s3://ml-data/dvc
""",
        "mlops/workspace/fraud/workspace.yaml": """\
project_name: fraud
dvc_remote_path: s3://ml-data/dvc/fraud
""",
        "mlops/workspace/scoring/workspace.yaml": """\
project_name: scoring
dvc_remote_path: mlops/workspace/churn/dvc/remote
""",
    },
    good={
        "mlops/workspace/churn/workspace.yaml": """\
project_name: churn
dvc_remote_path: s3://ml-data/dvc/churn
""",
        "mlops/workspace/fraud/workspace.yaml": """\
project_name: fraud
dvc_remote_path: s3://ml-data/dvc/fraud
""",
        "mlops/workspace/scoring/workspace.yaml": "project_name: scoring\n",
    },
)


def check(workspaces: Workspaces) -> Iterator[Diagnostic]:
    """Yield each remote that is inside another project's, or around it."""
    for pair in workspaces.dvc.meetings:
        first, second = pair.victim, pair.culprit
        if first.key == second.key or CACHE in {first.field[:5], second.field[:5]}:
            continue
        culprit, victim = pair.projects
        where = "lies inside" if second.key.startswith(f"{first.key}/") else "lies around"
        whose = "workspace" if first.field == "project_name" else "remote"
        yield Diagnostic(
            RULE.id,
            f"{culprit}'s DVC remote {second.shown} {where} {victim}'s {whose} {first.shown}",
            second.span,
            "give each project a place beside the other's, or leave dvc_remote_path out: a"
            " workspace has a remote of its own",
            related=first.span,
            projects=pair.projects,
            subject=second.shown,
        )
