"""The JSON Schema of ``workspace.yaml``: one file, which editors and this package read alike."""

from __future__ import annotations

import json
import os
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from pytest_mlops_ws.manifest.acceptance import compiled

if TYPE_CHECKING:
    from pytest_mlops_ws.manifest.acceptance import Accepts

_FILE = "workspace.schema.json"


def schema_path(package: str | None = None) -> str:
    """Return where the schema is: inside an installed package, beside an editable one."""
    package = package or __file__.rpartition(os.sep)[0].rpartition(os.sep)[0]
    installed = f"{package}{os.sep}schemas{os.sep}{_FILE}"
    if os.access(installed, os.R_OK):
        return installed
    return f"{package.rpartition(os.sep)[0]}{os.sep}schemas{os.sep}{_FILE}"


@cache
def schema() -> dict[str, Any]:
    """Return the schema's content."""
    with open(schema_path(), "rb") as stream:  # noqa: PTH123 -- no pathlib in a hook
        return cast("dict[str, Any]", json.load(stream))


@cache
def accepts() -> Accepts:
    """Return what says of a manifest's values that they surely satisfy the schema."""
    return compiled(schema())


@cache
def keys() -> tuple[str, ...]:
    """Return the manifest's keys, in the order they are written."""
    return tuple(schema()["properties"])
