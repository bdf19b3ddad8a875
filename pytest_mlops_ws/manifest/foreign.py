"""Files of other programs that are called like ours."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pytest_mlops_ws.manifest.nodes import Mapping

if TYPE_CHECKING:
    from pytest_mlops_ws.manifest.nodes import Document

#: What a file of ours has, and one of another program's has instead.
_OURS = "project_name"
_THEIRS = {"load_from": "dagster"}


def owner(document: Document, content: bytes) -> str | None:
    """Return the program whose file this is, though it is called ``workspace.yaml``.

    Broken or in a dialect that we do not read, it is still none of our business.
    """
    if isinstance(document.root, Mapping):
        keys = {key.text for key, _ in document.root.entries}
    else:
        keys = {key.decode() for key in re.findall(rb"^(\w+)[ \t]*:", content, re.MULTILINE)}
    if _OURS in keys:
        return None
    return next((program for key, program in _THEIRS.items() if key in keys), None)
