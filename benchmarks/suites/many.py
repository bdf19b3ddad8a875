"""Hundreds of tests in one process: nothing may grow."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    Record = Callable[[str, object], None]

COUNT = int(os.environ["BENCHMARK_ROUNDS"])


@pytest.mark.parametrize("n", range(COUNT))
def test_workspace_log(n: int, workspace: object, record_property: Record) -> None:
    import mlflow

    with mlflow.start_run():
        mlflow.log_metric("auc", 0.9)
        mlflow.log_text("x", "x.txt")
    temporary = Path(os.environ["TMPDIR"])
    strays = [path for path in temporary.iterdir() if not path.name.startswith("pytest-of-")]
    record_property("descriptors", len(list(Path("/proc/self/fd").iterdir())))
    record_property("threads", threading.active_count())
    record_property("strays", len(strays))
