"""What a manifest says, as typed data, and its text. Derived values are no business of this room.

Writing needs none of what reading does: a test's workspace is written, not read.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from pytest_mlops_ws.manifest import emit, rules, times
from pytest_mlops_ws.manifest.times import as_time
from pytest_mlops_ws.model.address import SCHEMA_URL
from pytest_mlops_ws.model.errors import UsageError
from pytest_mlops_ws.model.record import Record

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from pytest_mlops_ws.manifest.emit import Plain

__all__ = ["EDITOR_LINE", "KEYS", "Manifest", "as_time", "checked", "render"]

EDITOR_LINE = f"# yaml-language-server: $schema={SCHEMA_URL}"


#: In the order they are written.
KEYS = (
    "schema_version",
    "project_name",
    "root_path",
    "source_paths",
    "mlflow_tracking_uri",
    "mlflow_registry_uri",
    "mlflow_artifact_location",
    "mlflow_workspace",
    "mlflow_experiment_name",
    "mlflow_experiment_id",
    "dvc_repo_path",
    "dvc_remote_path",
    "bentoml_tag_prefix",
    "metadata",
    "created_at",
    "updated_at",
)


class Manifest(Record):
    """The keys of one ``workspace.yaml``; None means derived."""

    project_name: str
    schema_version: int = rules.SCHEMA_VERSION
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
    metadata: Mapping[str, Plain] = MappingProxyType({})
    created_at: dt.datetime | None = None
    updated_at: dt.datetime | None = None

    @classmethod
    def of(cls, values: Mapping[str, Plain]) -> Manifest:
        """Return what *values*, which satisfy the schema, say; unknown keys among them are not."""
        said: dict[str, Any] = {
            key: _text(value) for key, value in values.items() if key in KEYS and value is not None
        }
        said |= {"schema_version": rules.SCHEMA_VERSION, "metadata": values.get("metadata") or {}}
        if isinstance(paths := values.get("source_paths"), list):
            said["source_paths"] = tuple(map(str, paths))
        for key in times.KEYS:
            if key in said:
                said[key] = as_time(said[key])
        return cls(**said)

    def values(self) -> dict[str, Plain]:
        """Return each key's value as YAML holds it."""
        return {key: emit.plain(getattr(self, key), key) for key in KEYS}


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
    # However densely it is written, a byte makes little more than one value: ``[?:,?:,?:``.
    if len(content) > rules.MAX_BYTES or (
        len(content) > rules.MAX_NODES // 2 and not _can_be_read(content)
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


def _text(value: Plain) -> str:
    # To JSON Schema 7.0 is a whole number, and as an id it is 7.
    return str(int(value)) if isinstance(value, float) else str(value)
