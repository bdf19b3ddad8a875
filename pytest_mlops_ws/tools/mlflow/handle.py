"""What people ask of ``workspace.mlflow``: the client of this store, and its runs."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Experiment, Run

    from pytest_mlops_ws.model.spec import WorkspaceSpec
    from pytest_mlops_ws.tools.mlflow.recording import Recorder

_PAGE = 1000


class MLflowHandle:
    """The workspace's tracking store and model registry, by an explicit client.

    Calls are bound to the workspace, whatever the process's current tracking URI is.
    """

    def __init__(self, spec: WorkspaceSpec) -> None:
        self._spec = spec

    @property
    def tracking_uri(self) -> str:
        """Where the workspace's runs go."""
        return self._spec.mlflow_tracking_uri

    @property
    def registry_uri(self) -> str:
        """Where the workspace's registered models go."""
        return self._spec.mlflow_registry_uri

    @cached_property
    def client(self) -> MlflowClient:
        """MLflow's own client, for everything that has no shorthand here."""
        from pytest_mlops_ws.tools.mlflow.addressing import client_of

        return client_of(self._spec)

    @cached_property
    def recorder(self) -> Recorder:
        """What records runs of this project's experiment."""
        from pytest_mlops_ws.tools.mlflow.recording import Recorder

        return Recorder(self._spec, lambda: self.client)

    def experiments(self) -> list[Experiment]:
        """Return every experiment that is not deleted, newest first."""
        found = list(self.client.search_experiments(max_results=_PAGE))
        return sorted(found, key=lambda each: each.creation_time or 0, reverse=True)

    def runs(self, experiment: str | None = None) -> list[Run]:
        """Return the runs of one experiment, by its name, or of all; newest first.

        Raises:
            LookupError: there is no experiment of that name; the message lists those there are.
        """
        experiments = {each.name: each.experiment_id for each in self.experiments()}
        if experiment is not None and experiment not in experiments:
            message = f"No experiment {experiment!r} here; there are: {', '.join(experiments)}"
            raise LookupError(message)
        chosen = [experiments[experiment]] if experiment is not None else [*experiments.values()]
        page = self.client.search_runs(chosen, max_results=_PAGE)
        runs = list(page)
        while page.token:
            page = self.client.search_runs(chosen, max_results=_PAGE, page_token=page.token)
            runs += page
        # Stable: among runs of the same millisecond the order of creation decides.
        created = self._creation_order()
        runs.sort(key=lambda run: (run.info.start_time, created.get(run.info.run_id, 0)))
        return runs[::-1]

    def _creation_order(self) -> dict[str, int]:
        if not self._spec.embedded:
            return {}
        uri = f"{self._spec.database_path.as_uri()}?mode=ro"
        with closing(sqlite3.connect(uri, uri=True)) as connection:
            return dict(connection.execute("SELECT run_uuid, rowid FROM runs"))
