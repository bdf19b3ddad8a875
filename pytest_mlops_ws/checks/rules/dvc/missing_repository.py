"""WS408: ``dvc_repo_path`` names no DVC repository."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mlops_ws.findings.rule import Rule
from pytest_mlops_ws.model.diagnostics import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_mlops_ws.checks.workspaces import Workspaces

RULE = Rule(
    id="WS408",
    name="missing-repository",
    title="the directory of dvc_repo_path is no root of a DVC repository",
    why="""\
A DVC repository begins where the directory `.dvc` is. DVC started in any other directory takes the
nearest such one above, which is another project's or everybody's, or fails. Name the root itself,
relative to the git repository's root, or leave `dvc_repo_path` out: a workspace has its own.""",
    bad={
        "projects/fraud/.dvc/config": "",
        "projects/fraud/data/train.csv.dvc": "outs:\n- path: train.csv\n",
        "mlops/workspace/fraud/workspace.yaml": """\
project_name: fraud
dvc_repo_path: projects/fraud/data
""",
    },
    good={
        "projects/fraud/.dvc/config": "",
        "projects/fraud/data/train.csv.dvc": "outs:\n- path: train.csv\n",
        "mlops/workspace/fraud/workspace.yaml": """\
project_name: fraud
dvc_repo_path: projects/fraud
""",
    },
)


def check(workspaces: Workspaces) -> Iterator[Diagnostic]:
    """Yield each ``dvc_repo_path`` whose directory has no ``.dvc``."""
    repositories = workspaces.dvc.repositories
    for project in repositories.missing:
        path = project.value("dvc_repo_path") or ""
        above = repositories.around(f"{path}/.")
        remedy = f"cd {path} && dvc init --subdir"
        if above is not None:
            remedy += f"; or write 'dvc_repo_path: {above.directory or '.'}', if that is meant"
        yield Diagnostic(
            RULE.id,
            f"{path} is no root of a DVC repository: it has no directory .dvc",
            project.span("dvc_repo_path"),
            remedy,
            projects=(project.name,),
            subject=path,
        )
