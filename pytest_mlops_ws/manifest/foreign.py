"""Files of other programs that are called like ours."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pytest_mlops_ws.manifest.nodes import Mapping
from pytest_mlops_ws.manifest.schema import keys

if TYPE_CHECKING:
    from pytest_mlops_ws.manifest.nodes import Document

#: What a file of ours has, and one of another program's has instead.
_OURS = "project_name"
_THEIRS = {"load_from": "dagster"}


#: Keys that any program's file may have.
_COMMON = frozenset({"schema_version", "metadata", "created_at", "updated_at"})
_CLOSE = 0.8


def owner(document: Document, content: bytes) -> str | None:
    """Return the program whose file this is, though it is called ``workspace.yaml``.

    Broken or in a dialect that we do not read, it is still none of our business.
    """
    keys = _keys(document, content)
    if _OURS in keys:
        return None
    return next((program for key, program in _THEIRS.items() if key in keys), None)


def is_strangers(document: Document, content: bytes) -> bool:
    """Tell whether a file says something, and nothing that a file of ours might.

    Dozens of programs have a ``workspace.yaml``. Where workspaces are it may still be ours.
    """
    from difflib import get_close_matches

    known = [key for key in keys() if key not in _COMMON]
    written = {key.lower().replace("-", "_") for key in _keys(document, content)}
    return bool(content.strip()) and not any(
        get_close_matches(key, known, 1, _CLOSE) for key in written
    )


def _keys(document: Document, content: bytes) -> set[str]:
    if isinstance(document.root, Mapping):
        return {key.text for key, _ in document.root.entries}
    return {key.decode() for key in re.findall(rb"^([\w-]+)[ \t]*:", content, re.MULTILINE)}
