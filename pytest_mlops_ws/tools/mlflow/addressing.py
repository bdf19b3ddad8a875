"""Which of a server's workspaces a client speaks to: its project's, whatever the process's is."""

from __future__ import annotations

import os
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any

from pytest_mlops_ws.model.errors import UsageError
from pytest_mlops_ws.tools.mlflow.row import lookup

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlflow import MlflowClient

    from pytest_mlops_ws.model.spec import WorkspaceSpec

#: The one that a server has for whoever names none.
_DEFAULT = "default"


@contextmanager
def server_workspace(name: str | None) -> Iterator[None]:
    """Address the server's workspace *name* in this thread or task only; None: its default one.

    Raises:
        UsageError: this MLflow is older than workspaces.
    """
    variable = lookup("mlflow.utils.workspace_context", "_WORKSPACE")
    said = variable is not None and (variable.get() or os.environ.get("MLFLOW_WORKSPACE"))
    if name is None and not said:
        yield  # without a header, which servers that have no workspaces need not know
        return
    if variable is None:
        message = f"mlflow_workspace is {name!r}, which needs MLflow 3.10 or newer"
        raise UsageError(message)
    token = variable.set(name or _DEFAULT)
    try:
        yield
    finally:
        variable.reset(token)


def client_of(spec: WorkspaceSpec) -> MlflowClient:
    """Return MLflow's own client of *spec*'s store and registry, bound to its server workspace."""
    from mlflow import MlflowClient

    if spec.embedded:
        return MlflowClient(spec.mlflow_tracking_uri, spec.mlflow_registry_uri)

    class BoundClient(MlflowClient):
        """Each of its public methods addresses the project's workspace of the server."""

        def __getattribute__(self, name: str) -> Any:  # noqa: ANN401 -- whatever MLflow has there
            found = super().__getattribute__(name)
            if name.startswith("_") or not callable(found):
                return found

            @wraps(found)
            def addressed(*arguments: Any, **options: Any) -> Any:  # noqa: ANN401 -- likewise
                with server_workspace(spec.mlflow_workspace):
                    return found(*arguments, **options)

            return addressed

    return BoundClient(spec.mlflow_tracking_uri, spec.mlflow_registry_uri)
