"""How a workspace's tracking store is. A store of its own is read without importing MLflow."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from pytest_mlops_ws.ground import distributions
from pytest_mlops_ws.ground.urls import hidden
from pytest_mlops_ws.model.errors import WorkspaceError
from pytest_mlops_ws.model.status import ToolStatus
from pytest_mlops_ws.tools.mlflow import faults

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_mlops_ws.model.spec import WorkspaceSpec

_COUNTS = {
    "experiments": "SELECT count(*) FROM experiments WHERE lifecycle_stage = 'active'",
    "runs": "SELECT count(*) FROM runs WHERE lifecycle_stage = 'active'",
    "registered_models": "SELECT count(*) FROM registered_models",
}


def status(spec: WorkspaceSpec) -> ToolStatus:
    """Return how MLflow is in *spec*."""
    from pytest_mlops_ws.tools.mlflow import TOOL

    version = distributions.version("mlflow-skinny", "mlflow")
    target = hidden(spec.mlflow_tracking_uri)
    try:
        handle = TOOL.open(spec)
    except WorkspaceError as error:
        return ToolStatus(False, version, target, None, error.message)
    reason = faults.unreachable(spec.mlflow_tracking_uri)
    if reason is not None:
        return ToolStatus(True, version, target, False, reason)
    try:
        if spec.embedded:
            return ToolStatus(True, version, target, True, counts=_embedded(spec))
        recorder = handle.recorder
        with recorder.call() as client:
            experiment = client.get_experiment_by_name(spec.mlflow_experiment_name)
            found = {"experiments": int(experiment is not None)}
        if experiment is not None:
            found["runs"] = len(handle.runs(spec.mlflow_experiment_name))
    except (WorkspaceError, sqlite3.Error, LookupError) as error:
        return ToolStatus(True, version, target, False, hidden(str(error)))
    return ToolStatus(True, version, target, True, counts=found)


def _embedded(spec: WorkspaceSpec) -> Mapping[str, int]:
    if not spec.database_path.exists():
        return dict.fromkeys(_COUNTS, 0)
    with closing(sqlite3.connect(f"{spec.database_path.as_uri()}?mode=ro", uri=True)) as store:
        return {name: store.execute(query).fetchone()[0] for name, query in _COUNTS.items()}


def experiment_in_own_store(spec: WorkspaceSpec) -> tuple[str, str] | None:
    """Return id and name of the project's experiment, if the workspace's own store has it."""
    if not spec.embedded or not spec.database_path.exists():
        return None
    query = "SELECT experiment_id, name FROM experiments WHERE lifecycle_stage = 'active'"
    try:
        uri = f"{spec.database_path.as_uri()}?mode=ro"
        with closing(sqlite3.connect(uri, uri=True)) as store:
            names = {str(identity): str(name) for identity, name in store.execute(query)}
    except sqlite3.Error:
        return None  # torn, or another release's: whoever uses it is told
    wanted = spec.mlflow_experiment_id
    if wanted in names and spec.origins.get("mlflow_experiment_name") == "derived":
        return wanted, names[wanted]
    by_name = {name: identity for identity, name in names.items()}
    name = spec.mlflow_experiment_name
    return (by_name[name], name) if name in by_name else None
