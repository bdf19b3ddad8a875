from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from pytest_mlops_ws.manifest.acceptance import compiled
from pytest_mlops_ws.manifest.document import parse
from pytest_mlops_ws.manifest.nodes import plain
from pytest_mlops_ws.manifest.reading import read
from pytest_mlops_ws.manifest.schema import accepts, schema

VALID = sorted((Path(__file__).parents[2] / "examples").glob("valid/*.yaml"))

TEXTS = st.sampled_from(["", "a", "ab", "ab\n", "aab", "no"])
SCALARS = TEXTS | st.sampled_from([None, True, False, 0, 1, 2, 1.0, 2.5, float("nan")])
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3)
)
TYPES = st.sampled_from(["string", "integer", "number", "boolean", "null", "array", "object"])


def schemas(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    small = st.integers(0, 3)
    return st.fixed_dictionaries(
        {},
        optional={
            "type": TYPES | st.lists(TYPES, min_size=1, unique=True),
            "title": st.just("T"),
            "minLength": small,
            "maxLength": small,
            "pattern": st.sampled_from(["^a+b?(?![\\s\\S])", "^a$", "b"]),
            "not": st.fixed_dictionaries({"enum": st.lists(SCALARS, max_size=3)}) | inner,
            "minimum": small,
            "maximum": small,
            "items": inner,
            "uniqueItems": st.booleans(),
            "properties": st.dictionaries(TEXTS, inner, max_size=2),
            "required": st.lists(TEXTS, max_size=2, unique=True),
            "additionalProperties": inner,
            "const": SCALARS,
            "minItems": small,
        },
    )


SCHEMAS = st.recursive(st.booleans(), schemas, max_leaves=4)


@given(SCHEMAS, VALUES)
def test_what_is_accepted_satisfies_the_schema_whatever_the_schema(part: Any, value: Any) -> None:
    if compiled(part)(value):
        assert Draft202012Validator(part).is_valid(value)


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_good_file_needs_nobody_else(path: Path) -> None:
    if read(path.read_bytes(), path.name).diagnostics == () and path.stem != "whole-numbers":
        assert accepts()(plain(parse(path.read_bytes(), path.name).root))


@pytest.mark.parametrize(
    ("part", "good", "bad"),
    [
        (True, [1, None, "x"], []),
        (False, [], [1, None, "x"]),
        ({"type": "null"}, [None], ["", 0, False]),
        ({"type": ["string", "null"], "minLength": 1}, [None, "a"], ["", 1]),
        ({"type": "string", "maxLength": 2}, ["", "ab"], ["abc"]),
        ({"type": "string", "pattern": "^a+(?![\\s\\S])"}, ["aa"], ["aa\n", "b"]),
        ({"type": "string", "not": {"enum": ["no"]}}, ["yes"], ["no"]),
        ({"type": "integer", "minimum": 1, "maximum": 3}, [1, 3], [0, 4, True]),
        ({"type": "array"}, [[], [1, [2]]], ["", {}]),
        ({"type": "array", "items": {"type": "string"}}, [[], ["a"]], [["a", 1]]),
        ({"type": "array", "uniqueItems": True}, [[], ["a", "b"]], [["a", "a"], [1, 1.0]]),
        ({"type": "object", "additionalProperties": False}, [{}], [{"a": 1}]),
        ({"type": "object", "required": ["a"]}, [{"a": None, "b": 1}], [{}, {"b": 1}]),
        (
            {"type": "object", "properties": {"a": {"type": "null"}}, "additionalProperties": True},
            [{"a": None}, {"b": 1}],
            [{"a": 1}],
        ),
        ({"type": "object", "additionalProperties": {"type": "null"}}, [{"b": None}], [{"b": 1}]),
    ],
)
def test_keyword_means_what_it_says(part: Any, good: list[Any], bad: list[Any]) -> None:
    assert [value for value in good if not compiled(part)(value)] == []
    assert [value for value in bad if compiled(part)(value)] == []


@pytest.mark.parametrize(
    "part",
    [
        {},
        {"type": "string", "format": "uri"},
        {"type": "string", "enum": ["a"]},
        {"type": "string", "not": {"minLength": 3}},
        {"type": "string", "not": {"enum": [1]}},
        {"type": "boolean"},
        {"type": "number"},
        {"$ref": "#/x", "type": "string"},
    ],
)
def test_what_it_does_not_know_accepts_nothing(part: Any) -> None:
    assert [value for value in ("a", 1, 1.5, True, None, [], {}) if compiled(part)(value)] == []


def test_every_keyword_of_the_schema_is_known() -> None:
    # Else each good file would be judged by jsonschema, which takes a tenth of a second to import.
    every = {key: part["examples"][0] for key, part in schema()["properties"].items()}
    assert accepts()(every)
    assert accepts()({"project_name": "fraud"})
