from __future__ import annotations

from pytest_mlops_ws.model.diagnostics import Diagnostic, Span


def test_diagnostic_reads_as_place_rule_cause_second_place_and_remedy() -> None:
    place, first = Span("a/workspace.yaml", 3, 5), Span("a/workspace.yaml", 1, 5)
    fault = Diagnostic("WS102", "'owner' stands twice", place, "keep one", related=first)
    assert str(fault) == (
        "a/workspace.yaml:3:5: WS102 'owner' stands twice (see also a/workspace.yaml:1:5); keep one"
    )


def test_only_an_error_stops() -> None:
    place = Span("workspace.yaml")
    assert [
        Diagnostic("WS201", "", place, severity=severity).stops
        for severity in ("error", "warning", "note")
    ] == [True, False, False]
