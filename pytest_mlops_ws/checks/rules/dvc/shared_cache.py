"""WS405: two projects share a DVC cache."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mlops_ws.checks.dvc.meetings import CACHE
from pytest_mlops_ws.findings.rule import Rule
from pytest_mlops_ws.model.diagnostics import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_mlops_ws.checks.workspaces import Workspaces

RULE = Rule(
    id="WS405",
    name="shared-cache",
    title="a project's DVC cache is, holds or lies in what is another project's",
    why="""\
A cache, too, holds data under the names of their contents. `dvc gc` in one project deletes from it
whatever that project does not use: the other's data, and if they were never pushed, the only copy
of them. Each repository has a cache of its own in `.dvc/cache` unless `cache.dir` names another;
one disk for all caches is fine, with a directory for each project.

`config.local` counts, since that is where such a directory is mostly set.""",
    bad={
        "mlops/workspace/churn/workspace.yaml": "project_name: churn\n",
        "mlops/workspace/churn/.dvc/config": "[cache]\n    dir = /mnt/dvc-cache\n",
        "mlops/workspace/fraud/workspace.yaml": "project_name: fraud\n",
        "mlops/workspace/fraud/.dvc/config": "[cache]\n    dir = /mnt/dvc-cache/\n",
        "mlops/workspace/scoring/workspace.yaml": "project_name: scoring\n",
        "mlops/workspace/scoring/.dvc/config": "[cache]\n    dir = ../../churn/.dvc/cache\n",
    },
    good={
        "mlops/workspace/churn/workspace.yaml": "project_name: churn\n",
        "mlops/workspace/churn/.dvc/config": "[cache]\n    dir = /mnt/dvc-cache/churn\n",
        "mlops/workspace/fraud/workspace.yaml": "project_name: fraud\n",
        "mlops/workspace/fraud/.dvc/config": "[cache]\n    dir = /mnt/dvc-cache/fraud\n",
        "mlops/workspace/scoring/workspace.yaml": "project_name: scoring\n",
        "mlops/workspace/scoring/.dvc/config": "",
    },
)


def check(workspaces: Workspaces) -> Iterator[Diagnostic]:
    """Yield each cache that meets another project's, or its remote or workspace."""
    for pair in workspaces.dvc.meetings:
        first, second = pair.victim, pair.culprit
        what = "cache" if second.field[:5] == CACHE else "remote"
        other = "cache" if first.field[:5] == CACHE else "remote"
        if CACHE not in {what, other}:
            continue
        culprit, victim = pair.projects
        if first.field == "project_name":
            other = "workspace"
        if first.key == second.key:
            where = f"is {victim}'s {other}"
        elif second.key.startswith(f"{first.key}/"):
            where = f"lies in {victim}'s {other} {first.shown}"
        else:
            where = f"lies around {victim}'s {other} {first.shown}"
        yield Diagnostic(
            RULE.id,
            f"{culprit}'s DVC {what} {second.shown} {where}",
            second.span,
            "dvc config --unset cache.dir, or a directory for each project"
            if what == CACHE
            else "give the remote a place of its own",
            related=first.span,
            projects=pair.projects,
            subject=second.shown,
        )
