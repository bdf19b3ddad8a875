from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pytest_mlops_ws.manifest import rules
from pytest_mlops_ws.manifest.document import parse
from pytest_mlops_ws.manifest.nodes import plain
from pytest_mlops_ws.manifest.reading import read
from pytest_mlops_ws.manifest.values import UndecidedError, load

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*/*.yaml"))
#: What a line is made of, and what could make it mean something else.
PIECES = st.sampled_from(
    [
        *("a", "b: ", "c-d:", "_e: ", "? ", "- ", "[", "]", "{}", "{", ", ", ": ", ":", "\n"),
        *("\n  ", "\n    ", "  ", "'", '"', "# c", " # c", "#", "|\n", "\\", "\r\n", "\r", "/p"),
        *("&x ", "*x", "!!str ", "! ", "<<", "yes", "0755", "1_0", "3.10", "1.0", ".nan", "~"),
        *("null", "---\n", "...\n", "%YAML 1.2\n", "2026-01-01", "12", "-1", "é", "\t", "\x85"),
        *("\ufeff", "=", "<", ">", "@", "`", "%", "$", "${A}", "a b", "¹", "\N{SNOWMAN}"),
    ]
)
#: Whole lines, so that most documents are decided.
LINES = st.tuples(
    st.sampled_from(["", " ", "  ", "    "]),
    st.sampled_from(["a:", "b:", "c:", "- ", "-", "no:", "'q':", "# ", ""]),
    st.sampled_from(["", " ", "  "]),
    st.sampled_from(
        [
            *("", "x", "'y'", '"z"', "'it''s'", "[a, 'b c', 1]", "[]", "[ ]", "[a,]", "{}", "#"),
            *(
                "~",
                "true",
                "7",
                "0.5",
                "http://a/b",
                "a:",
                "a: b",
                "x # c",
                "'x' # c",
                "'x'#",
                "[a",
            ),
            *(
                "s3://b/c d",
                "${A:-b}",
                "[a]b",
                "[a] # c",
                "{} # c",
                "[{}]",
                "['a', \"b\"]",
                "[', ']",
            ),
        ]
    ),
    st.sampled_from(["\n", " \n", "\r\n", "\n\n", "\n# c\n"]),
).map("".join)


def agrees_with_the_document(content: bytes) -> bool:
    document = parse(content, "w.yaml")
    try:
        values = load(content)
    except UndecidedError:
        return False
    assert document.diagnostics == ()
    assert repr(values) == repr(plain(document.root))
    return True


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_values_are_those_of_the_document_in_every_example(path: Path) -> None:
    agrees_with_the_document(path.read_bytes())


@given(st.lists(PIECES, max_size=14).map("".join))
def test_values_are_those_of_the_document_or_undecided(text: str) -> None:
    agrees_with_the_document(text.encode())


@given(st.lists(LINES, max_size=6).map("".join))
def test_lines_say_what_they_say_in_the_document_or_are_undecided(text: str) -> None:
    agrees_with_the_document(text.encode())


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("a: 1\nb: [x, 'y']\n", {"a": 1, "b": ["x", "y"]}),
        ("c:\n  d:\n  e: .5", {"c": {"d": None, "e": 0.5}}),
        ('---\n# c\na: {b: ./x, c: "d e"}\n', {"a": {"b": "./x", "c": "d e"}}),
        ("# only a comment\r\na: ~ # and one more\r\n\r\n", {"a": None}),
        ("é: ü\n", {"é": "ü"}),
        ("a:\n- x\n- 'y: z'\nb: {}\nc: []", {"a": ["x", "y: z"], "b": {}, "c": []}),
        ("a:\n    - true\n\n    # c\n    - x\n", {"a": [True, "x"]}),
        ("a: http://x:5000/#top\nb: ${A:-b}\n", {"a": "http://x:5000/#top", "b": "${A:-b}"}),
        ("a:  \n  b-c: \"#\"\nd: 'x'  # c\n", {"a": {"b-c": "#"}, "d": "x"}),
        ("a: # c\n  b: 1.2.3\n", {"a": {"b": "1.2.3"}}),
    ],
)  # fmt: skip
def test_ordinary_document_is_decided(text: str, values: object) -> None:
    assert load(text.encode()) == values
    assert agrees_with_the_document(text.encode())


@pytest.mark.parametrize(
    "text",
    [
        *("", "# c\n", "a: &x 1", "&x a: 1", "a: *x", "a: !!str 1", "!!str a: 1", "a: !t [1]"),
        *("a: &x [1]", "a: &x {b: 1}", "a: 1\na: 2", "<<: {a: 1}", "[a]: 1", "? {a: 1}\n: 1"),
        *("*x : 1", "a: yes", "off: 1", "a: 0755", "0755: 1", "a: 2026-01-01", "2026-01-01: 1"),
        *("a: 1_000", "a: 1\n---\nb: 2", "a: [1", "a: '", "\tb: 1", "\ufeffa: 1", "a: \x07"),
        *("a: \u2028", "a: b\n  c: d", "a: b\n  c", " a: b", "a:\n  b: 1\n c: 2", "- a", "a"),
        *("a:\n  - b\n - c", "a:\n- b\n  - c", "a: 'b'c", "a: 'b'#c", 'a: "\\u0062"', "a: 'b''c'"),
        *(
            "a: [b, c: d]",
            "a: [b # c]",
            "a: [b]c",
            "a: [, b]",
            "a: b: c",
            "a: b:",
            "a:b",
            "a: - b",
            "a: 1: b",
        ),
        "a: " + "1" * 5000,
    ],
)
def test_document_that_must_be_looked_at_is_undecided(text: str) -> None:
    with pytest.raises(UndecidedError):
        load(text.encode())


def test_bytes_that_are_no_characters_are_undecided() -> None:
    with pytest.raises(UndecidedError):
        load(b"a: \xfc")


def nested(depth: int) -> bytes:
    return b"\n".join(b" " * column + b"a:" for column in range(depth))


def long_list(nodes: int) -> bytes:
    return b"a:\n" + b"- 1\n" * (nodes - 2)  # the mapping and the list are two


@pytest.mark.parametrize(
    ("fits", "too_much"),
    [
        (nested(5), nested(rules.MAX_DEPTH + 2)),
        (long_list(rules.MAX_NODES - 1), long_list(rules.MAX_NODES + 1)),
        (b"a: [" + b"1," * 4990 + b"1]", b"a: [" + b"1," * 5000 + b"1]"),
        (
            b"".join(b"k%d:\n" % number for number in range(2400)),
            b"".join(b"k%d:\n" % number for number in range(5000)),
        ),
        (b"a: " + b"x" * (rules.MAX_BYTES - 3), b"a: " + b"x" * (rules.MAX_BYTES - 2)),
    ],
    ids=["depth", "items", "flow", "keys", "bytes"],
)
def test_limits_are_those_of_the_document(fits: bytes, too_much: bytes) -> None:
    assert agrees_with_the_document(fits)
    assert parse(too_much, "w.yaml").diagnostics != ()
    with pytest.raises(UndecidedError):
        load(too_much)


def test_python_loader_reads_the_same_where_the_c_one_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with_c = [read(path.read_bytes(), "w.yaml").values for path in EXAMPLES]
    monkeypatch.delattr(yaml, "CSafeLoader")
    without = [read(path.read_bytes(), "w.yaml").values for path in EXAMPLES]
    assert repr(without) == repr(with_c)


def test_keys_that_all_manifests_have_are_kept_once() -> None:
    first, second = load(b"a_key_of_ours: 1"), load(b"a_key_of_ours: 2")
    assert next(iter(first)) is next(iter(second))


def test_lists_and_mappings_are_each_documents_own() -> None:
    text = b"a: [1]\nb: {}\nc:\n- 1\nd: {e: 1}\n"
    first, second = load(text), load(text)
    assert first == second
    assert not [key for key in first if first[key] is second[key]]


def test_ordinary_manifest_needs_no_yaml_parser() -> None:
    program = (
        "import sys\n"
        "from pytest_mlops_ws.manifest.reading import read\n"
        f"assert read({b'project_name: fraud'!r}, 'w.yaml').values\n"
        "print(sorted({'yaml', 'jsonschema'} & sys.modules.keys()))\n"
    )
    command = [sys.executable, "-c", program]
    said = subprocess.run(command, check=True, capture_output=True, text=True)
    assert said.stdout == "[]\n"
