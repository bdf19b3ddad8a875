"""Runs of one project, recorded by an explicit client: no global of MLflow's says where they go."""

from __future__ import annotations

import math
import os
import time
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from pytest_mlops_ws.ground.gates import Gate
from pytest_mlops_ws.model.errors import UsageError
from pytest_mlops_ws.model.record import Record
from pytest_mlops_ws.tools.mlflow import faults
from pytest_mlops_ws.tools.mlflow.artifacts import local_root, upload
from pytest_mlops_ws.tools.mlflow.patience import few_retries

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from mlflow import MlflowClient
    from mlflow.entities import Run as Run  # noqa: PLC0414 -- for those who must not know MLflow

    from pytest_mlops_ws.model.spec import WorkspaceSpec

#: Passed by every call of a `Recorder`; whoever changes MLflow's globals is inside alone.
GATE = Gate()
#: The open runs of each project's store, innermost last: per thread and per asynchronous task.
_open: ContextVar[Mapping[tuple[str, str], tuple[str, ...]]] = ContextVar("mlops_ws_open_runs")
#: The run of each that was closed last.
_closed: dict[tuple[str, str], str] = {}
#: What MLflow takes in one call.
_BATCH = 1000


class ExperimentName(Record):
    """An experiment's id in its store, and its name, which is the same in every store."""

    experiment_id: str
    name: str


class Recorder:
    """Records runs in the experiment of one project."""

    def __init__(self, spec: WorkspaceSpec, client: Callable[[], MlflowClient]) -> None:
        self._spec = spec
        self._client = client
        self._experiment: ExperimentName | None = None
        #: A run, and where on this machine its artifacts are, if they are.
        self._artifacts: tuple[str, str | None] = "", None
        # Not this object: a handle is opened anew when the manifest changes.
        self._key = str(spec.root_path), spec.mlflow_tracking_uri

    @contextmanager
    def call(self) -> Iterator[MlflowClient]:
        """Yield the client, with the store looked at and its complaints in our words."""
        spec = self._spec
        with GATE.passing(), faults.translated(spec):
            faults.require_store(spec, spec.mlflow_tracking_uri, spec.mlflow_registry_uri)
            client = self._client()  # opening a store is what takes long where it is dead
            if spec.embedded:
                yield client
                return
            with few_retries():
                yield client

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep every other recorder's calls waiting, with the store looked at."""
        spec = self._spec
        with GATE.alone():
            faults.require_store(spec, spec.mlflow_tracking_uri, spec.mlflow_registry_uri)
            with few_retries():
                yield

    def experiment(self) -> ExperimentName:
        """Return the project's experiment; it is made if there is none.

        The name decides. An id alone, as older manifests have it, is taken where the store has it.

        Raises:
            UsageError: the experiment has been deleted.
        """
        if self._experiment is None:
            with self.call() as client:
                self._experiment = self._find(client)
        return self._experiment

    def _find(self, client: MlflowClient) -> ExperimentName:
        spec = self._spec
        name = spec.mlflow_experiment_name
        unnamed = spec.origins.get("mlflow_experiment_name") == "derived"
        if spec.mlflow_experiment_id is not None and unnamed:
            ids = {each.experiment_id: each for each in client.search_experiments()}
            if spec.mlflow_experiment_id in ids:
                found = ids[spec.mlflow_experiment_id]
                return ExperimentName(found.experiment_id, found.name)
        present = client.get_experiment_by_name(name) or self._made(client, name)
        if present.lifecycle_stage != "active":
            message = (
                f"The experiment {name!r} has been deleted. Restore it: mlflow experiments restore"
                f" --experiment-id {present.experiment_id}; or name another one,"
                " mlflow_experiment_name, in workspace.yaml"
            )
            raise UsageError(message)
        return ExperimentName(present.experiment_id, name)

    def _made(self, client: MlflowClient, name: str) -> Any:  # noqa: ANN401 -- MLflow's Experiment
        from mlflow.exceptions import MlflowException

        spec = self._spec
        declared = spec.origins.get("mlflow_artifact_location", "derived") != "derived"
        location = f"{spec.mlflow_artifact_location.rstrip('/')}/{name}" if declared else None
        try:
            client.create_experiment(
                name, artifact_location=location, tags={"project": spec.project_name}
            )
        except MlflowException as error:
            if error.error_code != "RESOURCE_ALREADY_EXISTS":  # another process was faster
                raise
        return client.get_experiment_by_name(name)

    def begin(
        self,
        run_name: str | None = None,
        *,
        nested: bool = False,
        tags: Mapping[str, object] | None = None,
        description: str | None = None,
        run_id: str | None = None,
    ) -> Run:
        """Open a run, or *run_id* again; what is recorded in this thread or task goes there."""
        if self.open_runs() and not nested:
            message = (
                f"Run {self.open_runs()[-1]} is open here: leave its block first, or"
                " start_run(nested=True)"
            )
            raise UsageError(message)
        run = self._again(run_id) if run_id else self._new(run_name, nested, tags, description)
        self._set_open((*self.open_runs(), run.info.run_id))
        return run

    def end(self, run_id: str, status: str) -> None:
        """End a run that `begin` has opened here: ``FINISHED``, ``FAILED`` or ``KILLED``."""
        self._set_open(tuple(each for each in self.open_runs() if each != run_id))
        _closed[self._key] = run_id
        with self.call() as client:
            client.set_terminated(run_id, status)

    def _new(
        self,
        run_name: str | None,
        nested: bool,  # noqa: FBT001 -- private, and named where it is called
        tags: Mapping[str, object] | None,
        description: str | None,
    ) -> Run:
        said = {str(key): str(value) for key, value in (tags or {}).items()}
        if nested and self.open_runs():
            said["mlflow.parentRunId"] = self.open_runs()[-1]
        if description is not None:
            said["mlflow.note.content"] = description
        experiment = self.experiment().experiment_id
        with self.call() as client:
            said.setdefault("mlflow.user", _user())
            return client.create_run(experiment, run_name=run_name, tags=said)

    def _again(self, run_id: str) -> Run:
        experiment = self.experiment()
        with self.call() as client:
            run = client.get_run(run_id)
            if run.info.experiment_id != experiment.experiment_id:
                message = (
                    f"Run {run_id} is of another experiment than {experiment.name!r}, so it is not"
                    f" one of {self._spec.project_name!r}: open it with the client of its project"
                )
                raise UsageError(message)
            if run.info.lifecycle_stage != "active":
                message = f"Run {run_id} has been deleted; restore it: mlflow runs restore"
                raise UsageError(message)
            client.update_run(run_id, status="RUNNING")
        return run

    def open_runs(self) -> tuple[str, ...]:
        """Return the runs that are open in this thread or task, innermost last."""
        return _open.get({}).get(self._key, ())

    def _set_open(self, runs: tuple[str, ...]) -> None:
        _open.set({**_open.get({}), self._key: runs})

    def current(self) -> str:
        """Return the run that is open here.

        Raises:
            UsageError: none is.
        """
        runs = self.open_runs()
        if runs:
            return runs[-1]
        message = "No run is open in this thread: with client.start_run():"
        last = _closed.get(self._key)
        if last is not None:
            message = (
                f"Run {last} is closed, and no other is open in this thread: open one, with"
                f" client.start_run():, or that one again: start_run(run_id={last!r})"
            )
        raise UsageError(message)

    def log_params(self, params: Mapping[str, object]) -> None:
        """Record parameters of the open run."""
        from mlflow.entities import Param

        run = self.current()
        made = [Param(str(key), str(value)) for key, value in _items(params, "params")]
        with self.call() as client:
            for start in range(0, len(made), _BATCH):
                client.log_batch(run, params=made[start : start + _BATCH])

    def log_metrics(self, metrics: Mapping[str, object], step: int | None = None) -> None:
        """Record metrics of the open run; all of them, or none."""
        from mlflow.entities import Metric

        run, now = self.current(), time.time_ns() // 1_000_000
        made = [
            Metric(str(key), _number(key, value), now, step or 0)
            for key, value in _items(metrics, "metrics")
        ]
        with self.call() as client:
            for start in range(0, len(made), _BATCH):
                client.log_batch(run, metrics=made[start : start + _BATCH])

    def log_artifact(self, path: str | os.PathLike[str], artifact_path: str | None = None) -> None:
        """Copy a file or directory to the open run's artifacts."""
        run = self.current()
        if not os.path.exists(path):  # noqa: PTH110 -- a text as often as a path
            message = f"There is no file or directory {os.path.abspath(path)}"  # noqa: PTH100 -- likewise
            raise UsageError(message)
        with self.call() as client:
            known, root = self._artifacts  # at once: another thread has another run
            if known != run:
                root = local_root(client.get_run(run).info.artifact_uri)
                self._artifacts = run, root
            upload(client, run, root, os.fspath(path), artifact_path)


def _items(values: Mapping[str, object], what: str) -> list[tuple[str, object]]:
    if not hasattr(values, "items"):
        message = f"log_{what} takes a mapping, {{name: value}}, not {type(values).__name__}"
        raise UsageError(message)
    return list(values.items())


def _number(key: object, value: Any) -> float:  # noqa: ANN401 -- a number of whatever library
    try:
        number = float(value) if not isinstance(value, (str, bytes)) else None
    except (TypeError, ValueError):
        number = None
    if number is None:
        message = f"Metric {key!r} is {value!r}, which is no number; nothing was logged"
        raise UsageError(message, details={"metric": key})
    if not math.isfinite(number):
        message = (
            f"Metric {key!r} is {number}, which no store keeps as it is; nothing was logged. Leave"
            " it out, or log it as a parameter"
        )
        raise UsageError(message, details={"metric": key})
    return number


def _user() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container's user without a name
        return str(os.getuid())
