"""WS105: a manifest without measure."""

from __future__ import annotations

from pytest_mlops_ws.findings.rule import Rule

RULE = Rule(
    id="WS105",
    name="limits",
    title="the manifest is larger or deeper than a manifest may be",
    why="""\
A manifest has at most 64 KiB, 5,000 values and 16 levels. That is more than people write, and
bounds what any file can cost whoever reads it: some parsers end their process on deep nesting.
Notes that do not fit belong into a file of their own.""",
    bad={
        "mlops/workspace/fraud/workspace.yaml": """\
project_name: fraud
metadata:
  matrix: [[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]
""",
    },
    good={
        "mlops/workspace/fraud/workspace.yaml": """\
project_name: fraud
metadata:
  matrix: [[[1]]]
""",
    },
)
