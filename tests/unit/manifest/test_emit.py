from __future__ import annotations

import datetime as dt
from fractions import Fraction
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pytest_mlops_ws.manifest import emit, scalars
from pytest_mlops_ws.model.errors import UsageError

SCALARS = (
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.floats() | st.text(max_size=20)
)
TRICKY = st.sampled_from(
    [
        "yes",
        "no",
        "y",
        "0755",
        "08",
        "0o17",
        "1e3",
        "1:30",
        "2026-01-01",
        "null",
        "~",
        "",
        " a",
        "a ",
        "a: b",
        "a #b",
        "#a",
        "- a",
        "? a",
        "%a",
        "@a",
        "`a",
        "'",
        '"',
        "\\",
        "\t",
        "a\nb",
        "x:",
        "\x85",
        "\u2028",
        "\ufeff",
        "\x00",
        "\x7f",
        "😀",
        "=",
        "<<",
        "{a}",
        "[a]",
        "&a",
        "*a",
        "!a",
    ]
)
VALUES = st.recursive(
    SCALARS | TRICKY,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=10) | TRICKY, inner, max_size=4)
    ),
    max_leaves=12,
)


def written(value: emit.Plain) -> str:
    return "\n".join(emit.entry("key", value)) + "\n"


@given(VALUES)
def test_pyyaml_reads_back_what_was_written(value: emit.Plain) -> None:
    assert emit.same(yaml.safe_load(written(value))["key"], value)


@given(SCALARS | TRICKY)
def test_readers_of_yaml_12_read_the_same(value: emit.Plain) -> None:
    ruamel = pytest.importorskip("ruamel.yaml")
    assert emit.same(ruamel.YAML(typ="safe", pure=True).load(written(value))["key"], value)


@given(SCALARS | TRICKY)
def test_nothing_ambiguous_is_written(value: emit.Plain) -> None:
    text = emit.scalar(value)
    assert text[0] in "'\"" or not scalars.is_ambiguous(text)


def test_nested_values_are_indented_blocks() -> None:
    value: emit.Plain = {"a": [{"b": 1, "c": [[1], {}]}, "x"], "d": {}, "e": []}
    assert emit.entry("key", value, 2) == [
        "  key:",
        "    a:",
        "      - b: 1",
        "        c:",
        "          - - 1",
        "          - {}",
        "      - x",
        "    d: {}",
        "    e: []",
    ]


class Foreign(int):
    """A number of some library, numpy's for one, that does not print as Python's does."""

    def __repr__(self) -> str:
        return f"foreign({int(self)})"

    __str__ = __repr__


class ForeignReal(float):
    def __repr__(self) -> str:
        return f"foreign({float(self)})"


def test_plain_makes_of_foreign_values_what_yaml_has() -> None:
    value = {
        "path": Path("a/b"),
        "time": dt.datetime(2026, 11, 23, tzinfo=dt.UTC),
        "day": dt.date(2026, 11, 23),
        "count": Foreign(3),
        "auc": ForeignReal(0.5),
        "half": Fraction(1, 2),
        "pair": (1, 2),
    }
    assert emit.plain(value) == {
        "path": "a/b",
        "time": "2026-11-23T00:00:00+00:00",
        "day": "2026-11-23",
        "count": 3,
        "auc": 0.5,
        "half": 0.5,
        "pair": [1, 2],
    }
    assert written(emit.plain(ForeignReal(0.5))) == "key: 0.5\n"


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"a": [1, {2}]}, r"metadata\.a\[1\] is of type set"),
        ({"a": b"x"}, r"metadata\.a is of type bytes"),
        ({1: "x"}, r"metadata has the key 1; keys are text, so write '1'"),
        ({"a": -(10**499)}, r"metadata\.a is a number with too many digits"),
    ],
    ids=["set", "bytes", "key", "digits"],
)
def test_what_yaml_cannot_hold_is_refused_with_its_place(value: object, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        emit.plain(value)


def nested(depth: int) -> emit.Plain:
    value: emit.Plain = 1
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("\ud800", "half a character"),
        ({"k" * 2000: 1}, "more than 1000 characters"),
        (nested(16), "nested more than 15 deep"),
    ],
    ids=["surrogate", "key", "depth"],
)
def test_what_no_loader_would_take_is_not_written(value: emit.Plain, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        emit.entry("metadata", value)


def test_deepest_nesting_that_is_written_is_read() -> None:
    from pytest_mlops_ws.manifest.document import parse

    text = "\n".join(emit.entry("metadata", nested(15)))
    assert parse(text.encode(), "w").diagnostics == ()


@pytest.mark.parametrize(
    ("one", "other"), [(1, True), (1, 1.0), (0, False), ("1", 1), ([1], [True])]
)
def test_values_that_are_written_differently_are_not_the_same(
    one: emit.Plain, other: emit.Plain
) -> None:
    assert not emit.same(one, other)
    assert emit.same(one, one)


def test_not_a_number_is_the_same_as_itself() -> None:
    assert emit.same(float("nan"), float("nan"))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("y", "'y'"),
        ("LoRA fine-tuning project", "LoRA fine-tuning project"),
        ("a: b", "'a: b'"),
        ("it's", "'it''s'"),
        ("sqlite:///x/mlflow.db", "sqlite:///x/mlflow.db"),
        ("${HOST}", "'${HOST}'"),
        ("a\nb", '"a\\nb"'),
        (1e16, "1.0e+16"),
        (-1e-05, "-1.0e-05"),
        (float("-inf"), "-.inf"),
    ],
)
def test_scalar_is_quoted_only_where_some_reader_needs_it(value: emit.Plain, text: str) -> None:
    assert emit.scalar(value) == text
