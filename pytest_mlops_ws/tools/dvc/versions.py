"""Which version of its data a project has, as one word, without DVC."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_mlops_ws.model.spec import WorkspaceSpec

_LENGTH = 12
#: Never has tracking files of the project's own.
_SKIPPED = frozenset({".dvc", ".git", "mlflow", "models", "monitoring", "node_modules", ".venv"})


def data_version(spec: WorkspaceSpec) -> str | None:
    """Return a hash over all ``*.dvc`` and ``dvc.lock`` of *spec*'s repository; None without any.

    These files name their data by hash, so the same word is the same data.
    """
    found = sorted(tracking_files(spec.dvc_repo_path))
    if not found:
        return None
    digest = hashlib.sha256()
    for path in found:
        digest.update(path.relative_to(spec.dvc_repo_path).as_posix().encode() + b"\0")
        digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()[:_LENGTH]


def tracking_files(root: Path) -> Iterator[Path]:
    """Yield the files by which DVC tracks data below *root*."""
    for directory, directories, files in os.walk(root):
        directories[:] = [name for name in directories if name not in _SKIPPED]
        for name in files:
            if name.endswith(".dvc") or name == "dvc.lock":
                yield root / directory / name
