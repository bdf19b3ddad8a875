"""From what a manifest says to what tools need: every value filled in, and where it came from."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_mlops_ws.ground.git import repo_root
from pytest_mlops_ws.model.directories import MANIFEST, REMOTES
from pytest_mlops_ws.model.errors import WorkspaceError
from pytest_mlops_ws.model.names import canonical, experiment_name
from pytest_mlops_ws.model.spec import WorkspaceSpec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_mlops_ws.workspaces.workspace import ProjectWorkspace

#: Below the repository's root, where nobody says otherwise.
DEFAULT_BASE = ("mlops", "workspace")
DERIVED = "derived"


def derive(
    workspace: ProjectWorkspace, environment: Mapping[str, str] | None = None
) -> WorkspaceSpec:
    """Return the spec of *workspace*; ``source_paths`` are only those its manifest names.

    Raises:
        WorkspaceError: a URI needs a variable that is not set.
    """
    values = _Values(workspace, os.environ if environment is None else environment)
    root, name = workspace.root_path, workspace.project_name
    tracking = values.place("mlflow_tracking_uri", f"sqlite:///{root}/mlflow/mlflow.db")
    return WorkspaceSpec(
        project_name=name,
        root_path=root,
        mlflow_tracking_uri=tracking,
        mlflow_registry_uri=values.place("mlflow_registry_uri", tracking),
        mlflow_artifact_location=values.place(
            "mlflow_artifact_location", str(root / "mlflow" / "artifacts")
        ),
        mlflow_experiment_id=values.optional("mlflow_experiment_id"),
        mlflow_workspace=values.optional("mlflow_workspace"),
        mlflow_experiment_name=values.experiment(tracking),
        dvc_repo_path=values.repository(),
        dvc_remote_path=values.place("dvc_remote_path", str(root.parent / REMOTES / name)),
        bentoml_tag_prefix=values.of("bentoml_tag_prefix", f"{canonical(name)}--"),
        source_paths=values.sources(),
        embedded=values.origins["mlflow_tracking_uri"] == DERIVED,
        origins=values.origins,
    )


def root_of_repository(root_path: Path) -> Path:
    """Return what ``source_paths`` and ``dvc_repo_path`` are relative to.

    The directory whose ``mlops/workspace`` holds the workspace; elsewhere the git work tree around
    it; without one, the workspaces' own base.
    """
    base = root_path.parent
    if base.parts[-2:] == DEFAULT_BASE:
        return base.parent.parent
    # From the base: a test's workspace is a git repository of its own.
    return repo_root(base) or base


class _Values:
    def __init__(self, workspace: ProjectWorkspace, environment: Mapping[str, str]) -> None:
        self.workspace = workspace
        self.environment = environment
        self.origins = {"project_name": MANIFEST, "root_path": "where it is"}

    def of(self, key: str, derived: str) -> str:
        declared = self.optional(key)
        return derived if declared is None else declared

    def experiment(self, tracking: str) -> str:
        declared = self.optional("mlflow_experiment_name")
        workspace = self.workspace
        settled = bool(workspace.mlflow_experiment_id or workspace.mlflow_workspace)
        name = experiment_name(workspace.project_name, declared, tracking, settled=settled)
        if declared is not None and name != declared:
            self.origins["mlflow_experiment_name"] += ", with the project's prefix"
        return name

    def place(self, key: str, derived: str) -> str:
        """Return a path or URI; a relative path counts from the repository's root.

        MLflow would count it from wherever a process stands, and DVC from its configuration.
        """
        declared = self.optional(key)
        if declared is None:
            return derived
        from pytest_mlops_ws.ground.locations import anchored  # most manifests declare none

        return anchored(declared, str(self.workspace.repo_root))

    def optional(self, key: str) -> str | None:
        declared: str | None = getattr(self.workspace, key)
        if declared is None:
            self.origins[key] = DERIVED
            return None
        from pytest_mlops_ws.manifest.references import expand

        expanded = expand(declared, self.environment)
        if expanded.missing:
            name = expanded.missing[0]
            message = (
                f"{key} is {declared!r} in {self.workspace.metadata_file}, and the environment"
                f" variable {name} is not set. Set it, or write ${{{name}:-default}}"
            )
            raise WorkspaceError(
                message,
                workspace=self.workspace.project_name,
                details={"missing": expanded.missing},
            )
        used = ", ".join(expanded.used)
        self.origins[key] = f"{MANIFEST}, environment variable {used}" if used else MANIFEST
        return expanded.text

    def sources(self) -> tuple[str, ...]:
        declared = self.workspace.source_paths
        self.origins["source_paths"] = DERIVED if declared is None else MANIFEST
        return declared or ()

    def repository(self) -> Path:
        declared = self.optional("dvc_repo_path")
        if declared is None:
            return self.workspace.root_path
        return Path(os.path.normpath(self.workspace.repo_root / declared))
