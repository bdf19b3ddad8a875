"""WS202: a manifest without its project's name."""

from __future__ import annotations

from pytest_mlops_ws.findings.rule import Rule

RULE = Rule(
    id="WS202",
    name="missing-key",
    title="the manifest does not name its project",
    why="""\
`project_name` is the one key that a manifest must have. Everything else can be derived from it;
without it nobody knows whose the directory is.""",
    bad={
        "mlops/workspace/fraud/workspace.yaml": "mlflow_experiment_name: fraud-eval\n",
    },
    good={
        "mlops/workspace/fraud/workspace.yaml": """\
project_name: fraud
mlflow_experiment_name: fraud-eval
""",
    },
)
