from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Protocol

import pytest

from pytest_mlops_ws import MLOpsClient
from pytest_mlops_ws.tools.mlflow import engines, faults

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Open(Protocol):
    """Opens a project's client."""

    def __call__(self, name: str = "fraud") -> MLOpsClient:
        """Open that of *name*."""


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    root = tmp_path / "with space and ümlaut"
    root.mkdir()
    subprocess.run(["git", "init", "-q", "."], cwd=root, check=True)
    return root


@pytest.fixture
def client(repo: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    monkeypatch.setenv("MLFLOW_DISABLE_TELEMETRY", "true")
    faults.forget()
    yield lambda name="fraud": MLOpsClient.from_project(name, repo)
    # The process's own stores stay open as long as it lives; left to the collector they warn.
    for opened in engines.engine_maps():
        for engine in opened.values():
            engines.close(engine)
        opened.clear()
    for cached in engines._store_caches():
        cached.cache_clear()


@pytest.fixture
def fraud(client: Open) -> MLOpsClient:
    return client("fraud")


@pytest.fixture
def churn(client: Open) -> MLOpsClient:
    return client("churn")
