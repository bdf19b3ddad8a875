from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_mlops_ws.model import names
from pytest_mlops_ws.model.errors import UsageError


@pytest.mark.parametrize("name", ["fraud", "fraud-eval", "fraud_eval", "a1", "2024-q1", "a" * 50])
def test_legal_name_is_returned(name: str) -> None:
    assert names.check(name) == name


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("", None),
        ("x", "x-project"),
        ("a" * 200, "a" * 50),
        ("Fraud", "fraud"),
        ("Fraud Detection", "fraud-detection"),
        ("../fraud", "fraud"),
        ("a/b", "a-b"),
        ("a\\b", "a-b"),
        ("..", None),
        ("fraud\n", "fraud"),
        ("-fraud", "fraud"),
        ("fraud--eval", "fraud-eval"),
        ("Überweisung", "uberweisung"),
        ("con", "con-project"),
        ("default", "default-project"),
        ("ajax_api", "ajax_api-project"),
    ],
)
def test_illegal_name_is_refused_with_the_nearest_legal_one(name: str, nearest: str | None) -> None:
    with pytest.raises(UsageError) as refused:
        names.check(name)
    assert refused.value.details["nearest"] == nearest
    assert (f"use {nearest!r}" in refused.value.message) is (nearest is not None)


def test_name_that_is_no_text_is_refused() -> None:
    with pytest.raises(UsageError, match="a name is a string, not int"):
        names.check(7)


@given(st.text(max_size=80))
def test_suggestion_is_always_legal(name: str) -> None:
    suggestion = names.nearest(name)
    assert suggestion is None or names.check(suggestion) == suggestion
