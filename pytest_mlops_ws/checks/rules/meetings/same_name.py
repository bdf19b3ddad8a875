"""WS304: two projects of one name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mlops_ws.findings.rule import Rule
from pytest_mlops_ws.model.diagnostics import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_mlops_ws.checks.workspaces import Workspaces

RULE = Rule(
    id="WS304",
    name="same-name",
    title="two projects have the same name",
    why="""\
MLflow, DVC and BentoML know a project by its name alone: experiments, models and remotes of two
projects of one name are the same experiments, models and remotes. Towards tools `_` becomes `-`,
and some file systems do not tell `Fraud` from `fraud`: such spellings are one name.""",
    bad={
        "mlops/workspace/churn-eval/workspace.yaml": "project_name: churn-eval\n",
        "mlops/workspace/churn_eval/workspace.yaml": "project_name: churn_eval\n",
    },
    good={
        "mlops/workspace/churn-eval/workspace.yaml": "project_name: churn-eval\n",
        "mlops/workspace/churn-train/workspace.yaml": "project_name: churn-train\n",
    },
)


def check(workspaces: Workspaces) -> Iterator[Diagnostic]:
    """Yield each project whose name another one had before."""
    for pair in workspaces.claims.same("name"):
        culprit, victim = pair.projects
        also = "" if culprit == victim else f", which tools cannot tell from {victim!r}"
        yield Diagnostic(
            RULE.id,
            f"the project name {culprit!r} is taken{also}",
            pair.culprit.span,
            "rename one of the two projects, and its directory",
            related=pair.victim.span,
            projects=pair.projects,
            subject=pair.culprit.key,
        )
