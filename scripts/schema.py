"""Write the draft-07 rendering of the manifest's schema, which SchemaStore takes.

    python scripts/schema.py            write it
    python scripts/schema.py --check    say whether it differs, and exit with 1

SchemaStore compiles schemas with ajv in its strict mode, which wants no value of two types besides
null. The keywords that only editors know, and show, are named to it in
``src/schema-validation.jsonc``: ``"unknownKeywords": ["deprecationMessage", "errorMessage"]``.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from pytest_mlops_ws.manifest.acceptance import ANNOTATIONS
from pytest_mlops_ws.model.address import PUBLIC_ADDRESS

SCHEMAS = Path(__file__).resolve().parent.parent / "schemas"
SOURCE = SCHEMAS / "workspace.schema.json"
RENDERING = SCHEMAS / "workspace.draft-07.schema.json"

#: Which keywords go with a type when two types are told apart.
_OF_TYPE = {
    "string": {"minLength", "maxLength", "pattern"},
    "integer": {"minimum", "maximum"},
    "array": {"items", "uniqueItems"},
    "object": {"properties", "required", "additionalProperties"},
}


def rendered(schema: dict[str, Any]) -> dict[str, Any]:
    """Return *schema*, of draft 2020-12, as one of draft 07 that says the same."""
    addresses = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": f"{PUBLIC_ADDRESS}/raw/main/schemas/{RENDERING.name}",
    }
    return addresses | _part({key: schema[key] for key in schema if key not in addresses})


def _part(schema: dict[str, Any]) -> dict[str, Any]:
    part = dict(schema)
    if "properties" in part:
        part["properties"] = {key: _part(value) for key, value in part["properties"].items()}
    if "items" in part:
        part["items"] = _part(part["items"])
    return _told_apart(part)


def _told_apart(part: dict[str, Any]) -> dict[str, Any]:
    types = part.get("type", [])
    if isinstance(types, str) or len([kind for kind in types if kind != "null"]) < 2:  # noqa: PLR2004 -- two
        return part
    ways = [
        {"type": kind} | {key: part[key] for key in part if key in _OF_TYPE.get(kind, ())}
        for kind in types
    ]
    common = {key: value for key, value in part.items() if key in ANNOTATIONS}
    unknown = part.keys() - common.keys() - {"type"}.union(*_OF_TYPE.values())
    if unknown:
        message = f"a value of two types with {', '.join(sorted(unknown))}: teach this script"
        raise NotImplementedError(message)
    return common | {"anyOf": ways}


def main(arguments: list[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Write the draft-07 rendering of the schema.")
    parser.add_argument(
        "--check", action="store_true", help="write nothing, say whether it differs"
    )
    options = parser.parse_args(arguments)
    source = json.loads(SOURCE.read_text(encoding="utf-8"))
    text = json.dumps(rendered(source), indent=2, ensure_ascii=False) + "\n"
    if options.check:
        if not RENDERING.is_file() or RENDERING.read_text(encoding="utf-8") != text:
            print(f"{RENDERING.name} is out of step: python scripts/schema.py")
            return 1
        return 0
    RENDERING.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
