"""Hundreds of tests that have a workspace and do not use MLflow: for many processes at once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.mark.parametrize("n", range(int(os.environ["BENCHMARK_ROUNDS"])))
def test_workspace(n: int, workspace: os.PathLike[str]) -> None:
    assert Path(workspace, "mlflow", "mlflow.db").stat().st_size > 0
