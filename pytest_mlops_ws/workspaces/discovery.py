"""Finding workspaces below a base, and a project's code in a repository."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_mlops_ws.ground.foreign import is_foreign
from pytest_mlops_ws.model.directories import AREAS, MANIFEST
from pytest_mlops_ws.model.names import canonical

if TYPE_CHECKING:
    from collections.abc import Iterator

#: How far a search for code goes: a repository that is larger or deeper names its paths.
MAX_DIRECTORIES = 20_000
MAX_DEPTH = 8


def workspace_names(base: Path) -> list[str]:
    """Return the names of the directories below *base* that hold a manifest, sorted."""
    try:
        with os.scandir(base) as entries:
            found = [
                entry.name
                for entry in entries
                if not entry.name.startswith(".") and os.path.lexists(_join(entry.path, MANIFEST))
            ]
    except (FileNotFoundError, NotADirectoryError):
        return []
    return sorted(found)


def twin(base: Path, name: str) -> str | None:
    """Return the workspace that tools cannot tell from *name*, itself included."""
    same = canonical(name)
    return next((other for other in workspace_names(base) if canonical(other) == same), None)


def source_directories(repo_root: Path, base: Path, name: str) -> tuple[str, ...]:
    """Return the deepest directories that bear a project's name, relative to *repo_root*.

    What is hidden, installed or below *base* is not looked at, nor is a link followed. Several
    are returned only if they are equally deep.
    """
    top, excluded = os.path.realpath(repo_root), os.path.realpath(base)
    if top == excluded:
        return ()
    wanted, deepest, found = canonical(name), 0, list[str]()
    for depth, path in _directories(top, excluded):
        if depth >= deepest and canonical(os.path.basename(path).lower()) == wanted:  # noqa: PTH119 -- called for each directory of a repository
            found = [*found, path] if depth == deepest else [path]
            deepest = depth
    return tuple(sorted(Path(path).relative_to(top).as_posix() for path in found))


def count_files(path: Path) -> int:
    """Return how many files are below *path*."""
    return sum(len(files) for _, _, files in os.walk(path))


def area_statistics(root: Path) -> dict[str, bool | int]:
    """Return ``<area>_exists`` and ``<area>_files`` for the five areas."""
    statistics: dict[str, bool | int] = {}
    for area in AREAS:
        statistics[f"{area}_exists"] = (root / area).is_dir()
        statistics[f"{area}_files"] = count_files(root / area)
    return statistics


def _directories(top: str, excluded: str) -> Iterator[tuple[int, str]]:
    """Yield directories below *top* with their depth, level by level."""
    level, seen = [top], 0
    for depth in range(1, MAX_DEPTH + 1):
        below = [child for parent in level for child in _children(parent) if child != excluded]
        for child in below:
            seen += 1
            if seen > MAX_DIRECTORIES:
                return
            yield depth, child
        level = below


def _children(parent: str) -> list[str]:
    try:
        with os.scandir(parent) as entries:
            return [
                entry.path
                for entry in entries
                if not is_foreign(entry.name)
                and entry.is_dir(follow_symlinks=False)
                and not os.path.lexists(_join(entry.path, "pyvenv.cfg"))
            ]
    except OSError:
        return []


def _join(parent: str, name: str) -> str:
    return f"{parent}{os.sep}{name}"
