"""One project's workspace: what its manifest says, what follows from that, and its tools."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from pytest_mlops_ws.ground.files import write_atomic
from pytest_mlops_ws.manifest import data, emit
from pytest_mlops_ws.model import names
from pytest_mlops_ws.model.directories import AREAS
from pytest_mlops_ws.model.errors import WorkspaceError, during
from pytest_mlops_ws.workspaces import layout
from pytest_mlops_ws.workspaces.derivation import derive
from pytest_mlops_ws.workspaces.places import Places

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from pytest_mlops_ws.manifest.data import Manifest
    from pytest_mlops_ws.manifest.emit import Plain
    from pytest_mlops_ws.model.spec import WorkspaceSpec
    from pytest_mlops_ws.tools.base import Ambient
    from pytest_mlops_ws.tools.bentoml.handle import BentoMLHandle
    from pytest_mlops_ws.tools.dvc.handle import DVCHandle
    from pytest_mlops_ws.tools.evidently.handle import MonitoringHandle
    from pytest_mlops_ws.tools.mlflow.handle import MLflowHandle


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@dataclass(repr=False)
class ProjectWorkspace(Places):
    """A project's MLOps workspace.

    The attributes hold what ``workspace.yaml`` says, None meaning "derived"; `effective` has every
    value filled in. Making one touches no disk: `WorkspaceManager` makes workspaces, and
    `load_metadata` reads one.

    Attributes:
        project_name: the project's name.
        root_path: the workspace's own directory; a relative one counts from the current directory.
        mlflow_experiment_id: an experiment's id in the tracking store.
        mlflow_tracking_uri: where runs go.
        dvc_remote_path: path or URL of the default DVC remote.
        bentoml_tag_prefix: what a stored model's name begins with.
        metadata: whatever people noted down.
        created_at: when the workspace was made, with a time zone.
        updated_at: when a program last changed the manifest.
        mlflow_registry_uri: where registered models go.
        mlflow_artifact_location: the directory or URI below which artifacts are kept.
        mlflow_workspace: the MLflow server's workspace.
        mlflow_experiment_name: the experiment of runs that name none.
        dvc_repo_path: an existing DVC root, relative to the repository's root.
        source_paths: the project's code, relative to the repository's root.
        schema_version: the version of the manifest's format.

    Raises:
        UsageError: the project's name is not legal; the message has the nearest legal one.
    """

    project_name: str
    root_path: Path
    mlflow_experiment_id: str | None = None
    mlflow_tracking_uri: str | None = None
    dvc_remote_path: str | None = None
    bentoml_tag_prefix: str | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    created_at: dt.datetime = field(default_factory=_now)
    updated_at: dt.datetime = field(default_factory=_now)
    mlflow_registry_uri: str | None = field(default=None, kw_only=True)
    mlflow_artifact_location: str | None = field(default=None, kw_only=True)
    mlflow_workspace: str | None = field(default=None, kw_only=True)
    mlflow_experiment_name: str | None = field(default=None, kw_only=True)
    dvc_repo_path: str | None = field(default=None, kw_only=True)
    source_paths: tuple[str, ...] | None = field(default=None, kw_only=True)
    schema_version: int = field(default=1, kw_only=True)

    def __post_init__(self) -> None:
        names.check(self.project_name)
        self.root_path = Path(os.path.abspath(self.root_path))  # noqa: PTH100 -- links stay as given
        #: What the manifest said when it was last read or written.
        self._said: dict[str, Plain] | None = None
        self._baseline: dict[str, str] | None = None
        self._handles: dict[str, tuple[WorkspaceSpec, object]] = {}
        self._normalise()

    def _normalise(self) -> None:
        # As callers of the older system pass them.
        self.metadata = dict(self.metadata or {})
        self.created_at = data.as_time(self.created_at)
        self.updated_at = data.as_time(self.updated_at)
        if self.mlflow_experiment_id is not None:
            self.mlflow_experiment_id = str(self.mlflow_experiment_id)
        if self.source_paths is not None:
            self.source_paths = tuple(self.source_paths)

    def __repr__(self) -> str:
        return f"ProjectWorkspace({self.project_name!r}, {str(self.root_path)!r})"

    @property
    def effective(self) -> WorkspaceSpec:
        """Every value, derived where the manifest is silent, with ``origins``.

        Raises:
            WorkspaceError: a URI needs an environment variable that is not set.
        """
        spec = derive(self)
        if self.source_paths is not None:
            return spec
        from pytest_mlops_ws.workspaces.discovery import source_directories

        found = source_directories(self.repo_root, self.base_path, self.project_name)
        return spec._replace(source_paths=found)

    def activate(self, ambient: Ambient = "inherit") -> AbstractContextManager[object]:
        """Make this workspace the current one for MLflow, DVC and git, and undo that on exit.

        Args:
            ambient: ``inherit`` keeps the variables of the shell, ``hide`` does not let those
                that steer a tool reach in.
        """
        from pytest_mlops_ws.workspaces import activation

        return activation.activate(derive(self), ambient=ambient)

    @property
    def mlflow(self) -> MLflowHandle:
        """MLflow, bound to this workspace: ``.client``, ``.runs()``."""
        return cast("MLflowHandle", self._open("mlflow"))

    @property
    def dvc(self) -> DVCHandle:
        """DVC, bound to this workspace: ``.repo``."""
        return cast("DVCHandle", self._open("dvc"))

    @property
    def bentoml(self) -> BentoMLHandle:
        """BentoML, bound to this workspace: ``.models()``, ``.store()``, ``.load()``."""
        return cast("BentoMLHandle", self._open("bentoml"))

    @property
    def monitoring(self) -> MonitoringHandle:
        """Evidently, bound to this workspace: ``.monitor()``, ``.reports()``."""
        return cast("MonitoringHandle", self._open("evidently"))

    def ensure_directories(self) -> None:
        """Make the workspace's directory and its five areas, where they do not exist."""
        with during("ensure_directories", self.project_name):
            layout.create_areas(self.root_path)

    def save_metadata(self) -> None:
        """Write what changed since the manifest was read; every other byte of it stays.

        What another process changed meanwhile stays too, and is in the attributes afterwards.
        Without a change nothing is written.

        Raises:
            WorkspaceError: the manifest has gone, or cannot be read any more.
            EnvironmentFailedError: the disk did not take it; the old file is what it was.
        """
        with during("save_metadata", self.project_name):
            if self._said is not None and not self._changes(self._said):
                return
            layout.create_base(self.base_path)
            with layout.base_lock(self.base_path, f"saving {self.project_name}"):
                self.save_under_lock()

    def save_under_lock(self) -> None:
        """Do what `save_metadata` does, for a caller that holds the base's lock."""
        path = self.metadata_file
        layout.sweep(self.root_path)
        if self._said is None and not layout.exists(path):
            layout.create_areas(self.root_path)
            self.overwrite_manifest()
            return
        from pytest_mlops_ws.manifest import file

        said = self._said or file.load(path).values()
        changes = self._changes(said)
        if changes:
            self.updated_at = _now()
            changes["updated_at"] = self.updated_at.isoformat()
        self._adopt(file.change(path, changes))

    def overwrite_manifest(self) -> None:
        """Write a new manifest, whatever was there."""
        write_atomic(self.metadata_file, self.manifest_bytes())
        self._said = self._values()

    def manifest_bytes(self) -> bytes:
        """Return a new manifest of this workspace.

        Raises:
            UsageError: the metadata cannot be written as YAML.
        """
        return data.render(self._manifest())

    @classmethod
    def load_metadata(cls, root_path: str | os.PathLike[str]) -> ProjectWorkspace:
        """Return the workspace whose directory is *root_path*.

        Raises:
            WorkspaceError: there is no manifest, or it cannot be read; the message has its
                ``path:line:column``.
        """
        from pytest_mlops_ws.manifest import file

        with during("load_metadata", os.fspath(root_path)):
            path = layout.manifest_of(Path(root_path))
            manifest = file.load(path)
            workspace = cls(manifest.project_name, Path(root_path))
            if manifest.created_at is None or manifest.updated_at is None:
                # The file does not say when: the disk's answer is the best there is.
                modified = dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC)
                workspace.created_at = workspace.updated_at = modified
            workspace._adopt(manifest)
        return workspace

    def to_dict(self) -> dict[str, Any]:
        """Return attributes and paths as plain values: what JSON and YAML can hold."""
        values = dict(self._values())
        areas = {f"{area}_path": str(self.root_path / area) for area in AREAS}
        return values | {"root_path": str(self.root_path)} | areas

    def mark_untouched(self) -> None:
        """Let `assert_untouched` compare with how things are now."""
        from pytest_mlops_ws.workspaces.watching import observe

        self._baseline = observe(derive(self))

    def assert_untouched(self) -> None:
        """Assert that nobody wrote here since the workspace was made, or `mark_untouched`.

        Raises:
            AssertionError: somebody did; the message lists what was added, changed or removed.
            WorkspaceError: there is nothing to compare with.
        """
        from pytest_mlops_ws.workspaces.watching import describe, observe

        __tracebackhide__ = True
        if self._baseline is None:
            message = (
                f"Workspace {self.project_name!r} was opened, not made here, so there is nothing"
                " to compare with; call mark_untouched() before what must not touch it"
            )
            raise WorkspaceError(message, "assert_untouched", self.project_name)
        lines = describe(self._baseline, observe(derive(self)))
        if lines:
            listing = "\n  ".join(lines)
            message = (
                f"workspace {self.project_name!r} was touched ({self.root_path}):\n  {listing}"
            )
            raise AssertionError(message)

    def _open(self, name: str) -> object:
        spec = derive(self)
        opened, handle = self._handles.get(name, (None, None))
        if opened != spec:
            from pytest_mlops_ws.workspaces.handles import open_handle

            handle = open_handle(name, spec)
            self._handles[name] = (spec, handle)
        return handle

    def _manifest(self) -> Manifest:
        self._normalise()
        return data.Manifest(**{key: getattr(self, key) for key in _KEYS})

    def _values(self) -> dict[str, Plain]:
        values = self._manifest().values()
        del values["root_path"]
        return values

    def _changes(self, said: dict[str, Plain]) -> dict[str, Plain]:
        """Return what differs from *said*; a time alone is no difference."""
        return {
            key: value
            for key, value in self._values().items()
            if key not in {"created_at", "updated_at"} and not emit.same(value, said[key])
        }

    def _adopt(self, manifest: Manifest) -> None:
        """Take over what the manifest says."""
        for key in _KEYS:
            value = getattr(manifest, key)
            if value is not None or not key.endswith("_at"):
                setattr(self, key, value)
        self._said = self._values()


#: The manifest's keys that are attributes; ``root_path`` is where the file is.
_KEYS = tuple(key for key in data.KEYS if key != "root_path")
