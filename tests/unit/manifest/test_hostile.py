"""Files that were made to cost: each is read within a second, whatever is said of it."""

from __future__ import annotations

import time

import pytest

from pytest_mlops_ws.manifest import rules
from pytest_mlops_ws.manifest.reading import read

NAME = b"project_name: fraud\n"


def listed(item: bytes, count: int) -> bytes:
    """Return a list of different items as source_paths."""
    items = (item.replace(b"N", b"%d" % number) for number in range(count))
    return NAME + b"source_paths: [" + b",".join(items) + b"]"


def lines(line: bytes, count: int) -> bytes:
    return b"".join(line.replace(b"N", b"%d" % number) + b"\n" for number in range(count))


HOSTILE = {
    "brackets": b"[" * 60_000,
    "braces": b"{a: " * 16_000,
    "dashes": b"- " * 30_000,
    "dash lines": b"-\n" * 30_000,
    "question marks": b"? " * 30_000,
    "colons": b": " * 30_000,
    "pairs in brackets": b"[" + b"?:," * 20_000 + b"]",
    "an endless word": b"x" * 60_000,
    "an endless line": b"a " * 30_000,
    "words on lines": b"a\n" * 30_000,
    "quoted lines": b"a: '" + b"x\n" * 30_000 + b"'",
    "escapes": b'a: "' + b"\\n" * 30_000 + b'"',
    "an open quote": b'a: "' + b"\n" * 60_000,
    "folded": b"a: >\n" + b" x\n\n" * 15_000,
    "comments": b"#\n" * 30_000,
    "blanks": b" " * 60_000,
    "line breaks": b"\r" * 60_000,
    "steps": b"".join(b" " * depth + b"a:\n" for depth in range(300)),
    "anchors": lines(b"- &aN x", 6_000),
    "aliases": lines(b"- *aN", 6_000),
    "tags": lines(b"- !t x", 6_000),
    "directives": lines(b"%TAG !N! x", 4_000),
    "documents": lines(b"--- a", 8_000),
    "equal keys": lines(b"a: 1", 2_400),
    "unknown keys": NAME + lines(b"mlflow_tracking_urN: 1", 2_400),
    "long keys": lines(b"N" + b"x" * 1_000 + b": 1", 60),
    "mappings in a list of texts": listed(b"{a: N}", 1_600),
    "lists in a list of texts": listed(b"[N, a, {b: c}]", 700),
    "numbers in a list of texts": listed(b"N.5", 4_900),
    "hexadecimal name": b"project_name: 0x" + b"f" * 60_000,
    "octal id": NAME + b"mlflow_experiment_id: 0" + b"7" * 60_000,
    "binary version": NAME + b"schema_version: 0b" + b"1" * 60_000,
    "sexagesimal": NAME + b"metadata: {n: 1" + b":1" * 30_000 + b"}",
    "sexagesimal fraction": NAME + b"metadata: {n: 1" + b":1" * 30_000 + b".5}",
    "sexagesimal key": b"1" + b":1" * 500 + b": x",
    "fraction": NAME + b"metadata: {n: 1." + b"1" * 60_000 + b"}",
    "exponent": NAME + b"metadata: {n: 1e" + b"1" * 4_000 + b"}",
    "decimal to some": NAME + b"metadata: {n: " + b"08" * 3_000 + b"}",
    "name": b"project_name: " + b"a-" * 30_000,
    "name with an end": b"project_name: " + b"a" * 60_000 + b"!",
    "MLflow workspace": NAME + b"mlflow_workspace: " + b"a-" * 30_000,
    "time": NAME + b"created_at: '" + b"2026-01-01 " * 5_000 + b"'",
    "nearly Dagster's": b"load_from \t" * 5_000 + b"[",
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE.keys())
def test_file_made_to_cost_is_read_within_a_second(content: bytes) -> None:
    assert len(content) <= rules.MAX_BYTES, "else it is not read at all"
    begun = time.process_time()
    reading = read(content, "w.yaml")
    assert all(str(fault) for fault in reading.diagnostics)
    assert repr(reading)
    assert time.process_time() - begun < 1
