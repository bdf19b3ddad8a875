"""Making a workspace, whole or not at all.

The manifest *is* the workspace. It is written last, in one rename, so a process that is killed
while making one leaves a directory that is not listed and that the next attempt completes. What
fails without being killed takes away what it had begun. Built in place, not aside and renamed:
people may have put data there before, and what tools write may name the place.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from pytest_mlops_ws.ground.files import remove_tree
from pytest_mlops_ws.model.errors import WorkspaceExistsError
from pytest_mlops_ws.tools import all_tools
from pytest_mlops_ws.workspaces import layout, trash
from pytest_mlops_ws.workspaces.derivation import derive
from pytest_mlops_ws.workspaces.discovery import twin

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_mlops_ws.workspaces.workspace import ProjectWorkspace


def refuse_twin(base: Path, name: str, *, force: bool = False) -> None:
    """Refuse a name that a workspace bears, or that tools cannot tell from one.

    *force* lets a workspace be made where there is one.

    Raises:
        WorkspaceExistsError: see above.
    """
    other = twin(base, name)
    if other is None or (force and other == name):
        return
    message = (
        f"Workspace already exists: {base / name}; open it with get_workspace(), or"
        " pass force=True to rewrite its manifest and keep its data"
        if other == name
        else f"Workspace already exists: {name!r} and {other!r} are the same name to tools;"
        " use another one"
    )
    raise WorkspaceExistsError(message)


def build(workspace: ProjectWorkspace) -> None:
    """Write everything that a new workspace has, the manifest last."""
    base = workspace.base_path
    places = trash.places(base, workspace.project_name).values()
    new = [place for place in places if not layout.exists(place)]
    try:
        layout.ignore_in_base(base)
        layout.create_areas(workspace.root_path)
        layout.ignore_in_workspace(workspace.root_path)
        spec = derive(workspace)
        for tool in all_tools():
            tool.create(spec, scratch=False)
        layout.sweep(workspace.root_path)
        workspace.overwrite_manifest()
    except BaseException:
        for place in new:
            # What cannot be taken away must not hide why it was to be.
            with suppress(OSError):
                remove_tree(place)
        raise
