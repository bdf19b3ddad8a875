"""WS203: a value of the wrong type."""

from __future__ import annotations

from pytest_mlops_ws.findings.rule import Rule

RULE = Rule(
    id="WS203",
    name="wrong-type",
    title="a value is of another type than its key takes",
    why="""\
A list where a text belongs, or a number without quotes that was meant as a name: a tool would fail
on it much later, or take it for something else. A loader refuses it where it stands.""",
    bad={
        "projects/fraud/train.py": "",
        "mlops/workspace/fraud/workspace.yaml": """\
project_name: fraud
bentoml_tag_prefix: 2026
source_paths: projects/fraud
""",
    },
    good={
        "projects/fraud/train.py": "",
        "mlops/workspace/fraud/workspace.yaml": """\
project_name: fraud
bentoml_tag_prefix: fraud-2026--
source_paths:
  - projects/fraud
""",
    },
)
