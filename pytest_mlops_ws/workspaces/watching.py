"""What would show that somebody else wrote into a workspace."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_mlops_ws.ground.files import fingerprints
from pytest_mlops_ws.tools import all_tools

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pytest_mlops_ws.model.spec import WorkspaceSpec

#: What the tools look after, each in its own way; ``git status`` writes into ``.git`` as well.
_OTHERS = frozenset({"mlflow", "dvc", ".dvc", ".git"})
_SHOWN = 10


def observe(spec: WorkspaceSpec) -> dict[str, str]:
    """Return a fingerprint of everything in a workspace, by its path relative to it."""
    found = dict(_own(spec.root_path))
    for tool in all_tools():
        for item, fingerprint in tool.watch(spec).items():
            found[_relative(item, spec.root_path)] = fingerprint
    return found


def describe(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """Return a line for each item that was added, changed or removed; ten and a count at most."""
    lines = [f"added    {item}" for item in sorted(after.keys() - before.keys())]
    lines += [
        f"changed  {item}"
        for item in sorted(after.keys() & before.keys())
        if after[item] != before[item]
    ]
    lines += [f"removed  {item}" for item in sorted(before.keys() - after.keys())]
    if len(lines) > _SHOWN:
        lines[_SHOWN - 1 :] = [f"… and {len(lines) - _SHOWN + 1} more"]
    return lines


def _own(root: Path) -> Iterator[tuple[str, str]]:
    try:
        entries = list(os.scandir(root))
    except FileNotFoundError:
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            if entry.name not in _OTHERS:
                yield from fingerprints(Path(entry.path), root)
        else:
            status = entry.stat(follow_symlinks=False)
            yield entry.name, f"{status.st_size} bytes, {status.st_mtime_ns}"
    # A commit moves a branch; looking at the repository does not.
    yield from fingerprints(root / ".git" / "refs", root)


def _relative(item: str, root: Path) -> str:
    return os.path.relpath(item, root) if os.path.isabs(item) else item  # noqa: PTH117 -- tools give strings
