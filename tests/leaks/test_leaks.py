"""Each scenario is a small suite of its own; what the guard says of it stands in its file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.leaks.conftest import one_of_each_detector, scenarios

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.leaks.conftest import Result, Scenario

    Play = Callable[..., Result]


@pytest.mark.parametrize("scenario", scenarios("leaking"))
def test_a_leak_is_reported_with_line_culprit_and_victim(scenario: Scenario, play: Play) -> None:
    result = play(scenario)
    assert sorted(result.report) == sorted(scenario.report), result.output
    assert not result.faults
    if "says" in scenario.headers:
        assert scenario.headers["says"] in result.output
    if all("(refused)" in line for line in scenario.report):
        assert result.changed == []
    expected = 0 if "warn" in scenario.headers.get("options", "") else 1
    assert result.status == int(scenario.headers.get("status", expected)), result.output


@pytest.mark.parametrize("scenario", one_of_each_detector())
def test_a_leak_is_not_seen_without_its_detector(scenario: Scenario, play: Play) -> None:
    result = play(scenario, without=scenario.headers["detector"])
    assert result.report != scenario.report or not scenario.report
    if "says" in scenario.headers:
        assert scenario.headers["says"] not in result.output


@pytest.mark.parametrize("scenario", scenarios("innocent"))
def test_the_innocent_are_left_alone(scenario: Scenario, play: Play) -> None:
    result = play(scenario)
    assert result.report == [], result.output
    assert not result.faults
    assert result.status == 0, result.output
