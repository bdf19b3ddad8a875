"""WS201: a key that no manifest has."""

from __future__ import annotations

from pytest_mlops_ws.findings.rule import Rule

RULE = Rule(
    id="WS201",
    name="unknown-key",
    title="a key that no manifest has",
    why="""\
It has no effect, and whoever wrote it believes it has: a misspelt `mlflow_tracking_uri` means
that runs go to the derived store. What is your own goes under `metadata`, where everything is
allowed.""",
    bad={
        "mlops/workspace/fraud/workspace.yaml": """\
project_name: fraud
mlflow_tracking_url: https://mlflow.example.com
team: risk
""",
    },
    good={
        "mlops/workspace/fraud/workspace.yaml": """\
project_name: fraud
mlflow_tracking_uri: https://mlflow.example.com
metadata:
  team: risk
""",
    },
    severity="warning",
)
