"""The draft-07 rendering of the schema says what the schema says."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator, Draft202012Validator

from pytest_mlops_ws.manifest.acceptance import ANNOTATIONS
from pytest_mlops_ws.manifest.document import parse
from pytest_mlops_ws.manifest.nodes import plain
from pytest_mlops_ws.manifest.schema import keys, schema

ROOT = Path(__file__).parents[3]
RENDERING = ROOT / "schemas" / "workspace.draft-07.schema.json"
EXAMPLES = sorted((ROOT / "tests" / "examples").glob("*/*.yaml"))
OLD: dict[str, Any] = json.loads(RENDERING.read_text(encoding="utf-8"))
VALUES = st.sampled_from(
    [
        *(None, True, 0, 1, 1.0, 7.5, "", "x", "fraud", "Fraud", "fraud\n", "con", "a" * 64),
        *("/abs", "../x", "2026-11-23", [], ["a"], ["a", "a"], ["/a"], [1], {}, {"a": 1}),
    ]
)


def run(*arguments: str, root: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "scripts/schema.py", *arguments],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )


def test_rendering_is_in_step_with_the_schema() -> None:
    done = run("--check")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_rendering_out_of_step_is_told_and_mended(tmp_path: Path) -> None:
    for name in ("scripts/schema.py", "schemas/workspace.schema.json"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    checked = run("--check", root=tmp_path)
    assert (checked.returncode, checked.stdout) == (
        1,
        "workspace.draft-07.schema.json is out of step: python scripts/schema.py\n",
    )
    assert run(root=tmp_path).returncode == 0
    assert (tmp_path / "schemas" / RENDERING.name).read_bytes() == RENDERING.read_bytes()


def test_rendering_is_a_valid_schema() -> None:
    Draft7Validator.check_schema(OLD)


def test_only_keywords_that_schemastore_is_told_of_are_unknown_to_draft_07() -> None:
    # What its ajv does not know beyond these would be refused there, not ignored.
    known = set(Draft7Validator.META_SCHEMA["properties"]) | {"deprecated"}
    used = {keyword for part in parts(OLD) for keyword in part}
    assert used - known == {"errorMessage", "deprecationMessage"} & ANNOTATIONS


def parts(part: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a schema and the schemas in it."""
    inner = [*part.get("properties", {}).values(), *part.get("anyOf", ())]
    inner += [part[keyword] for keyword in ("items", "not") if keyword in part]
    return [part, *(found for one in inner for found in parts(one))]


def test_no_value_is_of_two_types_besides_null() -> None:
    for part in parts(OLD):
        types = part.get("type", [])
        assert isinstance(types, str) or len(set(types) - {"null"}) <= 1


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_both_judge_every_example_alike(path: Path) -> None:
    value: Any = plain(parse(path.read_bytes(), "w.yaml").root)
    assert places(Draft7Validator(OLD), value) == places(Draft202012Validator(schema()), value)


@given(st.dictionaries(st.sampled_from([*keys(), "other"]), VALUES, max_size=6))
def test_both_judge_any_document_alike(value: dict[str, Any]) -> None:
    assert places(Draft7Validator(OLD), value) == places(Draft202012Validator(schema()), value)


def places(validator: Any, value: Any) -> set[str]:
    return {error.json_path for error in validator.iter_errors(value)}
