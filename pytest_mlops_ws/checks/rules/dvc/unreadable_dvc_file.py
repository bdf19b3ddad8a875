"""WS409: a file of DVC's that cannot be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mlops_ws.findings.rule import Rule
from pytest_mlops_ws.model.diagnostics import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_mlops_ws.checks.workspaces import Workspaces

RULE = Rule(
    id="WS409",
    name="unreadable-dvc-file",
    title="a DVC file cannot be read, so nothing in it was checked",
    why="""\
One file that is no YAML, or says one key twice, and `dvc status`, `dvc repro` and `dvc gc` fail in
the whole DVC repository. What it names was not compared with anything: that the other rules say
nothing about it is no verdict.""",
    bad={
        "mlops/workspace/fraud/workspace.yaml": "project_name: fraud\n",
        "mlops/workspace/fraud/.dvc/config": "[core\n    autostage = true\n",
        "mlops/workspace/fraud/dvc.yaml": """\
stages:
  train:
    cmd: python train.py
  train:
    cmd: python train.py --again
""",
        "mlops/workspace/fraud/model.pkl.dvc": "outs:\n- path: ../model.pkl\n  md5: [\n",
    },
    good={
        "mlops/workspace/fraud/workspace.yaml": "project_name: fraud\n",
        "mlops/workspace/fraud/.dvc/config": "[core]\n    autostage = true\n",
        "mlops/workspace/fraud/dvc.yaml": """\
stages:
  train:
    cmd: python train.py
  train-again:
    cmd: python train.py --again
""",
        "mlops/workspace/fraud/model.pkl.dvc": "outs:\n- path: model.pkl\n",
    },
)


def check(workspaces: Workspaces) -> Iterator[Diagnostic]:
    """Yield each file, with the place where reading stopped."""
    for file in workspaces.dvc.unreadable:
        yield Diagnostic(
            RULE.id,
            f"{file.message}: {file.unchecked} not checked",
            file.span,
            "mend it: DVC cannot read it either",
            projects=() if file.project is None else (file.project.name,),
            subject=file.span.path,
        )
