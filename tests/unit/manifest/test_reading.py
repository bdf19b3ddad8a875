from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pytest_mlops_ws.manifest import file
from pytest_mlops_ws.manifest.reading import read
from pytest_mlops_ws.model.diagnostics import Span
from pytest_mlops_ws.model.errors import WorkspaceError

EXAMPLES = Path(__file__).parents[2] / "examples"
FOREIGN = sorted(EXAMPLES.glob("foreign/*.yaml"))
GOOD = b"# c\nproject_name: fraud\nmetadata:\n  owner: risk\n  n: 1\nbentoml_tag_prefix: 'a'\n"


def test_good_file_is_its_values() -> None:
    reading = read(GOOD, "w.yaml")
    assert reading.values == {
        "project_name": "fraud",
        "metadata": {"owner": "risk", "n": 1},
        "bentoml_tag_prefix": "a",
    }
    assert (reading.diagnostics, reading.foreign) == ((), None)
    assert (reading.path, reading.content) == ("w.yaml", GOOD)


def test_keys_and_values_have_places() -> None:
    reading = read(GOOD, "w.yaml")
    assert reading.key_span("metadata") == Span("w.yaml", 3, 1, 3, 9)
    assert reading.span("metadata") == Span("w.yaml", 4, 3, 5, 7)
    assert reading.span("bentoml_tag_prefix") == Span("w.yaml", 6, 21, 6, 24)


def test_key_that_is_not_there_has_the_place_of_the_file() -> None:
    reading = read(GOOD, "w.yaml")
    assert reading.span("created_at") == reading.key_span("created_at") == Span("w.yaml")
    assert read(b"a: [", "w.yaml").span("a") == Span("w.yaml")


def test_value_with_a_warning_is_a_value() -> None:
    reading = read(b"project_name: fraud\nmetadata: {a: yes}\nteam: x\n", "w.yaml")
    assert reading.values == {"project_name": "fraud", "metadata": {"a": True}, "team": "x"}
    assert [fault.rule for fault in reading.diagnostics] == ["WS103", "WS201"]


def test_file_that_cannot_be_loaded_has_keys_and_places_and_no_values() -> None:
    reading = read(b"team: x\nproject_name: Fraud\nteam: y\n", "w.yaml")
    assert reading.values is None
    assert reading.root_keys == ("team", "project_name")
    assert reading.span("project_name") == Span("w.yaml", 2, 15, 2, 20)
    assert reading.document.diagnostics != ()


@pytest.mark.parametrize("content", [b"", b"a: [", b"- a", b"\xff", b"x"])
def test_file_without_keys_has_none(content: bytes) -> None:
    assert read(content, "w.yaml").root_keys == ()


def test_keys_are_in_the_order_they_stand() -> None:
    assert read(GOOD, "w.yaml").root_keys == ("project_name", "metadata", "bentoml_tag_prefix")


@pytest.mark.parametrize("path", FOREIGN, ids=lambda path: path.stem)
def test_file_of_dagster_is_recognised_and_left_alone(path: Path) -> None:
    reading = read(path.read_bytes(), path.name)
    assert (reading.foreign, reading.values, reading.diagnostics) == ("dagster", None, ())


def test_file_of_ours_with_a_key_of_dagsters_is_ours() -> None:
    reading = read(b"project_name: fraud\nload_from: [", "w.yaml")
    assert reading.foreign is None
    assert [fault.rule for fault in reading.diagnostics] == ["WS101"]
    nested = read(b"metadata:\n  load_from: []\n", "w.yaml")
    assert nested.foreign is None


def test_loader_says_whose_file_it_is(tmp_path: Path) -> None:
    path = tmp_path / "workspace.yaml"
    path.write_bytes(b"load_from: []\n")
    with pytest.raises(WorkspaceError) as refused:
        file.load(path)
    assert refused.value.message == (
        f"Failed to load workspace metadata: {path} is a file of dagster, not one of ours"
    )


def modules_after(program: str) -> set[str]:
    """Return what *program* imports beyond a few modules of the standard library."""
    program = (
        "import __future__, datetime, importlib, json, sys, typing\nbefore = set(sys.modules)\n"
        "from pytest_mlops_ws.manifest.reading import read\n"
        f"{program}\nprint(*set(sys.modules) - before)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


LIGHT = {
    "pytest_mlops_ws",
    "pytest_mlops_ws.manifest",
    *(
        f"pytest_mlops_ws.manifest.{name}"
        for name in ("acceptance", "reading", "rules", "scalars", "schema", "times", "values")
    ),
}


def test_good_file_imports_nine_small_modules() -> None:
    imported = modules_after(f"reading = read({GOOD!r}, 'w')\nassert reading.values")
    assert imported == LIGHT


def test_warning_that_only_reading_finds_imports_no_jsonschema() -> None:
    imported = modules_after("assert read(b'project_name: fraud\\nmetadata: {a: no}', 'w').values")
    assert "pytest_mlops_ws.manifest.validation" in imported
    assert "jsonschema" not in imported


def test_what_the_schema_refuses_is_judged_by_jsonschema() -> None:
    assert "jsonschema" in modules_after("assert not read(b'project_name: Fraud', 'w').values")


def test_ten_thousand_readings_take_little_memory() -> None:
    program = (
        "import tracemalloc\n"
        "from pathlib import Path\n"
        "from pytest_mlops_ws.manifest.reading import read\n"
        f"example = Path({str(EXAMPLES / 'valid' / 'every-key.yaml')!r}).read_bytes()\n"
        "read(example, 'w')\n"
        "tracemalloc.start()\n"
        "readings = [read(example + b'#%d' % n, f'w{n}.yaml') for n in range(1000)]\n"
        "print(tracemalloc.get_traced_memory()[0] / len(readings))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert float(done.stdout) < 6 * 1024
