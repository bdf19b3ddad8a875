"""All workspaces below one base: made, found, changed, deleted and restored."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from pytest_mlops_ws.ground.git import repo_root as git_root
from pytest_mlops_ws.manifest import emit
from pytest_mlops_ws.model import names
from pytest_mlops_ws.model.errors import (
    WorkspaceError,
    WorkspaceExistsError,
    WorkspaceMissingError,
    during,
)
from pytest_mlops_ws.workspaces import creation, layout, trash
from pytest_mlops_ws.workspaces.cache import Cache
from pytest_mlops_ws.workspaces.configuration import checked
from pytest_mlops_ws.workspaces.derivation import DEFAULT_BASE
from pytest_mlops_ws.workspaces.discovery import area_statistics, workspace_names
from pytest_mlops_ws.workspaces.workspace import ProjectWorkspace

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    from pytest_mlops_ws.workspaces.configuration import Configuration, FurtherConfiguration
    from pytest_mlops_ws.workspaces.trash import Deleted

_log = logging.getLogger(__name__)


class WorkspaceManager:
    """The workspaces below one base directory, which is made if need be.

    Attributes:
        repo_root: the repository: as given, else the git work tree around the current directory,
            else that directory.
        base_path: where the workspaces are: as given, else ``mlops/workspace`` in the repository.

    Raises:
        EnvironmentFailedError: the base cannot be made, for instance because a file is there.
    """

    def __init__(
        self,
        base_path: str | os.PathLike[str] | None = None,
        repo_root: str | os.PathLike[str] | None = None,
    ) -> None:
        here = Path.cwd()
        self.repo_root = Path(repo_root).absolute() if repo_root else git_root(here) or here
        base = self.repo_root.joinpath(*DEFAULT_BASE) if base_path is None else Path(base_path)
        self.base_path = base.absolute()
        layout.create_base(self.base_path)
        self._cache = Cache()

    def __repr__(self) -> str:
        return f"WorkspaceManager({str(self.base_path)!r})"

    @property
    def workspaces(self) -> dict[str, ProjectWorkspace]:
        """The workspaces by name, as they are on the disk now; unreadable ones are left out."""
        for name in workspace_names(self.base_path):
            try:
                self._load(name)
            except WorkspaceError as error:
                _log.warning("Skipping workspace %s: %s", name, error)
        return self._cache.present()

    def create_workspace(  # noqa: PLR0913, PLR0917 -- the older system's signature
        self,
        project_name: str,
        mlflow_experiment_id: str | int | None = None,
        mlflow_tracking_uri: str | None = None,
        dvc_remote_path: str | None = None,
        bentoml_tag_prefix: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        force: bool = False,  # noqa: FBT001, FBT002 -- likewise
        **config: Unpack[FurtherConfiguration],
    ) -> ProjectWorkspace:
        """Make a project's workspace: five areas, a DVC repository, the manifest.

        Args:
            project_name: the project's name.
            mlflow_experiment_id: an experiment's id in the tracking store.
            mlflow_tracking_uri: where runs go.
            dvc_remote_path: path or URL of the default DVC remote.
            bentoml_tag_prefix: what a stored model's name begins with.
            metadata: whatever people want to note down.
            force: take over a workspace that exists: its data stay, its manifest is rewritten.
            config: other keys of the manifest.

        Raises:
            UsageError: the name, or a key of *config*, is not legal; nothing was touched.
            WorkspaceExistsError: there is one of that name, or of a name that tools cannot tell
                from it.
            EnvironmentFailedError: the disk did not take it; what was begun is gone again.
        """
        settings: Configuration = {
            **config,
            "mlflow_experiment_id": mlflow_experiment_id,
            "mlflow_tracking_uri": mlflow_tracking_uri,
            "dvc_remote_path": dvc_remote_path,
            "bentoml_tag_prefix": bentoml_tag_prefix,
            "metadata": metadata,
        }
        with during("create_workspace", _shown(project_name)):
            names.check(project_name)
            root = self.base_path / project_name
            workspace = ProjectWorkspace(project_name, root, **checked(settings))
            workspace.manifest_bytes()  # what cannot be written is refused before anything is
            layout.create_base(self.base_path)
            with layout.base_lock(self.base_path, f"creating {project_name}"):
                creation.refuse_twin(self.base_path, project_name, force=force)
                creation.build(workspace)
            workspace.mark_untouched()
            return self._cache.put(workspace)

    def get_workspace(self, project_name: str) -> ProjectWorkspace:
        """Return a project's workspace.

        Raises:
            WorkspaceMissingError: there is none.
            WorkspaceError: its manifest cannot be read, or belongs to another project.
        """
        with during("get_workspace", _shown(project_name)):
            return self._load(names.check(project_name))

    def get_or_create_workspace(
        self, project_name: str, **config: Unpack[Configuration]
    ) -> ProjectWorkspace:
        """Return a project's workspace as it is; make it, with *config*, if there is none.

        Raises:
            WorkspaceError: there is one, and it cannot be read: that is never taken for none.
        """
        with during("get_or_create_workspace", _shown(project_name)):
            wanted = checked(config)
            try:
                workspace = self.get_workspace(project_name)
            except WorkspaceMissingError:
                try:
                    return self.create_workspace(project_name, **config)
                except WorkspaceExistsError:
                    # Another process made it meanwhile; or a twin is there, and this raises.
                    workspace = self.get_workspace(project_name)
        asked = ProjectWorkspace(project_name, workspace.root_path, **wanted)
        for key in wanted:
            present, other = getattr(workspace, key), getattr(asked, key)
            if other and not emit.same(emit.plain(present), emit.plain(other)):
                _log.warning(
                    "Workspace %s exists with %s=%r; %r is not used. To change it, call"
                    " update_workspace_metadata()",
                    *(project_name, key, present, other),
                )
        return workspace

    def list_workspaces(self) -> list[ProjectWorkspace]:
        """Return all workspaces, sorted by name; one that cannot be read is logged and skipped."""
        return list(self.workspaces.values())

    def update_workspace_metadata(
        self, project_name: str, **updates: Unpack[Configuration]
    ) -> ProjectWorkspace:
        """Set keys of a manifest; ``metadata`` is merged, and None leaves a key as it is.

        Raises:
            UsageError: there is no such key.
            WorkspaceError: there is no such workspace, or its manifest cannot be read.
        """
        with during("update_workspace_metadata", _shown(project_name)):
            names.check(project_name)
            settings = checked(updates)
            with layout.base_lock(self.base_path, f"updating {project_name}"):
                workspace = self._load(project_name)
                before = vars(workspace).copy()
                try:
                    for key, value in settings.items():
                        if key == "metadata":
                            workspace.metadata = {**workspace.metadata, **(value or {})}
                        elif value is not None:
                            setattr(workspace, key, value)
                    workspace.save_under_lock()
                except BaseException:
                    # The object says what the disk says, whatever failed.
                    vars(workspace).update(before)
                    raise
            return self._cache.put(workspace)

    def delete_workspace(
        self,
        project_name: str,
        force: bool = False,  # noqa: FBT001, FBT002 -- the older system's signature
        *,
        dry_run: bool = False,
    ) -> tuple[Path, ...]:
        """Move a workspace, its derived remote and its caches to the trash.

        Args:
            project_name: the project's name.
            force: must be True: that is the confirmation.
            dry_run: move nothing.

        Returns:
            What is moved, or would be.

        Raises:
            WorkspaceMissingError: there is no such workspace.
            WorkspaceError: *force* is not set.
        """
        with during("delete_workspace", _shown(project_name)):
            names.check(project_name)
            with layout.base_lock(self.base_path, f"deleting {project_name}"):
                self._require(project_name)
                parts = trash.places(self.base_path, project_name).values()
                going = tuple(part for part in parts if layout.exists(part))
                if dry_run:
                    return going
                if not force:
                    message = (
                        f"Deleting workspace {project_name!r} requires force=True;"
                        " it goes to the trash, and restore_workspace() brings it back"
                    )
                    raise WorkspaceError(message)
                trash.delete(self.base_path, project_name)
            self._cache.drop(project_name)
            return going

    def restore_workspace(self, project_name: str) -> ProjectWorkspace:
        """Bring the workspace back that was deleted last under this name.

        Raises:
            WorkspaceMissingError: the trash has none.
            WorkspaceExistsError: there is a workspace of that name, or of a twin's, by now.
        """
        with during("restore_workspace", _shown(project_name)):
            names.check(project_name)
            with layout.base_lock(self.base_path, f"restoring {project_name}"):
                creation.refuse_twin(self.base_path, project_name)
                trash.restore(self.base_path, project_name)
            return self._load(project_name)

    def deleted_workspaces(self) -> list[Deleted]:
        """Return what is in the trash, the newest first."""
        return trash.deleted(self.base_path)

    def get_workspace_status(self, project_name: str) -> dict[str, Any]:
        """Return what `ProjectWorkspace.to_dict` says, and ``directory_stats`` beside it."""
        with during("get_workspace_status", _shown(project_name)):
            return workspace_status(self._load(names.check(project_name)))

    def get_all_workspaces_status(self) -> dict[str, dict[str, Any]]:
        """Return the status of each workspace, by name."""
        return {
            workspace.project_name: workspace_status(workspace)
            for workspace in self.list_workspaces()
        }

    def _load(self, name: str) -> ProjectWorkspace:
        self._require(name)
        return self._cache.get(self.base_path / name)

    def _require(self, name: str) -> None:
        if not layout.exists(layout.manifest_of(self.base_path / name)):
            message = (
                f"Workspace does not exist: {name!r} in {self.base_path};"
                f" make it with 'mlops-ws new {name}' or create_workspace({name!r})"
            )
            raise WorkspaceMissingError(message)


def workspace_status(workspace: ProjectWorkspace) -> dict[str, Any]:
    """Return what `ProjectWorkspace.to_dict` says, and ``directory_stats`` beside it."""
    return workspace.to_dict() | {"directory_stats": area_statistics(workspace.root_path)}


def _shown(name: object) -> str:
    return name if isinstance(name, str) else repr(name)
