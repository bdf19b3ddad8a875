"""One corpus of good and bad files, through everything that judges a manifest."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from jsonschema import Draft202012Validator

from pytest_mlops_ws import ProjectWorkspace, WorkspaceError
from pytest_mlops_ws.manifest import codec, rules
from pytest_mlops_ws.manifest.schema import keys, schema

if TYPE_CHECKING:
    from pytest_mlops_ws.manifest.codec import Reading

EXAMPLES = Path(__file__).parents[2] / "examples"
VALID = sorted(EXAMPLES.glob("valid/*.yaml"))
INVALID = sorted(EXAMPLES.glob("invalid/*.yaml"))
#: What only a reader of text sees: to a schema the document is fine, or there is none.
BEYOND_SCHEMA = {rules.SYNTAX, rules.DUPLICATE_KEY, rules.FORBIDDEN_CONSTRUCT, rules.LIMIT} | {
    rules.ENCODING
}


def read(path: Path) -> Reading:
    return codec.read(path.read_bytes(), path.name)


def name(path: Path) -> str:
    return path.stem


@pytest.mark.parametrize("path", VALID + INVALID, ids=name)
def test_diagnostics_are_as_expected(path: Path) -> None:
    found = "".join(f"{fault.severity} {fault}\n" for fault in read(path).diagnostics)
    assert found == path.with_suffix(".txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", VALID, ids=name)
def test_loader_takes_a_valid_file(path: Path, tmp_path: Path) -> None:
    (tmp_path / "workspace.yaml").write_bytes(path.read_bytes())
    workspace = ProjectWorkspace.load_metadata(tmp_path)
    workspace.save_metadata()
    assert (tmp_path / "workspace.yaml").read_bytes() == path.read_bytes()


@pytest.mark.parametrize("path", INVALID, ids=name)
def test_loader_refuses_an_invalid_file_at_its_first_error(path: Path, tmp_path: Path) -> None:
    manifest = tmp_path / "workspace.yaml"
    manifest.write_bytes(path.read_bytes())
    first = next(
        fault for fault in codec.read(path.read_bytes(), str(manifest)).diagnostics if fault.stops
    )
    with pytest.raises(WorkspaceError) as refused:
        ProjectWorkspace.load_metadata(tmp_path)
    assert refused.value.message.startswith(f"Failed to load workspace metadata: {first}")
    assert refused.value.operation == "load_metadata"


DATA = [
    path
    for path in VALID + INVALID
    if not BEYOND_SCHEMA & {fault.rule for fault in read(path).diagnostics}
]


@pytest.mark.parametrize("path", DATA, ids=name)
def test_json_schema_and_our_own_reading_agree(path: Path) -> None:
    faults = [fault for fault in read(path).diagnostics if fault.stops]
    data = yaml.load(path.read_bytes(), TextTimes)  # noqa: S506 -- a safe loader's child
    complaints = list(Draft202012Validator(schema()).iter_errors(data))
    stopping = [each for each in complaints if each.validator != "additionalProperties"]
    # The one thing that no schema can say: how many days a month has.
    beyond = [fault for fault in faults if "day is out of range" in fault.message]
    assert bool(stopping) == bool([fault for fault in faults if fault not in beyond])
    unknown = [fault for fault in read(path).diagnostics if fault.rule == rules.UNKNOWN_KEY]
    if not any(fault.rule == rules.NEWER_VERSION for fault in faults):
        assert bool(unknown) == (len(complaints) > len(stopping))


def test_corpus_has_every_key_and_every_rule() -> None:
    text = b"".join(path.read_bytes() for path in VALID)
    assert [key for key in keys() if f"{key}:".encode() not in text] == []
    found = {fault.rule for path in VALID + INVALID for fault in read(path).diagnostics}
    assert found == {value for key, value in vars(rules).items() if str(value).startswith("WS")}


class TextTimes(yaml.SafeLoader):
    """Reads a timestamp as the text it is, as JSON Schema's own data model does."""


TextTimes.add_constructor("tag:yaml.org,2002:timestamp", yaml.SafeLoader.construct_yaml_str)
