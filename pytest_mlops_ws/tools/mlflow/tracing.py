"""Tracing: the tracer provider and its exporters' threads, open traces, the last trace's id."""

from __future__ import annotations

import sys
from typing import Any

from pytest_mlops_ws.tools.mlflow.row import GONE, Row, context_variable, lookup, variable

_PROVIDER = "mlflow.tracing.provider"
_CONFIGURATION = "mlflow.tracing.config"
_FLUENT = "mlflow.tracing.fluent"


def _used() -> bool:
    once = lookup(_PROVIDER, "provider.once") or lookup(
        _PROVIDER, "_MLFLOW_TRACER_PROVIDER_INITIALIZED"
    )
    # By release; where neither is there, nobody knows.
    return bool(getattr(once, "_done", getattr(once, "done", True)))


def _save() -> tuple[object, bool]:
    chosen = lookup(_PROVIDER, "_MLFLOW_TRACE_USER_DESTINATION.get")
    enabled = lookup(_PROVIDER, "is_tracing_enabled")
    return (
        chosen() if chosen is not None else None,
        bool(enabled()) if enabled is not None and _used() else True,
    )


def _restore(saved: tuple[Any, bool]) -> None:
    destination, enabled = saved
    if destination is not None:
        lookup("mlflow.tracing", "set_destination")(destination)
    if not enabled:
        lookup("mlflow.tracing", "disable")()


def _clear() -> None:
    reset = lookup(_PROVIDER, "reset")
    if reset is not None and _used():  # unused there is nothing to reset, and it costs 20 ms
        reset()


def _clear_configuration() -> None:
    reset = lookup(_CONFIGURATION, "reset_config")
    if reset is not None:
        reset()


def _restore_configuration(saved: object) -> None:
    module = sys.modules.get(_CONFIGURATION)
    if module is not None and saved is not GONE:
        module._MLFLOW_TRACING_CONFIG = saved  # type: ignore[attr-defined]  # noqa: SLF001 -- configure() sets single fields


def _finish() -> None:
    flush = lookup("mlflow", "flush_trace_async_logging")
    if _used() and flush is not None:
        flush(terminate=True)


ROWS = (
    Row("tracing", _save, _restore, _clear, _finish),
    Row(
        "configuration of tracing",
        lambda: lookup(_CONFIGURATION, "_MLFLOW_TRACING_CONFIG", GONE),
        _restore_configuration,
        _clear_configuration,
    ),
    variable("mlflow.tracing.trace_manager", "InMemoryTraceManager._instance", title="open traces"),
    variable(_FLUENT, "_LAST_ACTIVE_TRACE_ID_GLOBAL", title="last trace"),
    context_variable(
        _FLUENT, "_LAST_ACTIVE_TRACE_ID_THREAD_LOCAL", title="last trace of the context"
    ),
)
