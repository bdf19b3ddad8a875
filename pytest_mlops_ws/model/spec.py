"""What a tool needs to know of a workspace: its names, its places, and where each came from."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from pytest_mlops_ws.model.directories import INTERNAL
from pytest_mlops_ws.model.record import Record

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class WorkspaceSpec(Record):
    """A workspace with every derived value filled in.

    Attributes:
        project_name: the project's name.
        root_path: the workspace's own directory, absolute.
        mlflow_tracking_uri: where runs go.
        mlflow_registry_uri: where registered models go; the tracking store unless declared.
        mlflow_artifact_location: the directory or URI below which artifacts are kept.
        mlflow_experiment_name: the experiment of runs that name none.
        mlflow_experiment_id: that experiment's id in its store, if the manifest names it.
        mlflow_workspace: the MLflow server's workspace, on servers that have them.
        dvc_repo_path: the root of the DVC repository.
        dvc_remote_path: path or URL of the default remote.
        bentoml_tag_prefix: what a stored model's name begins with.
        source_paths: the project's code, relative to the repo's root.
        embedded: whether the tracking store is the workspace's own SQLite file.
        origins: for each attribute, where its value came from: ``workspace.yaml`` or
            ``derived`` or what else decided.
    """

    project_name: str
    root_path: Path
    mlflow_tracking_uri: str
    mlflow_registry_uri: str
    mlflow_artifact_location: str
    mlflow_experiment_name: str
    dvc_repo_path: Path
    dvc_remote_path: str
    bentoml_tag_prefix: str
    mlflow_experiment_id: str | None = None
    mlflow_workspace: str | None = None
    source_paths: tuple[str, ...] = ()
    embedded: bool = True
    origins: Mapping[str, str] = MappingProxyType({})

    @property
    def base_path(self) -> Path:
        """The directory that holds this workspace and its siblings."""
        return self.root_path.parent

    @property
    def database_path(self) -> Path:
        """The embedded tracking store's file, whether or not it is in use."""
        return self.root_path / "mlflow" / "mlflow.db"

    @property
    def private_path(self) -> Path:
        """Where tools keep what is neither data nor shared: caches and configuration."""
        return self.base_path / INTERNAL / "private" / self.project_name

    def area(self, name: str) -> Path:
        """Return the directory of one of the five areas."""
        return self.root_path / name
