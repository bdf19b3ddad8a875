"""WS204: a value that its key does not take."""

from __future__ import annotations

from pytest_mlops_ws.findings.rule import Rule

RULE = Rule(
    id="WS204",
    name="wrong-value",
    title="a value that its key does not take",
    why="""\
A name that MLflow, DVC or BentoML refuse, a path that is not relative to the repository, a time
that is none. A loader refuses it where it stands, so that no tool fails on it half-way.""",
    bad={
        "projects/fraud/train.py": "",
        "mlops/workspace/fraud/workspace.yaml": """\
project_name: Fraud Detection
source_paths:
  - /srv/fraud
created_at: yesterday
""",
    },
    good={
        "projects/fraud/train.py": "",
        "mlops/workspace/fraud/workspace.yaml": """\
project_name: fraud
source_paths:
  - projects/fraud
created_at: '2026-11-23T09:15:02+00:00'
""",
    },
)
