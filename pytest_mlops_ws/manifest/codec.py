"""What a manifest says, as typed data, and back. Derived values are no business of this room."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING

from pytest_mlops_ws.manifest import emit, rules
from pytest_mlops_ws.manifest.document import parse
from pytest_mlops_ws.manifest.nodes import Mapping, Scalar, Sequence
from pytest_mlops_ws.manifest.validation import validate
from pytest_mlops_ws.model.address import SCHEMA_URL
from pytest_mlops_ws.model.diagnostics import Diagnostic
from pytest_mlops_ws.model.errors import UsageError

if TYPE_CHECKING:
    from pytest_mlops_ws.manifest.emit import Plain
    from pytest_mlops_ws.manifest.nodes import Document, Node

EDITOR_LINE = f"# yaml-language-server: $schema={SCHEMA_URL}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The keys of one ``workspace.yaml``, in the order they are written; None means derived."""

    schema_version: int = rules.SCHEMA_VERSION
    project_name: str
    root_path: str | None = None
    source_paths: tuple[str, ...] | None = None
    mlflow_tracking_uri: str | None = None
    mlflow_registry_uri: str | None = None
    mlflow_artifact_location: str | None = None
    mlflow_workspace: str | None = None
    mlflow_experiment_name: str | None = None
    mlflow_experiment_id: str | None = None
    dvc_repo_path: str | None = None
    dvc_remote_path: str | None = None
    bentoml_tag_prefix: str | None = None
    metadata: dict[str, Plain] = field(default_factory=dict)
    created_at: dt.datetime | None = None
    updated_at: dt.datetime | None = None

    def values(self) -> dict[str, Plain]:
        """Return each key's value as YAML holds it."""
        return {key: emit.plain(getattr(self, key), key) for key in KEYS}


KEYS = tuple(key.name for key in fields(Manifest))


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


def render(manifest: Manifest) -> bytes:
    """Return a new file: the editor line, and every key that has a value.

    Raises:
        UsageError: the metadata are more than a manifest may hold.
    """
    lines = [EDITOR_LINE]
    for key, value in manifest.values().items():
        if value is not None:
            lines += emit.entry(key, value)
    return checked(("\n".join(lines) + "\n").encode())


def unknown(document: Document) -> dict[str, Plain]:
    """Return the topmost keys that are not ours."""
    root = document.root
    entries = root.entries if isinstance(root, Mapping) else ()
    return {key.text: _plain(value) for key, value in entries if key.text not in KEYS}


def checked(content: bytes) -> bytes:
    """Return *content* if a loader will accept so much.

    Raises:
        UsageError: it is larger than a manifest may be.
    """
    # A value takes at least two bytes, so only a file this long can have too many of them.
    if len(content) > rules.MAX_BYTES or (
        len(content) > 2 * rules.MAX_NODES and parse(content, "").root is None
    ):
        message = (
            f"workspace.yaml would hold {len(content)} bytes; {rules.MAX_BYTES} bytes and"
            f" {rules.MAX_NODES} values are allowed. Keep what is large in a file of its own"
        )
        raise UsageError(message)
    return content


def as_time(value: str | dt.datetime) -> dt.datetime:
    """Return a time, given as such or in ISO 8601; one without a zone is UTC.

    Raises:
        ValueError: it is none, or no such day exists.
    """
    time = value if isinstance(value, dt.datetime) else dt.datetime.fromisoformat(value)
    return time if time.tzinfo else time.replace(tzinfo=dt.UTC)


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
