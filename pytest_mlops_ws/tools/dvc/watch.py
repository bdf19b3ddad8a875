"""What a stranger's write to a workspace's DVC repository would change."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pytest_mlops_ws.model.spec import WorkspaceSpec

# Locks, the cache's index and the like: opening a repository to read it writes them.
_SCRATCH = "tmp"


def fingerprints(spec: WorkspaceSpec) -> Mapping[str, str]:
    """Return size and modification time of each file, by its path relative to the workspace.

    Covered are the repository's ``.dvc`` (configuration and cache), its tracking files, the data
    area, and the remote if it is a directory.
    """
    found: dict[str, str] = {}
    repository = os.fspath(spec.dvc_repo_path)
    label = _label(spec, repository)
    for entry in _entries(repository):
        if entry.name == ".dvc":
            for inner in _entries(entry.path):
                if inner.name != _SCRATCH:
                    _add(inner, f"{label}.dvc/", found)
        elif entry.name in {"dvc.yaml", "dvc.lock", ".dvcignore"} or entry.name.endswith(".dvc"):
            _add(entry, label, found)
    for tree in (os.fspath(spec.area("dvc")), spec.dvc_remote_path):
        for entry in _entries(tree):
            _add(entry, _label(spec, tree), found)
    return found


def _label(spec: WorkspaceSpec, directory: str) -> str:
    relative = os.path.relpath(directory, spec.root_path)
    return "" if relative == os.curdir else f"{relative}/"


def _add(entry: os.DirEntry[str], label: str, found: dict[str, str]) -> None:
    name = label + entry.name
    if entry.is_dir(follow_symlinks=False):
        for inner in _entries(entry.path):
            _add(inner, f"{name}/", found)
        return
    with suppress(FileNotFoundError):
        status = entry.stat(follow_symlinks=False)
        found[name] = f"{status.st_size}:{status.st_mtime_ns}"


def _entries(directory: str) -> Iterator[os.DirEntry[str]]:
    """Yield what a directory holds; nothing for a URL, or for what has gone meanwhile."""
    try:
        with os.scandir(directory) as entries:
            yield from entries
    except (FileNotFoundError, NotADirectoryError):
        return
