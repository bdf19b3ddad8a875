"""WS103: a word that not all YAML readers read alike."""

from __future__ import annotations

from pytest_mlops_ws.findings.rule import Rule

RULE = Rule(
    id="WS103",
    name="ambiguous-scalar",
    title="not all YAML readers read a value alike",
    why="""\
YAML 1.1, which PyYAML follows, and YAML 1.2, which editors and most other languages follow,
disagree about words without quotes: `no` and `off` are false to the one and text to the other,
`0755` is 493 or 755, `1:30` is 90 or text, and a day is a date or text. Quotes, or another
spelling, leave no doubt.""",
    bad={
        "mlops/workspace/fraud/workspace.yaml": """\
project_name: fraud
metadata:
  alerts: off
  mode: 0755
  reviewed: 2026-11-23
""",
    },
    good={
        "mlops/workspace/fraud/workspace.yaml": """\
project_name: fraud
metadata:
  alerts: false
  mode: '0755'
  reviewed: '2026-11-23'
""",
    },
    severity="warning",
    fixable=True,
)
