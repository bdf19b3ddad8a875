"""What a manifest says, as typed data, and its text. Derived values are no business of this room.

Writing needs none of what reading does: a test's workspace is written, not read.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING

from pytest_mlops_ws.manifest import emit, rules
from pytest_mlops_ws.model.address import SCHEMA_URL
from pytest_mlops_ws.model.errors import UsageError

if TYPE_CHECKING:
    from pytest_mlops_ws.manifest.emit import Plain

EDITOR_LINE = f"# yaml-language-server: $schema={SCHEMA_URL}"


@dataclass(frozen=True, kw_only=True)
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


def checked(content: bytes) -> bytes:
    """Return *content* if a loader will accept so much.

    Raises:
        UsageError: it is larger than a manifest may be.
    """
    # A value takes at least two bytes, so only a file this long can have too many of them.
    if len(content) > rules.MAX_BYTES or (
        len(content) > 2 * rules.MAX_NODES and not _can_be_read(content)
    ):
        message = (
            f"workspace.yaml would hold {len(content)} bytes; {rules.MAX_BYTES} bytes and"
            f" {rules.MAX_NODES} values are allowed. Keep what is large in a file of its own"
        )
        raise UsageError(message)
    return content


def _can_be_read(content: bytes) -> bool:
    from pytest_mlops_ws.manifest.document import parse

    return parse(content, "").root is not None


def as_time(value: str | dt.datetime) -> dt.datetime:
    """Return a time, given as such or in ISO 8601; one without a zone is UTC.

    Raises:
        ValueError: it is none, or no such day exists.
    """
    time = value if isinstance(value, dt.datetime) else dt.datetime.fromisoformat(value)
    return time if time.tzinfo else time.replace(tzinfo=dt.UTC)
