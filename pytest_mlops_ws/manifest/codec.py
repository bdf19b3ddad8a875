"""Reading: from a manifest's text to typed data and diagnostics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_mlops_ws.manifest import rules
from pytest_mlops_ws.manifest.data import EDITOR_LINE, KEYS, Manifest, as_time, checked, render
from pytest_mlops_ws.manifest.document import parse
from pytest_mlops_ws.manifest.nodes import Mapping, Scalar, Sequence
from pytest_mlops_ws.manifest.validation import validate
from pytest_mlops_ws.model.diagnostics import Diagnostic

if TYPE_CHECKING:
    import datetime as dt

    from pytest_mlops_ws.manifest.emit import Plain
    from pytest_mlops_ws.manifest.nodes import Document, Node

__all__ = [
    "EDITOR_LINE",
    "KEYS",
    "Manifest",
    "Reading",
    "as_time",
    "checked",
    "read",
    "render",
    "unknown",
]


@dataclass(frozen=True, slots=True)
class Reading:
    """A document, what it says, and what is wrong with it.

    Attributes:
        document: the text with its places.
        manifest: what it says; None if a diagnostic stops a loader.
        diagnostics: all that was found, warnings included.
    """

    document: Document
    manifest: Manifest | None
    diagnostics: tuple[Diagnostic, ...]


def read(content: bytes, path: str) -> Reading:
    """Read a manifest; *path* is what diagnostics call it. Never raises for what it holds."""
    document = parse(content, path)
    faults = validate(document)
    manifest = None
    if isinstance(document.root, Mapping) and not any(fault.stops for fault in faults):
        decoder = _Decoder(document)
        manifest = decoder.decode(document.root)
        faults += decoder.faults
    stopped = any(fault.stops for fault in faults)
    return Reading(document, None if stopped else manifest, tuple(faults))


def unknown(document: Document) -> dict[str, Plain]:
    """Return the topmost keys that are not ours."""
    root = document.root
    entries = root.entries if isinstance(root, Mapping) else ()
    return {key.text: _plain(value) for key, value in entries if key.text not in KEYS}


class _Decoder:
    """Turns nodes that satisfy the schema into typed values."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self.faults: list[Diagnostic] = []

    def decode(self, root: Mapping) -> Manifest:
        nodes = {key.text: value for key, value in root.entries}
        values = {key: _plain(nodes[key]) for key in KEYS if key in nodes}
        return Manifest(
            project_name=str(values.pop("project_name")),
            schema_version=rules.SCHEMA_VERSION,
            source_paths=_texts(values.get("source_paths")),
            metadata=_mapping(values.get("metadata")),
            created_at=self._time("created_at", nodes),
            updated_at=self._time("updated_at", nodes),
            **{key: _text(values[key]) for key in _TEXTS if key in values},
        )

    def _time(self, key: str, nodes: dict[str, Node]) -> dt.datetime | None:
        node = nodes.get(key)
        if not isinstance(node, Scalar) or not isinstance(node.value, str):
            return None
        try:
            return as_time(node.value)
        except ValueError as error:
            # The schema's pattern cannot count the days of February.
            message = f"'{key}' is no time: {error}"
            span = self._document.span(node)
            self.faults.append(Diagnostic(rules.WRONG_VALUE, message, span))
            return None


_TEXTS = tuple(
    key
    for key in KEYS
    if key not in {"schema_version", "project_name", "source_paths", "metadata"}
    and not key.endswith("_at")
)


def _plain(node: Node) -> Plain:
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Sequence):
        return [_plain(item) for item in node.items]
    if isinstance(node, Mapping):
        return {key.text: _plain(value) for key, value in node.entries}
    return None


def _text(value: Plain) -> str | None:
    return None if value is None else str(value)


def _texts(value: Plain) -> tuple[str, ...] | None:
    return tuple(str(item) for item in value) if isinstance(value, list) else None


def _mapping(value: Plain) -> dict[str, Plain]:
    return value if isinstance(value, dict) else {}
