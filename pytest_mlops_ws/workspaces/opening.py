"""Opening a project's workspace for its client, and noting where its runs go."""

from __future__ import annotations

import logging
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_mlops_ws.model.errors import EnvironmentFailedError
from pytest_mlops_ws.workspaces.manager import WorkspaceManager

if TYPE_CHECKING:
    import os

    from pytest_mlops_ws.workspaces.workspace import ProjectWorkspace

_log = logging.getLogger(__name__)


def manager_for(
    project_name: str,
    repo_root: str | os.PathLike[str] | None,
    workspace_path: str | os.PathLike[str] | None,
) -> WorkspaceManager:
    """Return the manager of the workspaces among which *project_name*'s is.

    *workspace_path* is the older form: the workspace's own directory, or its base.
    """
    if workspace_path is None:
        return WorkspaceManager(repo_root=repo_root)
    message = (
        "workspace_path= is the older form: use"
        f" MLOpsClient.from_project({project_name!r}, repo_root=…)"
    )
    # This function, the client's constructor, and who called that.
    warnings.warn(message, DeprecationWarning, stacklevel=3)
    path = Path(workspace_path).absolute()
    return WorkspaceManager(path.parent if path.name == project_name else path, repo_root)


def note_own_experiment(workspace: ProjectWorkspace) -> None:
    """Note the experiment that the workspace's own store has; another store is asked when used."""
    from pytest_mlops_ws.tools.mlflow.status import experiment_in_own_store

    found = experiment_in_own_store(workspace.effective)
    if found is not None:
        note_experiment(workspace, *found)


def note_experiment(workspace: ProjectWorkspace, experiment_id: str, name: str) -> None:
    """Note in the manifest which experiment the runs go to: its id is no identity without name."""
    noted = workspace.mlflow_experiment_id, workspace.mlflow_experiment_name
    if noted == (experiment_id, name):
        return
    workspace.mlflow_experiment_id, workspace.mlflow_experiment_name = experiment_id, name
    try:
        workspace.save_metadata()
    except EnvironmentFailedError as error:  # a checkout that may only be read
        _log.warning("The experiment is not noted in workspace.yaml: %s", error)
