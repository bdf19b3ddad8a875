"""WS104: aliases, tags, merge keys, several documents."""

from __future__ import annotations

from pytest_mlops_ws.findings.rule import Rule

RULE = Rule(
    id="WS104",
    name="indirection",
    title="an alias, anchor, tag or merge key, or a second document",
    why="""\
A manifest says what it says where it says it. Anchors, aliases and merge keys let a value come from
somewhere else, tags let a reader build objects, and of several documents some readers take the
first and some fail. A few lines of aliases also unfold to gigabytes.""",
    bad={
        "mlops/workspace/fraud/workspace.yaml": """\
project_name: fraud
metadata:
  owner: &owner risk-team
  reviewer: *owner
""",
    },
    good={
        "mlops/workspace/fraud/workspace.yaml": """\
project_name: fraud
metadata:
  owner: risk-team
  reviewer: risk-team
""",
    },
)
