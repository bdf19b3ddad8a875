"""Changed files on their way to the disk: only where they are still what they were when read."""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_mlops_ws.ground.files import write_atomic
from pytest_mlops_ws.model.directories import INTERNAL
from pytest_mlops_ws.model.record import Record
from pytest_mlops_ws.workspaces.layout import base_lock

if TYPE_CHECKING:
    from collections.abc import Iterable


class Change(Record):
    """One file, before and after.

    Attributes:
        path: relative to the repository's root.
        before: what was read, and must still be there.
        after: what is to be written.
    """

    path: str
    before: bytes
    after: bytes


def read_alone(root: str, path: str) -> tuple[bytes, str]:
    """Return a file's content, and why it must not be written; empty if it may."""
    try:
        status = os.lstat(f"{root}{os.sep}{path}")
        if not stat.S_ISREG(status.st_mode) or status.st_nlink > 1:
            return b"", "it is a link, and what it leads to may be another's"
        content = Path(root, path).read_bytes()
        content.decode()
    except OSError as error:
        return b"", f"it cannot be read: {error.strerror or error}"
    except UnicodeDecodeError:
        return b"", "it is not UTF-8"
    return content, ""


def write(root: str, changes: Iterable[Change]) -> tuple[list[str], dict[str, str]]:
    """Write each change, whole or not at all.

    A manifest is written under its base's lock, which whoever else writes one holds, too.

    Args:
        root: the repository's real path.
        changes: what is to be written.

    Returns:
        The files that were written, and why others were not.

    Raises:
        EnvironmentFailedError: the disk did not take one, or a lock stayed taken.
    """
    written: list[str] = []
    refused: dict[str, str] = {}
    for change in changes:
        target = Path(root, change.path)
        with _lock(target):
            content, reason = read_alone(root, change.path)
            # Somebody who has made the same change, such as a second run beside this, is welcome.
            if not reason and content not in {change.before, change.after}:
                reason = "somebody has changed it meanwhile: try again"
            if reason:
                refused[change.path] = reason
            else:
                write_atomic(target, change.after)
                written.append(change.path)
    return written, refused


def _lock(target: Path) -> contextlib.AbstractContextManager[None]:
    base = target.parent.parent
    if (base / INTERNAL).is_dir():
        return base_lock(base, f"mending {target.name}")
    return contextlib.nullcontext()
