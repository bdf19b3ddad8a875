from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_mlops_ws.findings.catalogue import catalogue
from pytest_mlops_ws.findings.rule import Link, Rule
from pytest_mlops_ws.model.diagnostics import Diagnostic, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pytest_mlops_ws.findings.catalogue import Catalogue
    from pytest_mlops_ws.findings.rule import Stability
    from pytest_mlops_ws.model.diagnostics import Severity


def rule(
    number: str, name: str, severity: Severity = "error", stability: Stability = "stable"
) -> Rule:
    return Rule(
        number,
        name,
        f"{name.replace('-', ' ')} happens",
        f"Because of {name}.\n\nAnd more.",
        {"a/workspace.yaml": f"project_name: {name}", "a/link": Link("../b")},
        {"a/train.py": "import mlflow\n"},
        severity,
        stability,
    )


#: The fewest rules that differ in whatever matters here.
RULES = {
    each.id: each
    for each in (
        rule("WS101", "yaml-syntax"),
        rule("WS203", "wrong-type"),
        rule("WS305", "same-experiment"),
        rule("WS306", "same-store"),
        rule("WS404", "shared-remote"),
        rule("WS502", "unscoped-tracking", "warning"),
        rule("WS590", "new-idea", "note", "preview"),
        rule("WS601", "secret"),
        rule("WS702", "read-elsewhere"),
    )
}


@pytest.fixture
def known() -> Catalogue:
    """Every rule of these tests, and this room's own."""
    return catalogue(lambda: RULES)


@pytest.fixture
def unasked() -> Catalogue:
    """A catalogue that nobody may ask: asking costs."""

    def rules() -> Mapping[str, Rule]:
        pytest.fail("the catalogue was asked for")

    return rules


@pytest.fixture
def finding() -> Callable[..., Diagnostic]:
    """Make a finding of which only some things matter."""

    def finding(
        rule: str = "WS305",
        line: int = 3,
        *,
        path: str = "fraud/workspace.yaml",
        message: str = "fraud logs into churn's experiment eval",
        projects: tuple[str, ...] = ("fraud", "churn"),
        subject: str = "eval",
        severity: Severity = "error",
        column: int = 1,
        **more: object,
    ) -> Diagnostic:
        span = Span(path, line, column)
        return Diagnostic(
            rule,
            message,
            span,
            severity=severity,
            projects=projects,
            subject=subject,
        )._replace(**more)  # type: ignore[arg-type]  # fields by name

    return finding
