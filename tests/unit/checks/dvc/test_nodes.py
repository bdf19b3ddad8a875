from __future__ import annotations

import pytest

from pytest_mlops_ws.checks.dvc import nodes
from pytest_mlops_ws.checks.dvc.nodes import (
    MAX_DEPTH,
    MAX_NODES,
    Mapping,
    Scalar,
    Sequence,
    UnreadableError,
    parse,
)
from pytest_mlops_ws.model.diagnostics import Span

BOM = b"\xef\xbb\xbf"


def plain(node: nodes.Node | None) -> object:
    if isinstance(node, Mapping):
        return {name: plain(value) for name, value in node.values.items()}
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return None if node is None else node.text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("# nothing\n", None),
        ("a: 1\n", {"a": "1"}),
        ("\ufeffa: 'x y'\n", {"a": "x y"}),
        ("a: [b, {c: d}]\ne:\n  - f\n", {"a": ["b", {"c": "d"}], "e": ["f"]}),
        ("a: &x [b]\nc: *x\n", {"a": ["b"], "c": ["b"]}),
        ("a: &x b\nc: *x\n", {"a": "b", "c": "b"}),
        (
            "a: &x {b: 1, c: 2}\nd: {<<: *x, c: 3}\n",
            {"a": {"b": "1", "c": "2"}, "d": {"b": "1", "c": "3"}},
        ),
        ("a: &x {b: 1}\nd: {b: 2, <<: [*x]}\n", {"a": {"b": "1"}, "d": {"b": "2"}}),
        ("'<<': b\n", {"<<": "b"}),
    ],
)
def test_what_stands_there(text: str, value: object) -> None:
    assert plain(parse(text.encode())) == value


def test_every_scalar_knows_its_place() -> None:
    root = parse(b"stages:\n  train:\n    deps:\n    - 'a b'\n")
    assert isinstance(root, Mapping)
    assert root.keys["stages"].span("dvc.yaml") == Span("dvc.yaml", 1, 1, 1, 7)
    stages = root.values["stages"]
    assert isinstance(stages, Mapping)
    train = stages.values["train"]
    assert isinstance(train, Mapping)
    deps = train.values["deps"]
    assert isinstance(deps, Sequence)
    assert isinstance(deps.items[0], Scalar)
    assert deps.items[0].span("dvc.yaml") == Span("dvc.yaml", 4, 7, 4, 12)


@pytest.mark.parametrize(
    ("content", "message", "line", "column"),
    [
        (b"a: 1\nb: 2\na: 3\n", "the key 'a' stands here a second time", 3, 1),
        (b"a: &x [*x]\n", "the alias '*x' stands for nothing before it", 1, 8),
        (b"a: *x\n", "the alias '*x' stands for nothing before it", 1, 4),
        (b"? [a]\n: b\n", "a key that is no text", 1, 3),
        (b"a: {<<: b}\n", "'<<' merges mappings only", 1, 9),
        (b"a: 1\n---\nb: 2\n", "a second document begins here", 2, 1),
        (b"a: 1\nb: \xe4\n", "byte 0xe4 is not UTF-8", 2, 4),
        (BOM + b"a: \xe4\n", "byte 0xe4 is not UTF-8", 1, 4),
        (BOM + b"a: b: c\n", "mapping values are not allowed in this context", 1, 5),
        (b"a: b: c\n", "mapping values are not allowed in this context", 1, 5),
        (b"[" * 40_000, f"it is nested more than {MAX_DEPTH} deep", 1, MAX_DEPTH + 1),
        (b"a: \x00\n", "control characters are not allowed", 1, 1),
    ],
)
def test_what_dvc_cannot_read_either(content: bytes, message: str, line: int, column: int) -> None:
    with pytest.raises(UnreadableError) as caught:
        parse(content)
    error = caught.value
    assert (error.message, error.line, error.column) == (message, line, column)


def test_one_and_the_word_one_are_two_keys() -> None:
    parse(b"1: a\n'1': b\n")


def test_a_file_of_any_size_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nodes, "MAX_NODES", 10)
    with pytest.raises(UnreadableError) as caught:
        parse(b"- a\n" * 11)
    assert caught.value.message == "it has more than 10 values"
    assert MAX_NODES > 100_000


def test_a_bomb_of_aliases_is_no_larger_than_its_text() -> None:
    lines = [b"a0: &a0 [x, x]"]
    lines += [b"a%d: &a%d [%s]" % (n, n, b", ".join([b"*a%d" % (n - 1)] * 9)) for n in range(1, 30)]
    root = parse(b"\n".join(lines))
    assert isinstance(root, Mapping)
    assert len(root.values) == 30
