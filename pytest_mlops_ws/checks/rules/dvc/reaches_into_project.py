"""WS404: a DVC file names what is another project's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mlops_ws.findings.rule import HardLink, Link, Rule
from pytest_mlops_ws.model.diagnostics import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_mlops_ws.checks.dvc.reaches import Reach
    from pytest_mlops_ws.checks.workspaces import Workspaces

RULE = Rule(
    id="WS404",
    name="reaches-into-project",
    title="a stage, an output or an import reaches into another project",
    why="""\
DVC takes any path. A dependency in another project's directory makes a pipeline that breaks when
that project tidies up, and that its owner does not know of; an output or a working directory there
overwrites the neighbour's files on the next `dvc repro`, and an import copies data past whoever
answers for them. A link inside the own directory does the same without a `..` to be seen: paths are
compared where they really lead.

What several projects need lies outside all of them, or is declared in `[[tool.mlops-ws.allow]]`.
Commands are not looked at, and the URL of a git repository is taken for that of another one.""",
    bad={
        "mlops/workspace/churn/workspace.yaml": "project_name: churn\n",
        "mlops/workspace/churn/dvc/train.csv": "amount\n",
        "mlops/workspace/fraud/workspace.yaml": "project_name: fraud\n",
        "mlops/workspace/fraud/linked": Link("../churn/dvc"),
        "mlops/workspace/fraud/same.csv": HardLink("mlops/workspace/churn/dvc/train.csv"),
        "mlops/workspace/fraud/churn.csv.dvc": """\
frozen: true
deps:
- path: dvc/train.csv
  repo:
    url: ../churn
outs:
- path: churn.csv
""",
        "mlops/workspace/fraud/dvc.yaml": """\
vars:
  - neighbour: churn
stages:
  train:
    cmd: python train.py
    deps:
      - ../${neighbour}/dvc/train.csv
      - linked/train.csv
      - same.csv
    outs:
      - model.pkl
  score:
    foreach: [churn]
    do:
      wdir: ../${item}
      cmd: python score.py
      outs:
        - scores.csv
metrics:
  - ../churn/outputs/metrics.json
""",
        "mlops/workspace/churn/dvc.yaml": """\
stages:
  train:
    cmd: python train.py
    deps:
      - dvc/train.csv
""",
    },
    good={
        "data/train.csv": "amount\n",
        "mlops/workspace/churn/workspace.yaml": "project_name: churn\n",
        "mlops/workspace/fraud/workspace.yaml": "project_name: fraud\n",
        "mlops/workspace/fraud/dvc.yaml": """\
stages:
  train:
    cmd: python train.py
    deps:
      - ../../../data/train.csv
    outs:
      - model.pkl
""",
    },
)

_DOES = {
    "dependency": "reads",
    "parameters": "reads",
    "output": "writes",
    "metrics": "reads",
    "plot": "reads",
    "artifact": "publishes",
    "working directory": "runs in",
    "import": "imports",
    "dataset": "reads",
}


def check(workspaces: Workspaces) -> Iterator[Diagnostic]:
    """Yield each reference to what is another project's."""
    for reach in workspaces.dvc.reaches:
        yield Diagnostic(
            RULE.id,
            _message(reach),
            reach.reference.span,
            "keep what both need outside both projects, or declare it in [[tool.mlops-ws.allow]]",
            related=reach.victim.span("project_name"),
            projects=(reach.project.name, reach.victim.name),
            subject=reach.target,
        )


def _message(reach: Reach) -> str:
    reference = reach.reference
    who = (
        f"{reach.project.name}'s stage {reference.stage!r}"
        if reference.stage
        else reach.project.name
    )
    through = f", through the link {reach.link}" if reach.link else ""
    return f"{who} {_DOES[reference.role]} what is {reach.victim.name}'s: {reach.target}{through}"
