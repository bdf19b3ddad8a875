"""What MLflow keeps in the process, and how each piece is set aside and put back.

Names are MLflow's own and most are private: a name that is gone in some release makes its row do
nothing, never fail. A piece that cannot be put back is a warning, and the others still are.
"""

from __future__ import annotations

import sys
import warnings
from contextlib import contextmanager
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from pytest_mlops_ws.tools.mlflow import autologging, engines, tracing
from pytest_mlops_ws.tools.mlflow.row import GONE, Row, context_variable, lookup, variable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

_FLUENT = "mlflow.tracking.fluent"

_ThreadLocals = list[tuple[Any, Any, dict[int, Any]]]


class StateNotUndoneWarning(UserWarning):
    """A piece of a tool's state could not be put back; later tests may see it."""


def loaded() -> bool:
    """Tell whether MLflow has been imported in this process, completely."""
    return lookup("mlflow", "set_tracking_uri") is not None and _FLUENT in sys.modules


@contextmanager
def isolated() -> Iterator[None]:
    """Set MLflow's state aside, and put it back on exit."""
    saved: list[Any] = [row.pristine for row in ROWS]
    if loaded():
        saved = [row.save() for row in ROWS]
        for row in ROWS:
            _step("set aside", row, row.clear)
    try:
        yield
    finally:
        if loaded():
            for row in ROWS:
                _step("finish", row, row.finish)
            for row in ROWS:
                _step("clear", row, row.clear)
            for row, before in zip(ROWS, saved, strict=True):
                if before is not GONE:
                    _step("put back", row, partial(row.restore, before))


def _step(verb: str, row: Row, step: Callable[[], None]) -> None:
    try:
        step()
    except Exception as error:  # noqa: BLE001 -- whatever another release raises; the other rows go on
        message = f"Could not {verb} MLflow's {row.name}: {type(error).__name__}: {error}"
        warnings.warn(message, StateNotUndoneWarning, stacklevel=2)


def _tracking_uri() -> str | None:
    uri: str | None = lookup(engines.SERVICE, "_tracking_uri")
    return uri


def set_tracking_uri(uri: str | None) -> None:
    """Make *uri* MLflow's tracking URI, whatever tracing has cached of the one before."""
    if _tracking_uri() != uri:
        # Also makes tracing forget the store it exports to; the variable is activation's to put.
        lookup("mlflow", "set_tracking_uri")(uri)


def _thread_locals() -> list[Any]:
    """Return MLflow's variables per thread, those of later releases included."""
    fluent = sys.modules[_FLUENT]
    return [getattr(fluent, name) for name in _names_of_thread_locals(fluent)]


@cache
def _names_of_thread_locals(fluent: ModuleType) -> tuple[str, ...]:
    kind = lookup("mlflow.utils.thread_utils", "ThreadLocalVariable", ())
    return tuple(name for name, value in vars(fluent).items() if isinstance(value, kind))


def _save_thread_locals() -> _ThreadLocals:
    return [(each, each.thread_local, each.get_all_thread_values()) for each in _thread_locals()]


def _clear_thread_locals() -> None:
    for each in _thread_locals():
        each.reset()  # every thread's, where end_run() ends only the current one's


def _restore_thread_locals(saved: _ThreadLocals) -> None:
    for each, thread_local, values in saved:
        each.thread_local = thread_local
        getattr(each, "_ThreadLocalVariable__global_thread_values", {}).update(values)


def _end_runs() -> None:
    """End what was left running: its monitors are threads, its status says it still runs."""
    stack = lookup(_FLUENT, "_active_run_stack")
    for _ in tuple(stack.get()) if stack is not None else ():
        lookup("mlflow", "end_run")("KILLED")


ROWS: tuple[Row, ...] = (
    Row(
        "runs and models of every thread",
        _save_thread_locals,
        _restore_thread_locals,
        _clear_thread_locals,
        _end_runs,
    ),
    Row("tracking URI", _tracking_uri, set_tracking_uri, lambda: set_tracking_uri(None)),
    variable(engines.REGISTRY, "_registry_uri", title="registry URI"),
    variable(_FLUENT, "_active_experiment_id", title="active experiment"),
    # MLflow's own pytest plugin opens one run a session: in a workspace that run is not found.
    variable("mlflow.pytest.session", "_run_id", title="run of its pytest plugin"),
    context_variable("mlflow.utils.workspace_context", "_WORKSPACE", title="MLflow workspace"),
    *tracing.ROWS,
    *autologging.ROWS,
    *engines.ROWS,
)
