"""``workspace.monitoring``: reference data, drift reports, in the project's Evidently workspace."""

from __future__ import annotations

import os
import threading
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from pytest_mlops_ws.ground import distributions
from pytest_mlops_ws.ground.files import locked
from pytest_mlops_ws.model.errors import (
    EnvironmentFailedError,
    ToolMissingError,
    UsageError,
    during,
)
from pytest_mlops_ws.tools.evidently.results import from_snapshot, projects, reports

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pytest_mlops_ws.model.spec import WorkspaceSpec
    from pytest_mlops_ws.tools.evidently.results import DriftResult

FLOOR = "0.7.10"
#: What an import does to the process is undone by one thread at a time.
_alone = threading.Lock()


class MonitoringHandle:
    """A project's Evidently workspace.

    Attributes:
        path: its directory; ``evidently ui --workspace`` shows it.
    """

    def __init__(self, spec: WorkspaceSpec) -> None:
        self._spec = spec
        self.path: Path = spec.area("monitoring")

    def __repr__(self) -> str:
        return f"{type(self).__name__}({os.fspath(self.path)!r})"

    @property
    def workspace(self) -> Any:  # noqa: ANN401 -- Evidently ships no types
        """Evidently's own ``Workspace``, for everything that has no shorthand here."""
        load()
        from evidently.ui.workspace import Workspace

        return Workspace.create(os.fspath(self.path))

    def reports(self) -> list[DriftResult]:
        """Return this project's drift reports, newest first; read without Evidently."""
        return list(reports(self._spec))

    def set_reference(
        self,
        frame: object,
        target_column: str | None = None,
        prediction_column: str | None = None,
        *,
        metadata: Mapping[str, str] | None = None,
    ) -> int:
        """Keep what later data are compared with; return its number of rows.

        Args:
            frame: a pandas frame, or what pandas makes one of.
            target_column: the true labels or values.
            prediction_column: the model's answers.
            metadata: where it came from.

        Raises:
            UsageError: it is no table, is empty, or has no such column; the former reference
                data stay.
        """
        from pytest_mlops_ws.tools.evidently import frames, reference

        with during("set_reference_data", self._spec.project_name):
            made = frames.as_frame(frame, "reference data")
            target = frames.named(made, target_column, "target_column")
            prediction = frames.named(made, prediction_column, "prediction_column")
            if made.isna().to_numpy().all():
                message = "The reference data have no value at all"
                raise UsageError(message)
            kept = reference.Reference(made, target, prediction)
            reference.write(self._spec, kept, metadata or {})
            return len(made)

    def monitor(
        self,
        frame: object,
        target_column: str | None = None,
        prediction_column: str | None = None,
        *,
        drift_limit: float = 0.5,
        metadata: Mapping[str, str] | None = None,
    ) -> DriftResult:
        """Compare *frame* with the reference data, and keep Evidently's report.

        Args:
            frame: a pandas frame, or what pandas makes one of.
            target_column: the true labels or values, if not the reference data's column.
            prediction_column: the model's answers, likewise.
            drift_limit: from which share of drifted columns on the whole counts as drift.
            metadata: where it came from.

        Raises:
            UsageError: it is no table, is empty, or shares no column with the reference data.
            WorkspaceError: there are no reference data, or Evidently could not compare.
        """
        from pytest_mlops_ws.tools.evidently import drift, frames, reference

        with during("monitor_predictions", self._spec.project_name):
            if not 0 < drift_limit <= 1:
                message = f"drift_limit is a share between 0 and 1, not {drift_limit!r}"
                raise UsageError(message)
            current = frames.as_frame(frame, "data to monitor")
            kept = reference.read(self._spec)
            target = frames.named(current, target_column, "target_column")
            prediction = frames.named(current, prediction_column, "prediction_column")
            chosen = reference.Reference(
                kept.frame, target or kept.target_column, prediction or kept.prediction_column
            )
            load()
            return self._add(drift.make(chosen, current, drift_limit, metadata or {}))

    def _add(self, snapshot: Any) -> DriftResult:  # noqa: ANN401 -- Evidently's Snapshot
        import json

        lock = self._spec.private_path / "evidently.lock"
        try:
            with locked(lock, purpose=f"adding a report of {self._spec.project_name}"):
                workspace = self.workspace
                found = next((path.name for path in projects(self._spec)), None)
                project = found or workspace.create_project(self._spec.project_name).id
                added = workspace.add_run(project, snapshot, include_data=False)
        except OSError as error:
            message = (
                f"Cannot write the report to {self.path}: {error.strerror or error}. Check the"
                " permissions and the free space there"
            )
            raise EnvironmentFailedError(message) from error
        identity = getattr(added, "id", added)
        path = self.path / str(project) / "snapshots" / f"{identity}.json"
        return replace(from_snapshot(json.loads(path.read_bytes()), path), path=path)


def load() -> None:
    """Import Evidently, and undo what that does to the process.

    Raises:
        ToolMissingError: it cannot be imported, for instance since pandas is too new for it.
    """
    import sys

    from pytest_mlops_ws.tools.evidently.imports import undone

    if "evidently.ui.workspace" in sys.modules:
        return
    with ExitStack() as undo:
        undo.enter_context(_alone)
        undo.enter_context(undone())
        try:
            import evidently.ui.workspace
        except (ImportError, AttributeError, TypeError) as error:
            pandas = distributions.version("pandas")
            message = (
                f"evidently {distributions.version('evidently')} cannot be imported"
                f" ({type(error).__name__}: {error}); with pandas {pandas}, which it may be too old"
                " for: pip install 'pytest-mlops-ws[evidently]'"
            )
            raise ToolMissingError(message, operation="evidently") from error
        assert evidently  # noqa: S101 -- imported for what it does


def open_handle(spec: WorkspaceSpec) -> MonitoringHandle:
    """Return the handle of *spec*.

    Raises:
        ToolMissingError: Evidently is absent or too old.
    """
    name: Literal["evidently"] = "evidently"
    found = distributions.version(name)
    if found is None or distributions.release(found) < distributions.release(FLOOR):
        raise distributions.missing(name, found, FLOOR)
    return MonitoringHandle(spec)
