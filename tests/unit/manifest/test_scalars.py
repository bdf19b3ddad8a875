from __future__ import annotations

import math

import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st

from pytest_mlops_ws.manifest import emit, scalars

WORDS = [
    *("", "~", "null", "Null", "NULL", "nULL", "true", "yes", "No", "ON", "off", "oN", "y", "n"),
    *("0", "-0", "+1", "12", "1_000", "0755", "08", "0o17", "0x1f", "0b101", "1:30", "-1:30:00"),
    *("1.5", "-.5", "+.5", ".5", "1.", "1e3", "1.0e+3", "1.0e3", "1:30.5", ".5e+3", "3.10"),
    *(".inf", "-.Inf", "+.INF", ".nan", ".NaN", "nan", "inf", "2026-01-01", "2026-13-45"),
    *("word", "a: b", "http://x", "1.2.3", "-", "+", ".", "_1", "0_", "00", "0:30", "=", "<<"),
]


def as_pyyaml_reads(text: str) -> object:
    """Return PyYAML's value; a timestamp as the text it is."""
    tag = yaml.SafeLoader("").resolve(yaml.ScalarNode, text, (True, False))
    if tag.rpartition(":")[2] in {"timestamp", "merge", "value"}:
        return text
    loader = yaml.SafeLoader("")
    return loader.construct_object(yaml.ScalarNode(tag, text))


@pytest.mark.parametrize("text", WORDS)
def test_scalar_means_what_pyyaml_makes_of_it(text: str) -> None:
    assert repr(scalars.resolve(text)) == repr(as_pyyaml_reads(text))


@given(st.text("0123456789_:.+-eExbofnaINTyYs~", max_size=12))
def test_any_scalar_means_what_pyyaml_makes_of_it(text: str) -> None:
    try:
        expected = as_pyyaml_reads(text)
    except ValueError:
        assume(False)  # PyYAML fails on 0b_, which we read as a word
    else:
        assert repr(scalars.resolve(text)) == repr(expected)


@pytest.mark.parametrize(
    "text",
    [
        *("yes", "Off", "0755", "08", "0o17", "0b101", "1_000", "1:30", "1e3", "1.0e3", "+.5"),
        *("2026-01-01", "2026-11-23T09:15:02+00:00", "2026-11-23 09:15:02"),
    ],
)
def test_scalar_that_readers_disagree_about_is_ambiguous(text: str) -> None:
    assert scalars.is_ambiguous(text)


@pytest.mark.parametrize(
    "text",
    ["", "null", "true", "0", "007", "12", "0x1f", "1.5", "1.0e+3", ".inf", ".nan", "word", "-"],
)
def test_scalar_that_all_read_alike_is_not(text: str) -> None:
    assert not scalars.is_ambiguous(text)


@pytest.mark.parametrize(
    "text",
    [
        *("1" * 501, "-" + "1" * 500, "0x" + "f" * 499, "0" + "7" * 500, "0b" + "1" * 499),
        *(
            "1" + ":1" * 250,
            "1" + ":1" * 249 + ".5",
            "1." + "1" * 499,
            "08" * 251,
            "0o" + "7" * 499,
        ),
        *("1e" + "1" * 499, "1" * 500, "0x" + "f" * 415, "-0x" + "f" * 497),
    ],
)
def test_number_too_long_to_calculate_with_is_refused_by_all(text: str) -> None:
    for judge in (scalars.resolve, scalars.settled, scalars.is_ambiguous):
        with pytest.raises(ValueError, match=f"a number of {len(text)} digits|too large"):
            judge(text)


@pytest.mark.parametrize(
    "text",
    ["9" * 499, "-" + "9" * 499, "0x" + "f" * 414, "1" + ":1" * 249, "08" * 250, "0b" + "1" * 498],
)
def test_longest_number_can_be_written_and_read_again(text: str) -> None:
    value = scalars.resolve(text)
    assert repr(scalars.resolve(emit.scalar(emit.plain(value)).strip("'"))) == repr(value)


def test_long_text_that_begins_like_a_number_is_text() -> None:
    text = "../" * 500
    assert scalars.settled(text) == scalars.resolve(text) == text


def test_sexagesimal_number_beyond_all_floats_is_refused() -> None:
    with pytest.raises(ValueError, match="too large"):
        scalars.resolve("1" + ":1" * 200 + ".5")


def test_infinity_and_not_a_number_are_numbers() -> None:
    assert scalars.resolve("-.inf") == -math.inf
    assert math.isnan(float(str(scalars.resolve(".NaN"))))
