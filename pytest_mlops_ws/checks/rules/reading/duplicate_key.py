"""WS102: a key that stands in a manifest twice."""

from __future__ import annotations

from pytest_mlops_ws.findings.rule import Rule

RULE = Rule(
    id="WS102",
    name="duplicate-key",
    title="a key stands in the manifest twice",
    why="""\
YAML forbids it, and most readers keep the last value in silence: who reads the file from the top
sees another value than the tools do. Mostly it is what a merge of two branches left.""",
    bad={
        "mlops/workspace/fraud/workspace.yaml": """\
project_name: fraud
mlflow_experiment_name: fraud-eval
mlflow_experiment_name: fraud-train
""",
    },
    good={
        "mlops/workspace/fraud/workspace.yaml": """\
project_name: fraud
mlflow_experiment_name: fraud-train
""",
    },
)
