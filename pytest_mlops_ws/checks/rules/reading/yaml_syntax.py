"""WS101: a manifest that is not YAML."""

from __future__ import annotations

from pytest_mlops_ws.findings.rule import Rule

RULE = Rule(
    id="WS101",
    name="yaml-syntax",
    title="the manifest is not YAML",
    why="""\
Nothing of a file that does not parse is known: not the project's name, not what it claims. A loader
refuses it, and no other rule can say anything about the project.""",
    bad={
        "mlops/workspace/fraud/workspace.yaml": """\
project_name: fraud
mlflow_experiment_name: "fraud eval
""",
    },
    good={
        "mlops/workspace/fraud/workspace.yaml": """\
project_name: fraud
mlflow_experiment_name: "fraud eval"
""",
    },
)
