"""`MLOpsClient`: one project's MLflow, DVC, BentoML and Evidently, each of them real.

A facade: what is done is done by the workspace's handles. Calls are bound to the project by
explicit clients, so several clients, also in threads, keep apart; plain ``mlflow.…`` calls follow
``workspace.activate()``, not a client.
"""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_mlops_ws.ground.progress import progress
from pytest_mlops_ws.model.errors import MLOpsClientError, WorkspaceError
from pytest_mlops_ws.workspaces import models
from pytest_mlops_ws.workspaces.opening import manager_for, note_experiment, note_own_experiment
from pytest_mlops_ws.workspaces.overview import overview
from pytest_mlops_ws.workspaces.provenance import provenance

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pytest_mlops_ws.tools.bentoml.deployment import Deployed
    from pytest_mlops_ws.tools.dvc.operations import DataStatus, Tracked, Transferred
    from pytest_mlops_ws.tools.evidently.results import DriftResult
    from pytest_mlops_ws.tools.mlflow.models import LoggedModel
    from pytest_mlops_ws.tools.mlflow.recording import Run
    from pytest_mlops_ws.workspaces.manager import WorkspaceManager
    from pytest_mlops_ws.workspaces.overview import ClientStatus
    from pytest_mlops_ws.workspaces.provenance import Provenance
    from pytest_mlops_ws.workspaces.workspace import ProjectWorkspace

    AnyPath = str | os.PathLike[str]


class MLOpsClient:
    """One project's tools, ready for use; each is imported when it is first used.

    Args:
        project_name: the project's name. Its workspace is made if there is none.
        repo_root: the repository; without it, the one around the working directory.
        workspace_path: the older form: the workspace's own directory, or its base.
        workspace_manager: where to look for the workspace instead.
        workspace: the very one, such as a test's own; nothing is noted in its manifest.

    Attributes:
        workspace: the project's workspace.
        workspace_path: its directory.
        project_name: the project's name.
        repo_root: the repository.

    Raises:
        MLOpsClientError: the name is not legal, or the workspace cannot be opened.
    """

    def __init__(
        self,
        project_name: str,
        repo_root: AnyPath | None = None,
        workspace_path: AnyPath | None = None,
        workspace_manager: WorkspaceManager | None = None,
        *,
        workspace: ProjectWorkspace | None = None,
    ) -> None:
        with _doing("open", "workspace"):
            self._notes = workspace is None
            if workspace is None:
                manager = workspace_manager or manager_for(project_name, repo_root, workspace_path)
                workspace = manager.get_or_create_workspace(project_name)
                self.repo_root = manager.repo_root
            else:
                self.repo_root = workspace.repo_root
            self.workspace = workspace
            self.project_name = workspace.project_name
            self.workspace_path = workspace.root_path
            if self._notes:
                note_own_experiment(workspace)

    @classmethod
    def from_project(cls, name: str, repo_root: AnyPath | None = None) -> MLOpsClient:
        """Return the client of the project *name*; its workspace is made if there is none."""
        return cls(name, repo_root)

    def __repr__(self) -> str:
        return f"MLOpsClient({self.project_name!r}, {os.fspath(self.workspace_path)!r})"

    def get_workspace_path(self, subdir: str | None = None) -> Path:
        """Return the workspace's directory, or that of one of its parts.

        Raises:
            MLOpsClientError: *subdir* leads out of the workspace.
        """
        path = self.workspace_path / (subdir or "")
        if not Path(os.path.normpath(path)).is_relative_to(self.workspace_path):
            message = f"{subdir!r} leads out of the workspace {self.workspace_path}"
            raise MLOpsClientError(message, "get_workspace_path", "workspace")
        return path

    def get_status(self) -> ClientStatus:
        """Return the workspace, and version, target, reachability and counts of each tool."""
        with _doing("get_status", "workspace"):
            return overview(self.workspace)

    def provenance(self) -> Provenance:
        """Return where what is made now comes from: project, commit, data, versions."""
        return provenance(self.workspace.effective, self.repo_root)

    @contextmanager
    def start_run(
        self,
        run_name: str | None = None,
        nested: bool = False,  # noqa: FBT001, FBT002 -- as MLflow's own
        tags: Mapping[str, object] | None = None,
        description: str | None = None,
        *,
        run_id: str | None = None,
    ) -> Iterator[Run]:
        """Open a run of this project, and end it with the block; *run_id* opens one again.

        Raises:
            MLOpsClientError: one is open in this thread already and *nested* is not set; the run
                is another project's; or the store does not answer (within seconds).
        """
        with _doing("start_run", "mlflow"):
            recorder = self.workspace.mlflow.recorder
            if self._notes:
                note_experiment(self.workspace, *recorder.experiment())
            run = recorder.begin(
                run_name,
                nested=nested,
                tags={**self.provenance().tags(), **(tags or {})},
                description=description,
                run_id=run_id,
            )
        try:
            yield run
        except BaseException as error:
            # What went wrong inside is what the caller is to see.
            with suppress(WorkspaceError):
                stopped = isinstance(error, KeyboardInterrupt)
                recorder.end(run.info.run_id, "KILLED" if stopped else "FAILED")
            raise
        with _doing("end_run", "mlflow"):
            recorder.end(run.info.run_id, "FINISHED")

    def log_params(self, params: Mapping[str, object]) -> None:
        """Record parameters of the open run."""
        with _doing("log_params", "mlflow"):
            self.workspace.mlflow.recorder.log_params(params)

    def log_metrics(self, metrics: Mapping[str, object], step: int | None = None) -> None:
        """Record metrics of the open run: numbers, and all of them or none."""
        with _doing("log_metrics", "mlflow"):
            self.workspace.mlflow.recorder.log_metrics(metrics, step)

    def log_artifact(self, path: AnyPath, artifact_path: str | None = None) -> None:
        """Copy a file or directory to the open run's artifacts."""
        with _doing("log_artifact", "mlflow"), progress(f"uploading {Path(path).name}"):
            self.workspace.mlflow.recorder.log_artifact(path, artifact_path)

    def log_model(
        self,
        model: object,
        artifact_path: str,
        registered_model_name: str | None = None,
        **kwargs: Any,  # noqa: ANN401 -- each flavor has its own
    ) -> LoggedModel:
        """Log a model of any flavor to the open run, and register it as ``<project>--<name>``.

        Args:
            model: what MLflow has a flavor for.
            artifact_path: its name within the run.
            registered_model_name: its name in the registry, without the project's prefix.
            kwargs: ``flavor=``, a name or a module with ``log_model()``; ``aliases=``; and what
                the flavor takes: ``signature=``, ``input_example=``, …
        """
        with _doing("log_model", "mlflow"), progress(f"logging the model {artifact_path}"):
            tags = self.provenance().tags()
            return models.log_model(
                self.workspace, model, artifact_path, registered_model_name, tags=tags, **kwargs
            )

    def dvc_add(self, path: AnyPath, recursive: bool = False) -> Tracked:  # noqa: FBT001, FBT002 -- the older system's
        """Track a file or directory; *recursive* tracks each file by itself."""
        with _doing("dvc_add", "dvc"), progress(f"adding {Path(path).name}"):
            return self.workspace.dvc.track(path, recursive=recursive)

    def dvc_push(
        self, targets: Iterable[str] | str | None = None, remote: str | None = None
    ) -> Transferred:
        """Copy to the project's remote what it lacks; *targets* are as `dvc_add` takes them."""
        with _doing("dvc_push", "dvc"), progress("pushing data"):
            return self.workspace.dvc.push(targets, remote)

    def dvc_pull(
        self,
        targets: Iterable[str] | str | None = None,
        remote: str | None = None,
        force: bool = False,  # noqa: FBT001, FBT002 -- the older system's
    ) -> Transferred:
        """Copy from the project's remote what is tracked, and put it where it belongs."""
        with _doing("dvc_pull", "dvc"), progress("pulling data"):
            return self.workspace.dvc.pull(targets, remote, force=force)

    def dvc_status(self, remote: bool = False) -> DataStatus:  # noqa: FBT001, FBT002 -- like its siblings
        """Return what has changed, and with *remote* also what has not been pushed."""
        with _doing("dvc_status", "dvc"), progress("looking at data"):
            return self.workspace.dvc.status(remote=remote)

    def deploy_model(
        self,
        model_path: AnyPath,
        model_name: str,
        model_version: str | None = None,
        build_bento: bool = True,  # noqa: FBT001, FBT002 -- the older system's
    ) -> Deployed:
        """Store a model as ``<project>--<model_name>:<model_version>``, and build its Bento.

        Args:
            model_path: a file or directory, or a model of MLflow's: ``models:/…``, ``runs:/…``.
            model_name: its name within the project.
            model_version: its version; without one, the time and a few digits.
            build_bento: build what ``bentoml serve`` runs, if MLflow wrote the model.
        """
        with _doing("deploy_model", "bentoml"), progress(f"deploying {model_name}"):
            store, tags = self.workspace.bentoml, self.provenance().tags()
            with models.model_files(self.workspace, model_path) as files:
                return store.deploy(
                    files, model_name, model_version, build=build_bento, metadata=tags
                )

    def set_reference_data(
        self, frame: object, target_column: str | None = None, prediction_column: str | None = None
    ) -> int:
        """Keep what predictions are compared with; return its number of rows."""
        with _doing("set_reference_data", "evidently"):
            return self.workspace.monitoring.set_reference(
                frame, target_column, prediction_column, metadata=self.provenance().tags()
            )

    def monitor_predictions(
        self,
        frame: object,
        target_column: str | None = None,
        prediction_column: str | None = None,
        *,
        drift_limit: float = 0.5,
    ) -> DriftResult:
        """Compare *frame* with the reference data; Evidently's report is kept."""
        with _doing("monitor_predictions", "evidently"), progress("looking for drift"):
            return self.workspace.monitoring.monitor(
                frame,
                target_column,
                prediction_column,
                drift_limit=drift_limit,
                metadata=self.provenance().tags(),
            )


def create_client(name: str, repo_root: AnyPath | None = None) -> MLOpsClient:
    """Return the client of the project *name*: `MLOpsClient.from_project`."""
    return MLOpsClient.from_project(name, repo_root)


@contextmanager
def _doing(operation: str, component: str) -> Iterator[None]:
    """Let whatever fails say which method of the client did, and with which tool."""
    try:
        yield
    except WorkspaceError as error:
        raise MLOpsClientError.because(error, operation, component) from error
