from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from pytest_mlops_ws.manifest import complaints
from pytest_mlops_ws.manifest.document import parse

SCALARS = st.sampled_from([None, True, False, 0, 1, 0.0, 1.0, 1.5, "", "1", "a"])
ITEMS = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("ab"), inner),
    max_leaves=4,
)
#: What the schema of manifests does not use, and may one day.
SCHEMA = {
    "properties": {
        "few": {"type": "array", "maxItems": 1},
        "one": {"enum": ["a", "b"], "examples": ["a"]},
        "any": {"anyOf": [{"type": "string"}, {"type": "boolean"}]},
        "told": {"const": 1, "errorMessage": "'told' is one"},
        "typed": {"type": ["number", "boolean"]},
        "null": {"type": "null"},
        "outer": {
            "properties": {"inner": {"type": "string", "minLength": 2, "pattern": "^a"}},
            "required": ["inner", "other"],
            "additionalProperties": False,
        },
        "free": {"uniqueItems": True},
    }
}


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(complaints, "_validator", lambda: Draft202012Validator(SCHEMA))

    def said(text: str) -> list[str]:
        document = parse(text.encode(), "w")
        return [str(fault) for _, fault in complaints.complaints(document)]

    return said


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("few: [a, b]", ["w:1:6: WS204 'few' cannot be a list"]),
        ("one: c", ["w:1:6: WS204 'one' cannot be 'c'; for example 'a'"]),
        ("any: 1", ["w:1:6: WS204 'any' cannot be 1"]),
        ("told: 2", ["w:1:7: WS204 'told' is one, not 2"]),
        ("typed: x", ["w:1:8: WS203 'typed' is a number or true or false, not the text 'x'"]),
        ("'null': x", ["w:1:9: WS203 'null' is nothing, not the text 'x'"]),
        ("outer: {inner: ab, other: 1}", ["w:1:20: WS201 unknown key 'other'"]),
        (
            "outer:\n  innner: x\n",
            [
                "w:2:3: WS202 the key 'inner' is missing; write 'inner: <value>'",
                "w:2:3: WS202 the key 'other' is missing; write 'other: <value>'",
                "w:2:3: WS201 unknown key 'innner'; did you mean 'inner'?",
            ],
        ),
        ("free: [1, a, 1]", ["w:1:14: WS204 'free' has '1' twice; remove one"]),
        ("free: [*a, *a]", []),
    ],
)
def test_keyword_that_is_new_to_the_schema_is_told_in_words(
    said: Any, text: str, faults: list[str]
) -> None:
    assert [each.partition("; what is your own")[0] for each in said(text)] == faults


def test_of_all_that_is_wrong_with_one_value_the_first_is_told(said: Any) -> None:
    found = said("outer: {inner: b, other: 1}")
    assert found[0] == "w:1:16: WS204 'outer.inner' has fewer than 2 characters"
    assert len(found) == 2  # and the unknown key


def test_what_cannot_be_read_is_not_judged_as_well(said: Any) -> None:
    assert said("outer: {inner: *a}\none: !t c\nfew: &x [1, 2]") == [
        "w:3:6: WS204 'few' cannot be a list",
        "w:1:8: WS202 the key 'other' is missing; write 'other: <value>'",
    ]


@given(st.lists(ITEMS, max_size=4))
def test_items_are_equal_where_they_are_to_jsonschema(items: list[Any]) -> None:
    theirs = Draft202012Validator({"uniqueItems": True}).is_valid(items)
    ours = len({complaints._comparable(item) for item in items}) == len(items)
    assert ours == theirs


@pytest.mark.parametrize(
    ("items", "unique"),
    [
        ([True, 1], True),
        ([False, 0, "", None, [], {}], True),
        ([1, 1.0], False),
        ([[True], [1]], True),
        ([{"a": 1, "b": 2}, {"b": 2.0, "a": 1}], False),
    ],
)
def test_true_is_not_one_and_one_point_zero_is(items: list[Any], *, unique: bool) -> None:
    assert Draft202012Validator({"uniqueItems": True}).is_valid(items) is unique
    assert (len({complaints._comparable(item) for item in items}) == len(items)) is unique
