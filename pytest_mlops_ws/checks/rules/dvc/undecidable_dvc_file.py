"""WS410: what a pipeline names and nobody knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mlops_ws.findings.rule import Rule
from pytest_mlops_ws.model.diagnostics import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_mlops_ws.checks.workspaces import Workspaces

RULE = Rule(
    id="WS410",
    name="undecidable-dvc-file",
    title="where a pipeline leads could not be worked out, so it was not checked",
    why="""\
`${…}` in a `dvc.yaml` is looked up in `vars`, in `params.yaml` and in what a `foreach` or `matrix`
names, and then in the `dvc.lock` that the last run left. A path that none of them tells may lead
anywhere. Nothing is guessed, and it is said, because silence would look like a verdict. Parameters
in Python or TOML are not read.""",
    bad={
        "mlops/workspace/fraud/workspace.yaml": "project_name: fraud\n",
        "mlops/workspace/fraud/dvc.yaml": """\
stages:
  train:
    cmd: python train.py
    deps:
      - ${data.directory}/train.csv
""",
    },
    good={
        "mlops/workspace/fraud/workspace.yaml": "project_name: fraud\n",
        "mlops/workspace/fraud/params.yaml": "data:\n  directory: dvc\n",
        "mlops/workspace/fraud/dvc.yaml": """\
stages:
  train:
    cmd: python train.py
    deps:
      - ${data.directory}/train.csv
""",
    },
    severity="note",
)


def check(workspaces: Workspaces) -> Iterator[Diagnostic]:
    """Yield one note for each file, at the first place."""
    for file in workspaces.dvc.open:
        first, *others = file.references
        more = f", nor {len(others)} more" if others else ""
        yield Diagnostic(
            RULE.id,
            f"{first.text!r} is not known here{more}: where it leads was not checked",
            first.span,
            "dvc repro, and commit dvc.lock; or say it in vars or params.yaml",
            RULE.severity,
            projects=(file.project.name,),
            subject=first.text,
        )
