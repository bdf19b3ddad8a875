"""WS106: bytes that are no text."""

from __future__ import annotations

from pytest_mlops_ws.findings.rule import Rule

RULE = Rule(
    id="WS106",
    name="encoding",
    title="the manifest is not UTF-8, or holds a character that YAML forbids",
    why="""\
What is no UTF-8, and control characters, are read differently or not at all by different tools, and
cannot be seen in a review. Mostly such a byte came along with a paste, or an editor saved the file
in an older encoding.""",
    bad={
        "mlops/workspace/fraud/workspace.yaml": """\
project_name: fraud
metadata:
  owner: risk\x07team
""",
    },
    good={
        "mlops/workspace/fraud/workspace.yaml": """\
project_name: fraud
metadata:
  owner: risk-team
""",
    },
)
