"""Which commit a work tree is at, read from git's files: no process is started."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pytest_mlops_ws.ground.git import repo_root

if TYPE_CHECKING:
    from pathlib import Path

_HASH = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")


def revision(start: Path) -> str | None:
    """Return the hash of the commit that is checked out where *start* is; None without one."""
    root = repo_root(start)
    if root is None:
        return None
    directory = root / ".git"
    try:
        if directory.is_file():  # a linked work tree, or a submodule
            place = directory.read_text(encoding="utf-8").removeprefix("gitdir:").strip()
            directory = (root / place).resolve()
        head = (directory / "HEAD").read_text(encoding="utf-8").strip()
        if not head.startswith("ref:"):
            return _hash(head)
        return _of_reference(directory, head.removeprefix("ref:").strip())
    except (OSError, UnicodeDecodeError):
        return None


def _of_reference(directory: Path, name: str) -> str | None:
    common = directory
    shared = directory / "commondir"
    if shared.is_file():
        common = (directory / shared.read_text(encoding="utf-8").strip()).resolve()
    for place in (directory, common):
        path = place / name
        if path.is_file():
            return _hash(path.read_text(encoding="utf-8").strip())
    packed = common / "packed-refs"
    if packed.is_file():
        for line in packed.read_text(encoding="utf-8").splitlines():
            found, _, reference = line.partition(" ")
            if reference == name:
                return _hash(found)
    return None


def _hash(text: str) -> str | None:
    return text if _HASH.fullmatch(text) else None
