"""WS406: git tracks one machine's DVC configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mlops_ws.findings.rule import Rule
from pytest_mlops_ws.model.diagnostics import Diagnostic, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_mlops_ws.checks.workspaces import Workspaces

RULE = Rule(
    id="WS406",
    name="local-config-tracked",
    title="git tracks a DVC config.local",
    why="""\
`.dvc/config.local` is where `dvc config --local` puts credentials, and directories of one machine.
It overrides `.dvc/config`. Tracked, it does so for everybody: their pushes go where its author's
went, with its author's keys. DVC ignores it by `.dvc/.gitignore`.

Removing it from the index leaves it in the history: change the credentials that it held.""",
    bad={
        "mlops/workspace/fraud/workspace.yaml": "project_name: fraud\n",
        "mlops/workspace/fraud/.dvc/config.local": "[cache]\n    type = copy\n",
    },
    good={
        "mlops/workspace/fraud/workspace.yaml": "project_name: fraud\n",
        "mlops/workspace/fraud/.dvc/.gitignore": "/config.local\n/tmp\n/cache\n",
    },
)


def check(workspaces: Workspaces) -> Iterator[Diagnostic]:
    """Yield each ``config.local`` in git's index."""
    repositories = workspaces.dvc.repositories
    for path in repositories.tracked_local:
        repository = repositories.around(f"{path.rpartition('.dvc/')[0]}.")
        project = None if repository is None else repository.project
        ignore = f"{path.removesuffix('config.local')}.gitignore"
        yield Diagnostic(
            RULE.id,
            f"git tracks {path}, which is one machine's own",
            Span(path),
            f"git rm --cached '{path}' && echo /config.local >> '{ignore}'",
            projects=() if project is None else (project.name,),
            subject=path,
        )
