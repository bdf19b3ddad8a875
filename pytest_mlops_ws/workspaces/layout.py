"""What is on the disk of every workspace, whatever its tools add."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from pytest_mlops_ws.ground.files import locked, unwritable, write_atomic
from pytest_mlops_ws.model.directories import AREAS, INTERNAL, MANIFEST, REMOTES

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

IGNORE_FILE = ".gitignore"
#: ``<workspace>/.gitignore``. DVC's own small files stay visible to git wherever people put data;
#: that takes three lines an area, since git does not look into a directory that is ignored whole.
WORKSPACE_IGNORE = b"""\
# Written by tools. What DVC tracks is ignored where it is.
/mlflow/
/monitoring/
/models/
/outputs/**
!/outputs/**/
!/outputs/**/*.dvc
# A write that was killed.
/.workspace.yaml.*
"""
#: The lines that ``<base>/.gitignore`` has for us.
BASE_IGNORE = (f"/{REMOTES}/", f"/{INTERNAL}/")


def create_areas(root: Path) -> None:
    """Make the workspace's directory and its five areas; what exists stays as it is."""
    try:
        for area in AREAS:
            (root / area).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(root, error) from error


def ignore_in_workspace(root: Path) -> None:
    """Write the workspace's ``.gitignore``, unless it has one."""
    path = root / IGNORE_FILE
    if not path.exists():
        write_atomic(path, WORKSPACE_IGNORE)


def ignore_in_base(base: Path) -> None:
    """Add our lines to the base's ``.gitignore``; the other lines in it stay."""
    path = base / IGNORE_FILE
    try:
        before = path.read_bytes() if path.exists() else b""
    except OSError as error:
        raise unwritable(path, error) from error
    present = before.decode(errors="replace").split()
    missing = "".join(f"{line}\n" for line in BASE_IGNORE if line not in present)
    if missing:
        glue = b"" if not before or before.endswith(b"\n") else b"\n"
        write_atomic(path, before + glue + missing.encode())


def create_base(base: Path) -> None:
    """Make the directory that holds the workspaces.

    Raises:
        EnvironmentFailedError: something else is there, or the disk does not take it.
    """
    try:
        base.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(base, error) from error


def base_lock(base: Path, purpose: str) -> AbstractContextManager[None]:
    """Return the lock under which anything below *base* is made, changed or moved."""
    return locked(base / INTERNAL / "lock", purpose=purpose)


def manifest_of(root: Path) -> Path:
    """Return the path of a workspace's manifest: where it is, the workspace is."""
    return root / MANIFEST


def sweep(root: Path) -> None:
    """Remove what killed writes of the manifest left. The caller holds the base's lock."""
    for left in root.glob(f".{MANIFEST}.*"):
        left.unlink(missing_ok=True)


def exists(path: Path) -> bool:
    """Whether anything is at *path*, be it a dangling link."""
    return os.path.lexists(path)
