from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_mlops_ws.findings.context import Context
from pytest_mlops_ws.findings.outcome import Excused, Outcome, Unchecked
from pytest_mlops_ws.findings.reports import load
from pytest_mlops_ws.model.diagnostics import Diagnostic, Edit, Fix, Span

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_mlops_ws.findings.catalogue import Catalogue

#: As `git` may know it, and no text.
STRANGE = "projects/50% off, a:b/ü\udcff.py"

SOURCES = {
    "fraud/workspace.yaml": """\
project_name: fraud
mlflow_tracking_uri: https://mlflow.example.com
mlflow_experiment_name: eval
root_path: /home/me
metadata:
  token: secret
""",
}

SHARED = Diagnostic(
    "WS305",
    "fraud logs into churn's experiment eval",
    Span("fraud/workspace.yaml", 3, 25, 3, 29),
    "give each project its own",
    related=Span("churn/workspace.yaml", 3, 25, 3, 29),
    projects=("fraud", "churn"),
    subject="eval",
)
OLD = Diagnostic(
    "WS203",
    "'root_path' is absolute",
    Span("fraud/workspace.yaml", 4, 1, 5, 1),
    severity="warning",
    projects=("fraud",),
    subject="root_path",
    fix=Fix("remove 'root_path'", "fraud/workspace.yaml", (Edit(97, 117, ""), Edit(117, 117, "#"))),
)
SECRET = Diagnostic("WS601", "a secret stands here", Span("fraud/workspace.yaml", 6, 10, 6, 16))
CODE = Diagnostic(
    "WS502",
    "100% of\nit: logs <elsewhere> & \x1b[31mmore",
    Span(STRANGE, 7),
    "say `x`, or y: z",
    "note",
)
NEW = Diagnostic("WS999", "nobody knows this rule", Span("fraud/workspace.yaml"))


@pytest.fixture
def outcome() -> Outcome:
    """One of everything."""
    known = Diagnostic("WS404", "one is known", Span("churn/workspace.yaml", 9, 2), subject="s3")
    return Outcome(
        (NEW, SHARED, OLD, SECRET, CODE),
        (
            Excused(known, "baseline", ""),
            Excused(SHARED._replace(span=Span("fraud/x.yaml")), "ignore", "agreed"),
            Excused(SHARED._replace(span=Span("fraud/y.yaml")), "allow", "as declared"),
        ),
        (
            Unchecked("lora/workspace.yaml", "its project was compared with no other"),
            Unchecked("", "git listed the first 9 files only"),
        ),
    )


@pytest.fixture
def context() -> Context:
    return Context(
        "/work tree/repo",
        ("churn/workspace.yaml", "fraud/workspace.yaml", "lora/workspace.yaml"),
        17,
        SOURCES.get,
        version=lambda: "1.2.3",
    )


@pytest.fixture
def reported(known: Catalogue, context: Context) -> Callable[..., str]:
    """Report an outcome in some format."""

    def reported(name: str, outcome: Outcome, **changes: object) -> str:
        changed = context._replace(**changes)  # type: ignore[arg-type]  # fields by name
        return load(name).report(outcome, known, changed)

    return reported
