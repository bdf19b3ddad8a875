"""Ways to give a test its MLflow, in turn: each round runs every one of them once.

Run by ``benchmarks/run.py``, which reads the durations that ``conftest.py`` writes.
"""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import mlflow
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ROUNDS = int(os.environ["BENCHMARK_ROUNDS"])
#: Each costs seconds of migrations: some are enough.
FRESH_ROUNDS = int(os.environ["BENCHMARK_FRESH_ROUNDS"])


def log_one_run() -> None:
    with mlflow.start_run():
        mlflow.log_param("depth", 3)
        mlflow.log_metric("auc", 0.9)


@pytest.fixture(scope="session", autouse=True)
def _shared_store(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Open one store for all: what nobody who isolates his tests has."""
    root = tmp_path_factory.mktemp("shared")
    os.environ["MLFLOW_TRACKING_URI"] = f"sqlite:///{root}/mlflow.db"
    for _ in range(5):
        log_one_run()


@pytest.fixture
def tracking(tmp_path: Path) -> Iterator[None]:
    """The fixture that public repositories write by hand."""
    before = mlflow.get_tracking_uri()
    mlflow.set_tracking_uri(f"sqlite:///{tmp_path}/mlflow.db")
    yield
    mlflow.end_run()
    mlflow.set_tracking_uri(before)


@pytest.fixture
def directories(
    tmp_path_factory: pytest.TempPathFactory, mlops_workspace_files: dict[str, bytes | None]
) -> Iterator[None]:
    """The floor: the same directories and files, written plainly and removed."""
    top = str(tmp_path_factory.getbasetemp() / "floor")
    os.mkdir(top)
    for name, content in mlops_workspace_files.items():
        path = f"{top}/{name}"
        if content is None:
            os.mkdir(path)
        else:
            with open(path, "wb") as stream:
                stream.write(content)
    yield
    shutil.rmtree(top)


@pytest.mark.parametrize("n", range(ROUNDS))
class TestRound:
    def test_shared_after_a_workspace(self, n: int) -> None:
        log_one_run()

    def test_shared_log(self, n: int) -> None:
        log_one_run()

    def test_workspace_log(self, n: int, workspace: object) -> None:
        log_one_run()

    def test_floor(self, n: int, directories: None) -> None:
        pass

    def test_workspace_idle(self, n: int, workspace: object) -> None:
        pass

    def test_workspace_experiment(self, n: int, workspace: object) -> None:
        mlflow.set_experiment("eval")


@pytest.mark.parametrize("n", range(FRESH_ROUNDS))
class TestFresh:
    def test_fresh_ready(self, n: int, tracking: None) -> None:
        mlflow.search_experiments()  # pointing alone migrates nothing: the first look does

    def test_fresh_experiment(self, n: int, tracking: None) -> None:
        mlflow.set_experiment("eval")
