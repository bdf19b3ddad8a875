"""What `dvc init` and `dvc remote add --default` would write, as constant bytes.

The commands cost a second, most of it for importing DVC. That the bytes are equal to the
commands' is a test.
"""

from __future__ import annotations

import os
import re
from functools import cache
from typing import TYPE_CHECKING

from pytest_mlops_ws.ground.dvc_config import config_text
from pytest_mlops_ws.ground.files import unwritable, write_atomic, write_tree
from pytest_mlops_ws.ground.git import repo_root
from pytest_mlops_ws.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pytest_mlops_ws.model.spec import WorkspaceSpec

_IGNORED_BY_GIT = b"/config.local\n/tmp\n/cache\n"
_IGNORED_BY_DVC = b"""\
# Add patterns of files dvc should ignore, which could improve
# the performance. Learn more at
# https://dvc.org/doc/user-guide/dvcignore
"""


def skeleton(spec: WorkspaceSpec, *, scm: bool) -> Mapping[str, bytes]:
    """Return the files of a new DVC repository, by path relative to its root.

    Empty if the workspace uses a DVC repository that stands elsewhere: that one exists.

    Args:
        spec: the workspace.
        scm: whether a git repository holds it (``dvc init --subdir``) or none does
            (``dvc init --no-scm``).
    """
    if spec.dvc_repo_path != spec.root_path:
        return {}
    return _files(_remote_url(spec), scm=scm)


def create(spec: WorkspaceSpec, *, scratch: bool) -> None:
    """Write the `skeleton` and the derived remote's directory; existing files are left alone."""
    root = spec.dvc_repo_path
    missing = _missing(root, skeleton(spec, scm=True))
    if missing:
        # Of a test's workspace none is: they have been written with all that git tracks.
        missing = _missing(root, skeleton(spec, scm=repo_root(root) is not None))
    try:
        if _derived(spec):
            os.makedirs(spec.dvc_remote_path, exist_ok=True)  # noqa: PTH103 -- on the hot path
        if scratch:
            write_tree(root, missing)
            return
        for name, content in missing.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            write_atomic(path, content)
    except OSError as error:
        raise unwritable(root, error) from error


def _missing(root: Path, files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {
        name: content for name, content in files.items() if not os.path.lexists(f"{root}/{name}")
    }


def _derived(spec: WorkspaceSpec) -> bool:
    """Whether the remote is a directory of the same base, which is ours to make and moves along."""
    return spec.dvc_remote_path.startswith(f"{spec.base_path}{os.sep}")


def _travels(spec: WorkspaceSpec) -> bool:
    """Whether a declared remote is a directory of the same git repository."""
    if not os.path.isabs(spec.dvc_remote_path):  # noqa: PTH117 -- it may be a URL
        return False
    root = repo_root(spec.dvc_repo_path)
    return root is not None and spec.dvc_remote_path.startswith(f"{root}{os.sep}")


def _remote_url(spec: WorkspaceSpec) -> str:
    if not _derived(spec) and not _travels(spec):
        return spec.dvc_remote_path
    # DVC reads a relative URL from the directory of the file it stands in.
    return os.path.relpath(spec.dvc_remote_path, spec.dvc_repo_path / ".dvc").replace(os.sep, "/")


@cache
def _files(url: str, *, scm: bool) -> Mapping[str, bytes]:
    config = config_text(_quoted(url), scm=scm)
    files = {".dvc/config": config.encode(), ".dvcignore": _IGNORED_BY_DVC}
    if scm:
        files[".dvc/.gitignore"] = _IGNORED_BY_GIT
    return files


def _quoted(url: str) -> str:
    """Write a value as ConfigObj reads it; its import would cost 30 ms."""
    quote = next((mark for mark in ('"', "'") if mark not in url), None)
    if quote is None or _is_interpolated(url) or "\r" in url or "\n" in url:
        message = (
            f"DVC cannot have the remote {url!r}: its configuration has no spelling for both"
            ' kinds of quotes, for "%(…)s" or for a line break. Rename that directory and set'
            " dvc_remote_path in workspace.yaml to its new name."
        )
        raise UsageError(message, details={"dvc_remote_path": url})
    plain = url and all(letter.isalnum() or letter in "_./:@~+-" for letter in url)
    return url if plain else f"{quote}{url}{quote}"


def _is_interpolated(url: str) -> bool:
    return "%(" in url and re.search(r"%\(.*\)s", url) is not None
