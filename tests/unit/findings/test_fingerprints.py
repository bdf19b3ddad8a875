from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_mlops_ws.findings.fingerprints import fingerprints, of_outcome
from pytest_mlops_ws.findings.outcome import Excused, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_mlops_ws.model.diagnostics import Diagnostic

    Found = Callable[..., Diagnostic]


def test_it_is_of_this_release_and_the_next(finding: Found) -> None:
    # A baseline that people have committed holds these.
    assert fingerprints([finding()]) == ["f9f40f180eb633084eeeb4717a596e2e"]
    assert fingerprints([finding(subject="", message="line 7 is bad")]) == [
        "4702f52f9c6e68fa3c80495adf69868b"
    ]


@pytest.mark.parametrize(
    "same",
    [
        {"line": 99},
        {"column": 7},
        {"message": "told in other words"},
        {"remedy": "do something"},
        {"severity": "note"},
        {"projects": ("fraud", "a-newcomer")},
    ],
)
def test_it_does_not_depend_on_place_or_words(same: dict[str, object], finding: Found) -> None:
    assert fingerprints([finding(**same)]) == fingerprints([finding()])


@pytest.mark.parametrize(
    "other",
    [
        {"rule": "WS306"},
        {"path": "churn/workspace.yaml"},
        {"subject": "train"},
    ],
)
def test_it_depends_on_what_it_is_about(other: dict[str, object], finding: Found) -> None:
    assert fingerprints([finding(**other)]) != fingerprints([finding()])


def test_without_a_subject_the_message_tells_but_for_its_numbers(finding: Found) -> None:
    seven, nine, other = (
        finding(subject="", message=message)
        for message in ("'owner' of line 7 again", "'owner' of line 19 again", "'team' again")
    )
    assert fingerprints([seven]) == fingerprints([nine])
    assert fingerprints([seven]) != fingerprints([other])


def test_equal_ones_are_counted_in_the_order_of_their_places(finding: Found) -> None:
    first, second = finding(line=3), finding(line=8)
    prints = fingerprints([first, second])
    assert len(set(prints)) == 2
    assert fingerprints([second, first]) == prints[::-1]
    assert fingerprints([finding(line=30)]) == prints[:1]


def test_path_that_is_no_text_has_one_too(finding: Found) -> None:
    assert len(fingerprints([finding(path="\udcff/workspace.yaml")])[0]) == 32


def test_reports_count_as_the_baseline_does(finding: Found) -> None:
    ignored, known, new = (finding(line=line) for line in (1, 2, 3))
    as_recorded = fingerprints([known, new])
    outcome = Outcome((new,), (Excused(ignored, "ignore", "x"), Excused(known, "baseline", "")), ())
    findings, excused = of_outcome(outcome)
    assert findings == as_recorded[1:]
    assert excused[1] == as_recorded[0]
    assert len({*findings, *excused}) == 3
