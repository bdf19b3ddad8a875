"""Which of a server's workspaces MLflow's own client asks for, seen in the header that it sends."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pytest

from pytest_mlops_ws import UsageError
from pytest_mlops_ws.tools.mlflow import addressing
from pytest_mlops_ws.workspaces.workspace import ProjectWorkspace

if TYPE_CHECKING:
    from http.server import BaseHTTPRequestHandler
    from pathlib import Path

    from tests.unit.conftest import Serve

mlflow = pytest.importorskip("mlflow")
context = pytest.importorskip("mlflow.utils.workspace_context", reason="MLflow has them from 3.10")


@pytest.mark.parametrize(
    ("own", "ambient", "said"),
    [
        (None, None, None),
        (None, "theirs", "default"),
        ("risk", None, "risk"),
        ("risk", "theirs", "risk"),
    ],
)
def test_each_call_asks_for_the_projects_workspace(
    own: str | None,
    ambient: str | None,
    said: str | None,
    serve: Serve,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("MLFLOW_WORKSPACE", raising=False)
    if ambient is not None:
        monkeypatch.setenv("MLFLOW_WORKSPACE", ambient)
    heard: list[str | None] = []

    def answer(request: BaseHTTPRequestHandler) -> None:
        """Say that there is nothing, and note the workspace that was asked for."""
        heard.append(request.headers.get("X-MLFLOW-WORKSPACE"))
        # Asked first whether it has workspaces at all.
        body = b'{"workspaces_enabled": true}'
        request.send_response(200)
        request.send_header("Content-Type", "application/json")
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    uri = f"http://127.0.0.1:{serve(answer)}"
    spec = ProjectWorkspace(
        "fraud", tmp_path / "fraud", mlflow_tracking_uri=uri, mlflow_workspace=own
    ).effective
    client = addressing.client_of(spec)
    assert issubclass(client.__class__, mlflow.MlflowClient)
    assert client.tracking_uri == uri
    client.search_experiments()
    client.search_registered_models()
    # The process's own calls go where they went before.
    mlflow.MlflowClient(uri).search_experiments()
    calls = [each for each in heard if each != ambient]
    assert set(calls) <= {said}
    assert heard.count(said) >= 2
    assert heard[-1] == ambient


def test_a_workspace_is_addressed_for_the_block_only() -> None:
    variable = context._WORKSPACE
    with contextlib.suppress(ZeroDivisionError), addressing.server_workspace("risk"):
        assert variable.get() == "risk"
        raise ZeroDivisionError
    assert variable.get() is None


def test_an_mlflow_without_workspaces_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addressing, "lookup", lambda *_: None)
    with pytest.raises(UsageError, match=r"is 'risk', which needs MLflow 3\.10"):
        addressing.server_workspace("risk").__enter__()
    with addressing.server_workspace(None):
        pass


def test_the_embedded_stores_client_is_mlflows_own(tmp_path: Path) -> None:
    spec = ProjectWorkspace("fraud", tmp_path / "fraud").effective
    assert type(addressing.client_of(spec)) is mlflow.MlflowClient
