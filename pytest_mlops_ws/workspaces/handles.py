"""Opening a tool's handle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mlops_ws.model.errors import ToolMissingError

if TYPE_CHECKING:
    from pytest_mlops_ws.model.spec import WorkspaceSpec

#: Tools that have an area and, so far, no adapter.
_TO_COME = {"evidently": "monitoring"}


def open_handle(name: str, spec: WorkspaceSpec) -> object:
    """Return the handle of the tool *name* on *spec*.

    Raises:
        ToolMissingError: the tool is absent or too old, or this release cannot open it yet.
    """
    from pytest_mlops_ws.tools import all_tools

    tool = next((tool for tool in all_tools() if tool.name == name), None)
    if tool is not None:
        return tool.open(spec)
    message = (
        f"This release of pytest-mlops-ws has no {name} handle yet; a later one will. Until then"
        f" point {name} at {spec.area(_TO_COME[name])} yourself"
    )
    raise ToolMissingError(message, operation=name, workspace=spec.project_name)
