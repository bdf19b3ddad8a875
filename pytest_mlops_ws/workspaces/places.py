"""Where the parts of a workspace are."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from pytest_mlops_ws.workspaces import layout
from pytest_mlops_ws.workspaces.derivation import root_of_repository

if TYPE_CHECKING:
    from pathlib import Path


class Places(os.PathLike[str]):
    """A directory with the parts of a workspace in it; to the system, that directory's path."""

    root_path: Path

    def __fspath__(self) -> str:
        return str(self.root_path)

    @property
    def base_path(self) -> Path:
        """The directory that holds this workspace and its siblings."""
        return self.root_path.parent

    @property
    def repo_root(self) -> Path:
        """What ``source_paths`` and ``dvc_repo_path`` are relative to."""
        return root_of_repository(self.root_path)

    @property
    def metadata_file(self) -> Path:
        """The manifest, ``workspace.yaml``."""
        return layout.manifest_of(self.root_path)

    @property
    def mlflow_path(self) -> Path:
        """The embedded tracking store and artifacts."""
        return self.root_path / "mlflow"

    @property
    def dvc_path(self) -> Path:
        """Versioned data."""
        return self.root_path / "dvc"

    @property
    def monitoring_path(self) -> Path:
        """The Evidently workspace."""
        return self.root_path / "monitoring"

    @property
    def models_path(self) -> Path:
        """The BentoML store."""
        return self.root_path / "models"

    @property
    def outputs_path(self) -> Path:
        """Everything else."""
        return self.root_path / "outputs"
