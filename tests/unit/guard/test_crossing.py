from __future__ import annotations

import json

from pytest_mlops_ws.guard.afterwards import merged
from pytest_mlops_ws.guard.attribution import Line
from pytest_mlops_ws.guard.crossing import Crossing
from pytest_mlops_ws.model.diagnostics import Span

CROSSING = Crossing(
    "WS701",
    "fraud writes to the real workspace of churn: a.csv made",
    Line("test_a.py", 3, "test_a"),
    test="test_a.py::test_a",
    culprit="fraud",
    victim="churn",
    subject="a.csv",
    remedy="write elsewhere",
    poison=Line("conftest.py", 7),
)


def test_a_crossing_survives_being_sent() -> None:
    assert Crossing.from_plain(json.loads(json.dumps(CROSSING.plain()))) == CROSSING


def test_a_crossing_is_a_finding_like_any_other() -> None:
    diagnostic = CROSSING.diagnostic
    assert str(diagnostic) == (
        "test_a.py:3:1: WS701 fraud writes to the real workspace of churn: a.csv made"
        " (already happened) (see also conftest.py:7:1); write elsewhere"
    )
    assert diagnostic.related == Span("conftest.py", 7)
    assert diagnostic.projects == ("fraud", "churn")


def test_what_one_test_alone_could_have_done_is_that_tests() -> None:
    seen = CROSSING._replace(certain=False, candidates=(CROSSING.test,))
    assert merged([seen, seen]) == [seen._replace(certain=True, candidates=())]


def test_what_two_tests_could_have_done_names_both_and_is_neithers() -> None:
    first = CROSSING._replace(certain=False)
    (found,) = merged([first, first._replace(test="test_b.py::test_b")])
    assert (found.rule, found.test, found.certain) == ("WS707", "", False)
    assert found.candidates == ("test_a.py::test_a", "test_b.py::test_b")
    assert found.message == "the real workspace of churn has changed: a.csv made"
