"""MLflow: a migrated store of the workspace's own, and a process that has forgotten all others."""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from pytest_mlops_ws.settings import TELEMETRY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pytest_mlops_ws.model.spec import WorkspaceSpec
    from pytest_mlops_ws.model.status import ToolStatus
    from pytest_mlops_ws.tools.base import Ambient
    from pytest_mlops_ws.tools.mlflow.handle import MLflowHandle

FLOOR = "3.5"
#: By which MLflow finds an experiment, a run, a model: whatever set them last must not win here.
_IDENTITY = (
    "MLFLOW_ACTIVE_MODEL_ID",
    "MLFLOW_EXPERIMENT_ID",
    "MLFLOW_EXPERIMENT_NAME",
    "MLFLOW_REGISTRY_URI",
    "MLFLOW_RUN_ID",
    "MLFLOW_WORKSPACE",
    "_MLFLOW_ACTIVE_MODEL_ID",
)
#: What MLflow tries to import some thirty times a run, to know whether it is on Databricks.
_ASKED_FOR = frozenset({"IPython", "dbruntime", "pyspark"})


class MLflow:
    """The adapter of MLflow. What does the work is loaded when it is asked for, not with pytest."""

    name = "mlflow"
    ambient = ("MLFLOW_*", "_MLFLOW_*", "OTEL_*")
    telemetry: Mapping[str, str] = TELEMETRY["mlflow"]

    def environment(self, spec: WorkspaceSpec, ambient: Ambient) -> Mapping[str, str | None]:
        """Return what makes *spec*'s store, experiment and server workspace the current ones."""
        variables: dict[str, str | None] = dict.fromkeys(_IDENTITY)
        variables["MLFLOW_TRACKING_URI"] = spec.mlflow_tracking_uri
        if spec.mlflow_registry_uri != spec.mlflow_tracking_uri:
            variables["MLFLOW_REGISTRY_URI"] = spec.mlflow_registry_uri
        variables["MLFLOW_WORKSPACE"] = spec.mlflow_workspace
        if not spec.embedded:
            # In the embedded store experiment 0 bears the name. A variable would contradict the
            # id that set_experiment() hands to child processes, and MLflow refuses the pair.
            variables["MLFLOW_EXPERIMENT_NAME"] = spec.mlflow_experiment_name
        if ambient == "hide":
            # MLflow replaces handlers and stops propagation otherwise: caplog would stay empty.
            variables["MLFLOW_CONFIGURE_LOGGING"] = "false"
            # Traces are there when the call returns, and no thread outlives the test.
            variables["MLFLOW_ENABLE_ASYNC_TRACE_LOGGING"] = "false"
        return variables

    def skeleton(self, spec: WorkspaceSpec, *, scm: bool) -> Mapping[str, bytes]:  # noqa: ARG002 -- git tracks nothing of MLflow
        """Return nothing: stores and artifacts are no business of git's."""
        return {}

    def create(self, spec: WorkspaceSpec, *, scratch: bool) -> None:
        """Write the embedded store, migrated, if there is a MLflow to use it."""
        from pytest_mlops_ws.tools.mlflow import template

        if spec.embedded and template.available():
            if not scratch:  # there the areas have just been made
                spec.area("mlflow").mkdir(parents=True, exist_ok=True)
            template.create_store(spec)

    @contextmanager
    def state(self, spec: WorkspaceSpec, ambient: Ambient) -> Iterator[None]:
        """Give the process a MLflow that has just been imported, and its own state back on exit."""
        from pytest_mlops_ws.ground.imports import absent_ones_remembered, when_imported
        from pytest_mlops_ws.tools.mlflow import stores
        from pytest_mlops_ws.tools.mlflow.state import isolated

        with ExitStack() as undo:
            if ambient == "hide":
                undo.enter_context(absent_ones_remembered(_ASKED_FOR))
            undo.enter_context(stores.prepared(spec, scratch=ambient == "hide"))
            for module in stores.TRIGGERS:
                undo.enter_context(when_imported(module, lambda _module: stores.install()))
            undo.enter_context(isolated())
            yield

    def summary(self, spec: WorkspaceSpec) -> Sequence[str]:
        """Return a line for each of the newest runs: name, experiment, status, metrics, params."""
        from pytest_mlops_ws.tools.mlflow.summary import run_lines  # only for a failing test

        return run_lines(spec)

    def watch(self, spec: WorkspaceSpec) -> Mapping[str, str]:
        """Return the store's change counter, and each artifact's size and time."""
        from pytest_mlops_ws.ground.files import fingerprints  # only where it is asked

        found = dict(fingerprints(spec.area("mlflow"), spec.root_path, skip=("mlflow.db",)))
        counter = _change_counter(spec)
        return found if counter is None else {"mlflow/mlflow.db": counter, **found}

    def status(self, spec: WorkspaceSpec) -> ToolStatus:
        """Return version, target and counts, or what is wrong."""
        from pytest_mlops_ws.tools.mlflow.status import status

        return status(spec)

    def open(self, spec: WorkspaceSpec) -> MLflowHandle:
        """Return ``workspace.mlflow``.

        Raises:
            ToolMissingError: MLflow, or what it needs to use SQL, is absent or too old.
        """
        from pytest_mlops_ws.ground import distributions
        from pytest_mlops_ws.tools.mlflow import template
        from pytest_mlops_ws.tools.mlflow.handle import MLflowHandle

        found = distributions.version("mlflow-skinny", "mlflow")
        if found is None or distributions.release(found) < distributions.release(FLOOR):
            raise distributions.missing(self.name, found, FLOOR)
        if spec.embedded and not template.available():
            raise distributions.missing(
                self.name, None, FLOOR, needs=" with SQL support (sqlalchemy and alembic)"
            )
        return MLflowHandle(spec)


def _change_counter(spec: WorkspaceSpec) -> str | None:
    """Return SQLite's count of transactions (bytes 24 to 28 of the file, sqlite.org/fileformat)."""
    try:
        descriptor = os.open(spec.database_path, os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        return os.read(descriptor, 28)[24:28].hex()
    finally:
        os.close(descriptor)


TOOL = MLflow()
