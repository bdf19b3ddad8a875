"""The rules about what excuses findings: an ignore, an allow entry, a baseline (WS0xx).

They stand here and not with the others, since what they are about is decided here, for the
checker and for the guard alike.
"""

from __future__ import annotations

from typing import Final

from pytest_mlops_ws.findings.rule import Rule

_CHURN = """\
project_name: churn
mlflow_tracking_uri: databricks
mlflow_experiment_name: /Shared/eval
"""
_FRAUD = """\
project_name: fraud
mlflow_tracking_uri: databricks
mlflow_experiment_name: """
_ALLOW = """\
[[tool.mlops-ws.allow]]
projects = ["churn", "fraud"]
what = "/Shared/eval"
rules = ["WS305"]
reason = "one evaluation of both, read by the same people"
"""


def _projects(experiment: str) -> dict[str, str]:
    return {
        "mlops/workspace/churn/workspace.yaml": _CHURN,
        "mlops/workspace/fraud/workspace.yaml": f"{_FRAUD}{experiment}\n",
    }


NO_REASON: Final = Rule(
    id="WS001",
    name="ignore-without-reason",
    title="an ignore comment gives no reason",
    why="""\
Whoever reads the line next cannot tell a decision from an accident, and nobody dares to remove it.
A few words after the bracket are enough: what is shared, and who agreed to it.""",
    bad=_projects("/Shared/eval  # mlops-ws: ignore[WS305]"),
    good=_projects(
        "/Shared/eval  # mlops-ws: ignore[WS305] one evaluation of both, read by the same people"
    ),
)

UNKNOWN_RULE: Final = Rule(
    id="WS002",
    name="unknown-rule-ignored",
    title="an ignore comment names no rule that there is",
    why="""\
It excuses nothing, and looks as if it did. An ignore names rules by their ids; a whole family
cannot be ignored on a line, since what is found there next year would be excused with it.""",
    bad=_projects("/Shared/eval  # mlops-ws: ignore[WS350] one evaluation of both"),
    good=_projects("/Shared/eval  # mlops-ws: ignore[WS305] one evaluation of both"),
)

UNUSED_IGNORE: Final = Rule(
    id="WS003",
    name="unused-ignore",
    title="an ignore comment excuses nothing",
    why="""\
What it was for has been mended, or the finding stands on another line. Left there, it excuses the
next such finding before anybody has seen it.

It is judged only by a run that could have found what is ignored: a rule that was not asked for,
or a manifest that cannot be read, says nothing about it.""",
    bad=_projects("/Shared/fraud-eval  # mlops-ws: ignore[WS305] one evaluation of both"),
    good=_projects("/Shared/fraud-eval"),
    severity="warning",
    fixable=True,
)

MALFORMED_IGNORE: Final = Rule(
    id="WS004",
    name="malformed-ignore",
    title="a comment looks like an ignore and is none",
    why="""\
It excuses nothing. An ignore names the rules it is about in brackets, and says why:
`# mlops-ws: ignore[WS305] one evaluation of both`.""",
    bad=_projects("/Shared/eval  # mlops-ws: ignore, one evaluation of both"),
    good=_projects("/Shared/eval  # mlops-ws: ignore[WS305] one evaluation of both"),
)

UNUSED_ALLOW: Final = Rule(
    id="WS005",
    name="unused-allow",
    title="an allow entry allows nothing that happens",
    why="""\
An entry is a contract that people read: these projects share that. When nothing is shared any
more it misleads them, and it goes on allowing whatever comes next. A slip in `what` or `projects`
looks the same.

An entry that names rules of the run time (WS7xx), which a check cannot judge, is left alone.""",
    bad={**_projects("/Shared/fraud-eval"), "pyproject.toml": _ALLOW},
    good={**_projects("/Shared/eval"), "pyproject.toml": _ALLOW},
    severity="warning",
)

STALE_BASELINE: Final = Rule(
    id="WS006",
    name="stale-baseline",
    title="the baseline holds findings that are gone",
    why="""\
They have been mended, and the baseline would excuse them if they came back. Writing it again keeps
what has been won.""",
    bad={
        **_projects("/Shared/fraud-eval"),
        "pyproject.toml": '[tool.mlops-ws]\nbaseline = "mlops-ws.baseline.json"\n',
        "mlops-ws.baseline.json": """\
{
  "version": 1,
  "findings": [
    {"path": "mlops/workspace/fraud/workspace.yaml", "rule": "WS305", "subject": "/Shared/eval", \
"projects": ["churn", "fraud"], "fingerprint": "00000000000000000000000000000000"}
  ]
}
""",
    },
    good={
        **_projects("/Shared/fraud-eval"),
        "pyproject.toml": '[tool.mlops-ws]\nbaseline = "mlops-ws.baseline.json"\n',
        "mlops-ws.baseline.json": '{\n  "version": 1,\n  "findings": []\n}\n',
    },
    severity="note",
)

RULES: Final = (
    NO_REASON,
    UNKNOWN_RULE,
    UNUSED_IGNORE,
    MALFORMED_IGNORE,
    UNUSED_ALLOW,
    STALE_BASELINE,
)
