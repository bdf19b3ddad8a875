"""The JSON Schema of ``workspace.yaml``: one file, which editors and this package read alike."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

_FILE = "workspace.schema.json"


def schema_path(package: Path | None = None) -> Path:
    """Return where the schema is: inside an installed package, beside an editable one."""
    package = package or Path(__file__).parent.parent
    installed = package / "schemas" / _FILE
    return installed if installed.is_file() else package.parent / "schemas" / _FILE


@cache
def schema() -> dict[str, Any]:
    """Return the schema's content."""
    content: dict[str, Any] = json.loads(schema_path().read_text(encoding="utf-8"))
    return content


@cache
def keys() -> tuple[str, ...]:
    """Return the manifest's keys, in the order they are written."""
    return tuple(schema()["properties"])
