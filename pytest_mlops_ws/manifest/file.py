"""A manifest on the disk: read whole, written whole, changed without losing what else it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mlops_ws.ground.files import write_atomic
from pytest_mlops_ws.manifest import codec, emit
from pytest_mlops_ws.manifest.edit import can_edit, edit
from pytest_mlops_ws.model.errors import WorkspaceError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pytest_mlops_ws.manifest.codec import Manifest, Reading
    from pytest_mlops_ws.manifest.emit import Plain

_BOM = b"\xef\xbb\xbf"


def load(path: Path) -> Manifest:
    """Return what the manifest *path* says.

    Raises:
        WorkspaceError: there is none, or it cannot be read; the message has the first place that
            is wrong, ``details["diagnostics"]`` all of them.
    """
    return _accepted(_read(path)[1], path)


def change(path: Path, changes: Mapping[str, Plain]) -> Manifest:
    """Set the keys of *changes* in the manifest *path*, and keep every other byte of it.

    Returns:
        What the file says now; it is not written if it said so before.

    Raises:
        WorkspaceError: as for `load`.
        EnvironmentFailedError: the disk did not take it; the file is what it was.
    """
    content, reading = _read(path)
    before = _accepted(reading, path).values()
    wanted = {key: value for key, value in changes.items() if not emit.same(before[key], value)}
    if wanted:
        content = changed(content, reading, wanted)
        reading = codec.read(content, str(path))
        write_atomic(path, codec.checked(content))
    return _accepted(reading, path)


def changed(content: bytes, reading: Reading, wanted: Mapping[str, Plain]) -> bytes:
    """Return *content*, which *reading* is of and which is valid, with *wanted* set."""
    before = reading.manifest
    assert before is not None  # noqa: S101 -- for the type checker
    expected = before.values() | dict(wanted)
    document = reading.document
    if can_edit(document):
        bom = _BOM if content.startswith(_BOM) else b""
        edited = bom + edit(document, wanted).encode()
        again = codec.read(edited, "").manifest
        if again is not None and emit.same(again.values(), expected):
            return edited
    # Written in braces, or in a layout nobody thought of: right comes before pretty.
    lines = [
        line
        for key, value in _everything(reading, expected).items()
        for line in emit.entry(key, value)
    ]
    return ("\n".join([codec.EDITOR_LINE, *lines]) + "\n").encode()


def _everything(reading: Reading, expected: Mapping[str, Plain]) -> dict[str, Plain]:
    """Return the values and the unknown keys beside them."""
    known = {key: value for key, value in expected.items() if value is not None}
    said = reading.values or {}
    return known | {key: value for key, value in said.items() if key not in codec.KEYS}


def _read(path: Path) -> tuple[bytes, Reading]:
    try:
        content = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError) as error:
        message = (
            f"Workspace metadata not found: {path}. Make the workspace with"
            f" 'mlops-ws new', or WorkspaceManager().create_workspace()"
        )
        raise WorkspaceError(message, workspace=str(path.parent)) from error
    except OSError as error:
        message = f"Failed to load workspace metadata: {path}: {error.strerror or error}"
        raise WorkspaceError(message, workspace=str(path.parent)) from error
    return content, codec.read(content, str(path))


def _accepted(reading: Reading, path: Path) -> Manifest:
    manifest = reading.manifest
    if manifest is not None:
        return manifest
    stops = [fault for fault in reading.diagnostics if fault.stops]
    more = f" (and {len(stops) - 1} more)" if len(stops) > 1 else ""
    cause = stops[0] if stops else f"{path} is a file of {reading.foreign}, not one of ours"
    message = f"Failed to load workspace metadata: {cause}{more}"
    details = {"diagnostics": reading.diagnostics}
    raise WorkspaceError(message, workspace=str(path.parent), details=details)
