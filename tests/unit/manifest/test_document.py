from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pytest_mlops_ws.manifest import rules
from pytest_mlops_ws.manifest.document import parse
from pytest_mlops_ws.manifest.nodes import Mapping, Scalar, Sequence
from pytest_mlops_ws.model.diagnostics import Span

if TYPE_CHECKING:
    from pytest_mlops_ws.manifest.nodes import Document


def said(document: Document) -> list[str]:
    return [str(fault) for fault in document.diagnostics]


def mapping(text: str) -> tuple[Document, Mapping]:
    document = parse(text.encode(), "w.yaml")
    assert isinstance(document.root, Mapping), said(document)
    return document, document.root


def test_keys_and_values_know_their_places() -> None:
    document, root = mapping("a: 1\nbü:\n  - x\n  - 'y'\n")
    key, value = root.entries[1]
    assert isinstance(value, Sequence)
    assert [document.span(node) for node in (key, value, value.items[1])] == [
        Span("w.yaml", 2, 1, 2, 3),
        Span("w.yaml", 3, 3, 4, 8),
        Span("w.yaml", 4, 5, 4, 8),
    ]


def test_place_of_a_value_is_where_it_stands_in_the_text() -> None:
    text = "\ufeff# ü\r\na: 'é 😀' # x\r\nb: end\r\n"
    document, root = mapping(text)
    value = root.entries[1][1]
    assert document.text[value.start.index : value.end.index] == "end"


def test_byte_order_mark_is_not_part_of_the_first_key() -> None:
    _, root = mapping("\ufeffa: 1\n")
    assert root.entries[0][0].text == "a"


def test_quoted_value_is_text_and_a_plain_one_what_it_means() -> None:
    _, root = mapping("a: '1'\nb: 1\n")
    assert [value.value for _, value in root.entries if isinstance(value, Scalar)] == ["1", 1]


def test_all_faults_are_found_not_the_first() -> None:
    assert said(parse(b"a: &x 1\nb: *x\na: !t 2\n", "w.yaml")) == [
        "w.yaml:1:4: WS104 the anchor '&x'; remove it",
        "w.yaml:2:4: WS104 the alias '*x'; write the value itself",
        (
            "w.yaml:3:1: WS102 the key 'a' stands here a second time (see also w.yaml:1:1);"
            " keep one of the two"
        ),
        "w.yaml:3:4: WS104 the tag '!t'; remove it",
    ]


def test_what_is_named_in_a_message_breaks_no_line() -> None:
    text = f"? 'a\tb'\n? 'a\tb'\n? {'x' * 80}\n? {'x' * 80}\n"
    assert said(parse(text.encode(), "w.yaml")) == [
        (
            r"w.yaml:2:3: WS102 the key 'a\tb' stands here a second time"
            " (see also w.yaml:1:3); keep one of the two"
        ),
        (
            f"w.yaml:4:3: WS102 the key '{'x' * 57}…' stands here a second time"
            " (see also w.yaml:3:3); keep one of the two"
        ),
    ]


def test_nesting_to_the_limit_is_read() -> None:
    depth = rules.MAX_DEPTH
    assert parse(b"[" * depth + b"]" * depth, "w.yaml").diagnostics == ()


def test_nesting_that_crashes_libyaml_is_refused_where_it_gets_too_deep() -> None:
    # In a process of its own: were the limit not there, it would end that process.
    program = (
        "from pytest_mlops_ws.manifest.document import parse\n"
        "print(parse(b'[' * 60_000, 'w.yaml').diagnostics[0])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "w.yaml:1:17: WS105 nested more than 16 deep\n"


def test_number_of_values_is_limited() -> None:
    assert parse(b"- 1\n" * (rules.MAX_NODES - 1), "w.yaml").diagnostics == ()
    assert said(parse(b"- 1\n" * rules.MAX_NODES, "w.yaml")) == [
        "w.yaml:5000:3: WS105 more than 5000 values"
    ]


def test_size_is_limited() -> None:
    largest = b"a: " + b"x" * (rules.MAX_BYTES - 3)
    assert parse(largest, "w.yaml").diagnostics == ()
    assert said(parse(largest + b"x", "w.yaml")) == [
        (
            "w.yaml:1:1: WS105 the file has 65537 bytes, and 65536 are allowed;"
            " keep what is large in a file of its own"
        )
    ]


@pytest.mark.parametrize("bad", ["\x00", "\x07", "\x7f", "\ufffe", "\ufeff"])
def test_character_that_yaml_forbids_has_a_place(bad: str) -> None:
    document = parse(f"a: 1\nb: é{bad}\n".encode(), "w.yaml")
    assert said(document) == [
        f"w.yaml:2:5: WS106 the character U+{ord(bad):04X} is not allowed in YAML; remove it"
    ]


def test_python_loader_reads_the_same_where_the_c_one_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = b"# c\na: 1\nb:\n  - {x: 'y'}\n  - |\n    z\nc:\n"
    fast = parse(text, "w.yaml")
    monkeypatch.delattr(yaml, "CSafeLoader")
    assert outline(parse(text, "w.yaml").root) == outline(fast.root)


@given(st.binary(max_size=200))
def test_no_bytes_raise(content: bytes) -> None:
    for fault in parse(content, "w.yaml").diagnostics:
        assert fault.span.line >= 1


@given(st.text("ab:-[]{}&*!|>'\"#%@`,? \n", max_size=60))
def test_no_yaml_raises(text: str) -> None:
    for fault in parse(text.encode(), "w.yaml").diagnostics:
        assert fault.span.line >= 1


def outline(node: object) -> object:
    """Return values and where they begin and end."""
    if isinstance(node, Mapping):
        return [(outline(key), outline(value)) for key, value in node.entries]
    if isinstance(node, Sequence):
        return [outline(item) for item in node.items]
    assert isinstance(node, Scalar)
    return (node.value, node.start.index, len(node.text))
