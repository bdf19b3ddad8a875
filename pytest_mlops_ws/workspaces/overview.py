"""One project's workspace and all of its tools at a glance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pytest_mlops_ws.model.results import Result
from pytest_mlops_ws.tools import all_tools
from pytest_mlops_ws.workspaces.manager import workspace_status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_mlops_ws.model.status import ToolStatus
    from pytest_mlops_ws.workspaces.workspace import ProjectWorkspace


@dataclass(frozen=True)
class ClientStatus(Result):
    """A project's workspace, and each of its tools.

    Attributes:
        project_name: the project's name.
        workspace: what `WorkspaceManager.get_workspace_status` says.
        mlflow: how MLflow is; a tool that is missing says so.
        dvc: how DVC is.
        bentoml: how BentoML is.
        evidently: how Evidently is.
    """

    project_name: str
    workspace: Mapping[str, Any]
    mlflow: ToolStatus
    dvc: ToolStatus
    bentoml: ToolStatus
    evidently: ToolStatus


def overview(workspace: ProjectWorkspace) -> ClientStatus:
    """Return *workspace* and its tools, as they are now; no tool is imported for it."""
    spec = workspace.effective
    tools = {tool.name: tool.status(spec) for tool in all_tools()}
    return ClientStatus(workspace.project_name, workspace_status(workspace), **tools)
