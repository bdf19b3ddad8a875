"""Opening a tool's handle."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_mlops_ws.model.spec import WorkspaceSpec


def open_handle(name: str, spec: WorkspaceSpec) -> object:
    """Return the handle of the tool *name* on *spec*.

    Raises:
        ToolMissingError: the tool is absent or too old.
    """
    from pytest_mlops_ws.tools import all_tools

    return next(tool for tool in all_tools() if tool.name == name).open(spec)
