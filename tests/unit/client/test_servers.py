"""Tracking servers that are not there, do not answer, or refuse."""

from __future__ import annotations

import contextlib
import socket
import time
from typing import TYPE_CHECKING

import pytest

from pytest_mlops_ws import MLOpsClient, MLOpsClientError, WorkspaceManager
from pytest_mlops_ws.tools.mlflow import faults

if TYPE_CHECKING:
    from collections.abc import Iterator
    from http.server import BaseHTTPRequestHandler
    from pathlib import Path

    from tests.unit.conftest import Serve

pytest.importorskip("mlflow")


def opened(repo: Path, uri: str) -> MLOpsClient:
    faults.forget()
    manager = WorkspaceManager(repo_root=repo)
    manager.create_workspace("fraud", mlflow_tracking_uri=uri)
    return MLOpsClient("fraud", workspace_manager=manager)


@contextlib.contextmanager
def deaf() -> Iterator[int]:
    """Take connections, and never answer."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_dead_server_fails_within_the_stated_time(repo: Path) -> None:
    client = opened(repo, "http://user:s3cret@127.0.0.1:9")
    started = time.monotonic()
    with pytest.raises(MLOpsClientError) as raised, client.start_run():
        pass
    assert time.monotonic() - started < faults.PATIENCE_SECONDS + 5
    assert str(raised.value).startswith(
        "MLflow's store http://user:***@127.0.0.1:9 (workspace.yaml) cannot be used: the server"
        " does not answer"
    )
    assert raised.value.exit_status == 4
    assert "s3cret" not in repr(raised.value.args)


def test_a_server_that_never_answers_fails_within_the_stated_time(
    repo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faults, "PATIENCE_SECONDS", 0.5)
    with deaf() as port:
        client = opened(repo, f"http://127.0.0.1:{port}")
        started = time.monotonic()
        with pytest.raises(MLOpsClientError, match="does not answer"), client.start_run():
            pass
        assert time.monotonic() - started < 10


def test_wrong_credentials_are_said_and_not_shown(repo: Path, serve: Serve) -> None:
    def refuse(request: BaseHTTPRequestHandler) -> None:
        request.send_response(401)
        request.end_headers()

    client = opened(repo, f"http://user:s3cret@127.0.0.1:{serve(refuse)}")
    with pytest.raises(MLOpsClientError, match="401") as raised, client.start_run():
        pass
    error: BaseException | None = raised.value
    assert "s3cret" not in str(error)
    assert "s3cret" not in repr(raised.value.details)


def test_a_database_server_that_is_gone_fails_within_the_stated_time(repo: Path) -> None:
    client = opened(repo, "postgresql://user:s3cret@127.0.0.1:9/mlflow")
    with pytest.raises(MLOpsClientError, match="the database does not answer") as raised:
        client.start_run().__enter__()
    assert "s3cret" not in str(raised.value)


def test_a_database_in_no_directory_is_said(repo: Path) -> None:
    client = opened(repo, f"sqlite:///{repo}/missing/mlflow.db")
    with pytest.raises(MLOpsClientError, match="its directory does not exist"):
        client.start_run().__enter__()
    assert not (repo / "missing").exists()
