"""pytest-mlops-ws: real, isolated MLOps workspaces for tests, and for the projects themselves.

The public API, and nothing else. Names are found when they are first used: importing the package,
as pytest does for every suite, loads nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_mlops_ws.client import MLOpsClient, create_client
    from pytest_mlops_ws.model.errors import (
        EnvironmentFailedError,
        MLOpsClientError,
        ToolMissingError,
        UsageError,
        WorkspaceBoundaryError,
        WorkspaceError,
        WorkspaceExistsError,
        WorkspaceMissingError,
    )
    from pytest_mlops_ws.workspaces.manager import WorkspaceManager
    from pytest_mlops_ws.workspaces.workspace import ProjectWorkspace

__all__ = [
    "EnvironmentFailedError",
    "MLOpsClient",
    "MLOpsClientError",
    "ProjectWorkspace",
    "ToolMissingError",
    "UsageError",
    "WorkspaceBoundaryError",
    "WorkspaceError",
    "WorkspaceExistsError",
    "WorkspaceManager",
    "WorkspaceMissingError",
    "create_client",
]

_HOMES = {
    "MLOpsClient": "pytest_mlops_ws.client",
    "create_client": "pytest_mlops_ws.client",
    "ProjectWorkspace": "pytest_mlops_ws.workspaces.workspace",
    "WorkspaceManager": "pytest_mlops_ws.workspaces.manager",
}


def __getattr__(name: str) -> object:
    if name not in __all__:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    value = getattr(import_module(_HOMES.get(name, "pytest_mlops_ws.model.errors")), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
