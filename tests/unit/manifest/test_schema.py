from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from pytest_mlops_ws.manifest import codec, rules
from pytest_mlops_ws.manifest.schema import keys, schema, schema_path
from pytest_mlops_ws.model import names
from pytest_mlops_ws.model.address import SCHEMA_URL

ROOT = Path(__file__).parents[3]


def parts(part: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a schema and the schemas in it."""
    inner = [
        *part.get("properties", {}).values(),
        *(part[k] for k in ("items", "not") if k in part),
    ]
    return [part, *(found for one in inner for found in parts(one))]


def test_schema_is_a_valid_one() -> None:
    Draft202012Validator.check_schema(schema())


def test_schema_is_found_beside_an_editable_install() -> None:
    assert Path(schema_path()).samefile(ROOT / "schemas" / "workspace.schema.json")


def test_schema_is_found_inside_an_installed_package(tmp_path: Path) -> None:
    installed = tmp_path / "site-packages" / "pytest_mlops_ws"
    (installed / "schemas").mkdir(parents=True)
    (installed / "schemas" / "workspace.schema.json").write_text("{}")
    assert schema_path(str(installed)) == str(installed / "schemas" / "workspace.schema.json")


def test_names_are_the_same_in_schema_and_code() -> None:
    name = schema()["properties"]["project_name"]
    assert {key: name[key] for key in ("pattern", "minLength", "maxLength")} == {
        "pattern": names.PATTERN,
        "minLength": names.MIN_LENGTH,
        "maxLength": names.MAX_LENGTH,
    }
    assert name["not"]["enum"] == sorted(names.RESERVED)


def test_typed_manifest_has_the_keys_of_the_schema_in_its_order() -> None:
    assert keys() == codec.KEYS


def test_newest_version_is_the_one_that_is_written() -> None:
    assert schema()["properties"]["schema_version"]["maximum"] == rules.SCHEMA_VERSION


def test_editor_line_and_id_are_one_address() -> None:
    assert schema()["$id"] == SCHEMA_URL
    assert codec.EDITOR_LINE.endswith(f"$schema={SCHEMA_URL}")


def test_every_key_is_explained_with_an_example_that_it_accepts() -> None:
    for key, part in schema()["properties"].items():
        assert part["title"], key
        assert part["description"].endswith("."), key
        assert part["errorMessage"].startswith(f"'{key}' "), key
        assert part["errorMessage"][-1].isalnum(), key
        assert part["examples"], key
        for example in part["examples"]:
            Draft202012Validator(part).validate(example)


def test_patterns_are_for_editors_too() -> None:
    patterns = [part["pattern"] for part in parts(schema()) if "pattern" in part]
    assert patterns
    for pattern in patterns:
        assert "\\Z" not in pattern
        assert not re.search(r"(?<!\\)\$", pattern), "lets a final line break pass"
        assert "\\d" not in pattern, "means more digits in Python than in editors"


def test_schema_is_written_as_json_writes_it() -> None:
    text = Path(schema_path()).read_text(encoding="utf-8")
    assert text == json.dumps(json.loads(text), indent=2, ensure_ascii=False) + "\n"


def test_schema_is_what_json_reads_in_it() -> None:
    content = json.loads(Path(schema_path()).read_text(encoding="utf-8"))
    assert json.dumps(schema()) == json.dumps(content)
