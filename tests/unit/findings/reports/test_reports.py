from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_mlops_ws.findings.outcome import Outcome
from pytest_mlops_ws.findings.reports import formats, load

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_mlops_ws.findings.catalogue import Catalogue
    from pytest_mlops_ws.findings.context import Context


def test_every_module_is_a_format() -> None:
    assert formats() == ["github", "gitlab", "json", "junit", "sarif", "text"]
    assert [name for name in formats() if load(name).DOCUMENT] == [
        "gitlab",
        "json",
        "junit",
        "sarif",
    ]


@pytest.mark.parametrize("name", formats())
def test_report_is_a_function_of_what_it_is_given(
    name: str, outcome: Outcome, reported: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = reported(name, outcome)
    for variable in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "TERM"):
        monkeypatch.setenv(variable, "1")
    assert reported(name, outcome) == before
    assert before.endswith("\n")
    # Whatever a file is called, or holds: every terminal, log and file takes it.
    assert before.encode("utf-8")
    assert "\x1b" not in before


@pytest.mark.parametrize("name", formats())
def test_clean_report_asks_for_no_rule(name: str, unasked: Catalogue, context: Context) -> None:
    assert load(name).report(Outcome(), unasked, context)
