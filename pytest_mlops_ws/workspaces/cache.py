"""Workspaces that have been read, as long as nobody changes their manifests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mlops_ws.model.errors import WorkspaceError
from pytest_mlops_ws.workspaces.layout import manifest_of
from pytest_mlops_ws.workspaces.workspace import ProjectWorkspace

if TYPE_CHECKING:
    from pathlib import Path

Signature = tuple[int, int, int]


class Cache:
    """What a manager has read, by name. Every look compares with the disk: one ``stat`` each."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Signature, ProjectWorkspace]] = {}

    def get(self, root: Path) -> ProjectWorkspace:
        """Return the workspace in *root*, read anew only if its manifest has changed.

        Raises:
            WorkspaceError: it cannot be read, or says it is another project's.
        """
        signature = _signature(root)
        known = self._known.get(root.name)
        if known is not None and known[0] == signature:
            return known[1]
        self.drop(root.name)
        workspace = ProjectWorkspace.load_metadata(root)
        if workspace.project_name != root.name:
            message = (
                f"Failed to load workspace metadata: {workspace.metadata_file} says it belongs to"
                f" {workspace.project_name!r}, and its directory is {root.name!r}; rename one of"
                " them, so that no project writes into another's stores"
            )
            raise WorkspaceError(message, workspace=root.name)
        self._known[root.name] = (signature, workspace)
        return workspace

    def put(self, workspace: ProjectWorkspace) -> ProjectWorkspace:
        """Remember a workspace as its manifest now is, and return it."""
        root = workspace.root_path
        self._known[root.name] = (_signature(root), workspace)
        return workspace

    def drop(self, name: str) -> None:
        """Forget a workspace."""
        self._known.pop(name, None)

    def present(self) -> dict[str, ProjectWorkspace]:
        """Return those whose manifest is still what was read, sorted by name."""
        self._known = {
            name: (signature, workspace)
            for name, (signature, workspace) in sorted(self._known.items())
            if _signature(workspace.root_path) == signature
        }
        return {name: workspace for name, (_, workspace) in self._known.items()}


def _signature(root: Path) -> Signature:
    try:
        status = manifest_of(root).stat()
    except OSError:
        return (0, 0, 0)
    return (status.st_ino, status.st_size, status.st_mtime_ns)
