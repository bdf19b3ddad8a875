"""What the fixtures do with which MLflow's own suite keeps its tests apart, in our own words.

A store a test, experiment and addresses forgotten after it, tracing reset; what threads and
processes remain is said at the end of the session.
"""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

import mlflow
import psutil
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def own_store(tmp_path: Path) -> Iterator[None]:
    """Let a test log to a database of its own."""
    before = mlflow.get_tracking_uri() if mlflow.is_tracking_uri_set() else None
    mlflow.set_tracking_uri(f"sqlite:///{tmp_path}/tracking.sqlite")
    yield
    mlflow.set_tracking_uri(before)


@pytest.fixture(autouse=True)
def forget() -> Iterator[None]:
    """Forget experiment, addresses and traces."""
    yield
    mlflow.tracking.fluent._active_experiment_id = None
    for name in ("MLFLOW_EXPERIMENT_ID", "MLFLOW_TRACKING_URI", "MLFLOW_REGISTRY_URI"):
        os.environ.pop(name, None)
    mlflow.set_registry_uri(None)
    mlflow.tracing.reset()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what remains; whose it is, is not known any more."""
    for thread in threading.enumerate():
        if thread is not threading.main_thread():
            terminalreporter.write_line(f"remaining: {thread}")
    for child in psutil.Process().children(recursive=True):
        terminalreporter.write_line(f"remaining: {child}")
