from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pytest_mlops_ws.manifest import rules
from pytest_mlops_ws.manifest.document import parse
from pytest_mlops_ws.manifest.nodes import plain
from pytest_mlops_ws.manifest.values import UndecidedError, load

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*/*.yaml"))
PIECES = st.sampled_from(
    [
        *(
            "a",
            "b: ",
            "? ",
            "- ",
            "[",
            "]",
            "{",
            "}",
            ", ",
            ": ",
            "\n",
            "  ",
            "'",
            '"',
            "# c",
            "|\n",
        ),
        *(
            "&x ",
            "*x",
            "!!str ",
            "! ",
            "<<",
            "yes",
            "0755",
            "1_0",
            "3.10",
            "1.0",
            ".nan",
            "~",
            "null",
        ),
        *("---\n", "...\n", "%YAML 1.2\n", "2026-01-01", "12", "-1", "é", "\t", "\x85", "\ufeff"),
    ]
)


def agrees_with_the_document(content: bytes) -> None:
    document = parse(content, "w.yaml")
    try:
        values = load(content)
    except UndecidedError:
        return
    assert document.diagnostics == ()
    assert repr(values) == repr(plain(document.root))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_values_are_those_of_the_document_in_every_example(path: Path) -> None:
    agrees_with_the_document(path.read_bytes())


@given(st.lists(PIECES, max_size=14).map("".join))
def test_values_are_those_of_the_document_or_undecided(text: str) -> None:
    agrees_with_the_document(text.encode())


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("a: 1\nb: [x, 'y', {c: }]\n", {"a": 1, "b": ["x", "y", {"c": None}]}),
        ("---\na: |\n  x\n", {"a": "x\n"}),
        ("# only a comment\r\n'a': 0.5\r\n", {"a": 0.5}),
        ("é: ü\n", {"é": "ü"}),
        ("- {}\n- []\n", [{}, []]),
        ("word", "word"),
        ("1: x\n", {"1": "x"}),
        ("a: './x'\nb: ./x\nc: 1.2.3\nd: -1\n", {"a": "./x", "b": "./x", "c": "1.2.3", "d": -1}),
    ],
)
def test_ordinary_document_is_decided(text: str, values: object) -> None:
    assert load(text.encode()) == values


@pytest.mark.parametrize(
    "text",
    [
        *("", "# c\n", "a: &x 1", "&x a: 1", "a: *x", "a: !!str 1", "!!str a: 1", "a: !t [1]"),
        *(
            "a: &x [1]",
            "&x {a: 1}",
            "a: 1\na: 2",
            "<<: {a: 1}",
            "[a]: 1",
            "? {a: 1}\n: 1",
            "*x : 1",
        ),
        *("a: yes", "off: 1", "a: 0755", "0755: 1", "a: 2026-01-01", "2026-01-01: 1", "a: 1_000"),
        *("a: 1\n---\nb: 2", "a: [1", "a: '", "\tb: 1", "\ufeffa: 1", "a: \x07", "a: \u2028"),
        "a: " + "1" * 5000,
    ],
)
def test_document_that_must_be_looked_at_is_undecided(text: str) -> None:
    with pytest.raises(UndecidedError):
        load(text.encode())


def test_bytes_that_are_no_characters_are_undecided() -> None:
    with pytest.raises(UndecidedError):
        load(b"a: \xfc")


@pytest.mark.parametrize(
    ("fits", "too_much"),
    [
        (b"[" * rules.MAX_DEPTH + b"]" * rules.MAX_DEPTH, b"[" * 17 + b"]" * 17),
        (b"- 1\n" * (rules.MAX_NODES - 1), b"- 1\n" * rules.MAX_NODES),
        (b"[" + b"a: ," * 1666 + b"]", b"[" + b"a: ," * 1667 + b"]"),
        (b"{" + b"a: 1, " + b"}", b"{" + b",".join(b"k%d" % n for n in range(2500)) + b"}"),
        (b"a: " + b"x" * (rules.MAX_BYTES - 3), b"a: " + b"x" * (rules.MAX_BYTES - 2)),
    ],
    ids=["depth", "items", "pairs", "keys", "bytes"],
)
def test_limits_are_those_of_the_document(fits: bytes, too_much: bytes) -> None:
    assert parse(fits, "w.yaml").diagnostics == ()
    load(fits)
    assert parse(too_much, "w.yaml").diagnostics != ()
    with pytest.raises(UndecidedError):
        load(too_much)


def test_shortest_way_to_write_a_value_is_counted() -> None:
    load(b"[" + b"?:," * (rules.MAX_NODES // 3 - 1) + b"]")
    with pytest.raises(UndecidedError):
        load(b"[" + b"?:," * (rules.MAX_NODES // 3 + 1) + b"]")


def test_python_loader_reads_the_same_where_the_c_one_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("pytest_mlops_ws.manifest.values.Loader", yaml.SafeLoader)
    for path in EXAMPLES:
        agrees_with_the_document(path.read_bytes())


def test_keys_that_all_manifests_have_are_kept_once() -> None:
    first, second = load(b"a_key_of_ours: 1"), load(b"{a_key_of_ours: 2}")
    assert isinstance(first, dict)
    assert isinstance(second, dict)
    assert next(iter(first)) is next(iter(second))
