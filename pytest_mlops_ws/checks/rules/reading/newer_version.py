"""WS205: a manifest from the future."""

from __future__ import annotations

from pytest_mlops_ws.findings.rule import Rule

RULE = Rule(
    id="WS205",
    name="newer-version",
    title="the manifest is of a newer format than this release reads",
    why="""\
A newer release may have given a key another meaning. Rather than guess, this one reads nothing of
the file: upgrade where it is checked, or do not write the newer format yet.""",
    bad={
        "mlops/workspace/fraud/workspace.yaml": """\
schema_version: 2
project_name: fraud
""",
    },
    good={
        "mlops/workspace/fraud/workspace.yaml": """\
schema_version: 1
project_name: fraud
""",
    },
)
