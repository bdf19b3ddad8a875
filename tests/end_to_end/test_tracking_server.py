"""Clients of several projects on one `mlflow server`: shared, with workspaces, killed."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from pytest_mlops_ws import MLOpsClient, MLOpsClientError, WorkspaceManager
from pytest_mlops_ws.ground import distributions
from pytest_mlops_ws.tools.mlflow import faults
from pytest_mlops_ws.workspaces.scratch import ScratchWorkspace, create

if TYPE_CHECKING:
    from collections.abc import Iterator

mlflow = pytest.importorskip("mlflow")
sklearn = pytest.importorskip("sklearn")

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "killpg"), reason="Windows has no process groups"),
    pytest.mark.filterwarnings("ignore"),  # MLflow's and scikit-learn's, of each other
]


class Server(NamedTuple):
    uri: str
    process: subprocess.Popen[bytes]
    place: Path

    def wait(self) -> None:
        until = time.monotonic() + 120
        while True:
            said = (self.place / "server.log").read_text(errors="replace")
            assert self.process.poll() is None, said
            assert time.monotonic() < until, said
            with contextlib.suppress(OSError), urllib.request.urlopen(f"{self.uri}/health"):  # noqa: S310 -- ours
                return
            time.sleep(0.1)

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def started(place: Path, *options: str) -> Server:
    """Start a server on a migrated store and do not wait for it: making one takes half a minute."""
    store = ScratchWorkspace("store", place / "base" / "store")
    create(store, with_git=False)
    database = store.effective.database_path
    with contextlib.closing(sqlite3.connect(database)) as connection:
        # What makes a store ours: the server is to say itself where artifacts go.
        connection.execute("DROP TRIGGER mlops_ws_artifact_root")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    program = str(Path(sys.executable).with_name("mlflow"))
    command = [program, "server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    command += ["--backend-store-uri", f"sqlite:///{database}"]
    command += ["--artifacts-destination", str(place / "artifacts"), *options]
    environment = {
        **os.environ,
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",  # a dozen processes
    }
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    with (place / "server.log").open("wb") as log:
        process = subprocess.Popen(
            command,
            cwd=place,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return Server(f"http://127.0.0.1:{port}", process, place)


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Server]]:
    """Two, which come up side by side: one with workspaces, and a plain one to be killed."""
    release = distributions.release(distributions.version("mlflow") or "")
    native = ["--enable-workspaces"] if release >= (3, 10) else []
    both = {
        "shared": started(tmp_path_factory.mktemp("shared"), *native),
        "mortal": started(tmp_path_factory.mktemp("mortal")),
    }
    yield both
    for each in both.values():
        each.kill()


@pytest.fixture
def shared(servers: dict[str, Server]) -> Server:
    servers["shared"].wait()
    return servers["shared"]


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_DISABLE_TELEMETRY", "true")
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    faults.forget()


def opened(root: Path, name: str, uri: str, **config: str) -> MLOpsClient:
    manager = WorkspaceManager(repo_root=root)
    manager.get_or_create_workspace(name, mlflow_tracking_uri=uri, **config)
    return MLOpsClient(name, workspace_manager=manager)


def classifier() -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression().fit([[0.0], [1.0]], [0, 1])


def test_two_projects_share_a_server_and_nothing_on_it(shared: Server, tmp_path: Path) -> None:
    (tmp_path / "plots").mkdir()
    (tmp_path / "plots" / "roc.txt").write_text("roc", encoding="utf-8")
    clients = [opened(tmp_path, name, shared.uri) for name in ("fraud", "churn")]
    fraud, churn = clients
    with fraud.start_run("f") as run, churn.start_run("c"):
        for number in range(2):
            for each in clients:
                each.log_params({f"p{number}": each.project_name})
                each.log_metrics({each.project_name: number}, step=number)
                each.log_artifact(tmp_path / "plots")
                logged = each.log_model(classifier(), "m", "classifier", pip_requirements=[])
                # Counted from 1 for each of them: they never share versions.
                assert logged.registered_model_name == f"{each.project_name}--classifier"
                assert logged.version == str(number + 1)
    for each in clients:
        (found,) = each.workspace.mlflow.runs(each.project_name)
        assert found.data.params == {"p0": each.project_name, "p1": each.project_name}
        assert found.data.metrics == {each.project_name: 1}
        assert found.info.artifact_uri.startswith("mlflow-artifacts:/")
        files = each.workspace.mlflow.client.list_artifacts(found.info.run_id, "plots")
        assert [file.path for file in files] == ["plots/roc.txt"]
        status = each.get_status().mlflow
        assert (status.reachable, status.counts) == (True, {"experiments": 1, "runs": 1})
    deployed = fraud.deploy_model("models:/fraud--classifier/2", "classifier", build_bento=False)
    assert deployed.metadata["run_id"] == run.info.run_id
    assert list(fraud.workspace_path.glob("mlflow/*")) == []


def test_an_experiments_own_name_bears_the_project_on_a_shared_server(
    shared: Server, tmp_path: Path
) -> None:
    clients = [
        opened(tmp_path, name, shared.uri, mlflow_experiment_name="eval")
        for name in ("vision", "speech")
    ]
    for each in clients:
        with each.start_run(each.project_name):
            pass
    for each in clients:
        experiment = f"{each.project_name}--eval"
        # And so it is for plain calls.
        with each.workspace.activate(), mlflow.start_run(run_name="plain"):
            pass
        runs = each.workspace.mlflow.runs(experiment)
        assert [run.info.run_name for run in runs] == ["plain", each.project_name]
        again = MLOpsClient.from_project(each.project_name, tmp_path)
        assert again.workspace.effective.mlflow_experiment_name == experiment
    assert clients[0].workspace.mlflow.client.get_experiment_by_name("eval") is None


def test_projects_have_workspaces_of_their_own_on_a_server_that_has_them(
    shared: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not hasattr(mlflow, "create_workspace"):
        pytest.skip("MLflow has workspaces from 3.10 on")
    names = ("demand", "supply")
    with contextlib.ExitStack() as undo:
        undo.callback(mlflow.set_tracking_uri, None)
        mlflow.set_tracking_uri(shared.uri)
        for name in names:
            mlflow.create_workspace(name)
    monkeypatch.setenv("MLFLOW_WORKSPACE", "supply")  # somebody else's, and nobody minds
    clients = [
        opened(tmp_path, name, shared.uri, mlflow_workspace=name, mlflow_experiment_name="eval")
        for name in names
    ]
    demand, supply = clients
    with demand.start_run(), supply.start_run():
        for each in clients:
            each.log_metrics({each.project_name: 1})
            logged = each.log_model(classifier(), "m", "classifier", pip_requirements=[])
            assert logged.version == "1"
    for each in clients:
        # The server keeps them apart, so the name is as it was given.
        (found,) = each.workspace.mlflow.runs("eval")
        assert found.data.metrics == {each.project_name: 1}
        assert each.get_status().mlflow.counts == {"experiments": 1, "runs": 1}
    (theirs,) = supply.workspace.mlflow.runs("eval")
    with (
        pytest.raises(MLOpsClientError, match="not found"),
        demand.start_run(run_id=theirs.info.run_id),
    ):
        pass
    # Whoever names none is in nobody's.
    plain = opened(tmp_path, "plain", shared.uri)
    with plain.start_run():
        pass
    assert supply.workspace.mlflow.client.get_experiment_by_name("plain") is None


def test_a_server_workspace_that_is_not_there_is_one_error(
    servers: dict[str, Server], shared: Server, tmp_path: Path
) -> None:
    missing = opened(tmp_path, "missing", shared.uri, mlflow_workspace="missing")
    with pytest.raises(MLOpsClientError, match="missing") as raised, missing.start_run():
        pass
    assert (raised.value.component, raised.value.operation) == ("mlflow", "start_run")


def test_a_server_that_is_killed_is_one_error_and_the_rest_still_works(
    servers: dict[str, Server], tmp_path: Path
) -> None:
    mortal = servers["mortal"]
    mortal.wait()
    fraud = opened(tmp_path, "fraud", mortal.uri)
    with pytest.raises(MLOpsClientError, match="does not support workspaces"):
        opened(tmp_path, "native", mortal.uri, mlflow_workspace="native").start_run().__enter__()
    large = tmp_path / "large.bin"
    large.write_bytes(b"0" * 1_000_000)

    def kill_soon() -> None:
        time.sleep(0.3)
        mortal.kill()

    with pytest.raises(MLOpsClientError) as raised, fraud.start_run():  # noqa: PT012 -- what happens before is what it is about
        fraud.log_params({"before": 1})
        os.killpg(mortal.process.pid, signal.SIGSTOP)  # it has the call, and never answers
        killer = threading.Thread(target=kill_soon)
        killer.start()
        begun = time.monotonic()
        try:
            fraud.log_artifact(large)
        finally:
            killer.join()
    taken = time.monotonic() - begun
    assert taken < 20
    assert str(raised.value).startswith(
        f"MLflow's store {mortal.uri} has gone in the middle of the call: the server does not"
    )
    assert (raised.value.operation, raised.value.exit_status) == ("log_artifact", 4)
    # Between calls: at once, and the run's block is left.
    begun = time.monotonic()
    with pytest.raises(MLOpsClientError, match="cannot be used: the server does not answer"):
        fraud.start_run().__enter__()
    assert time.monotonic() - begun < faults.PATIENCE_SECONDS
    with pytest.raises(MLOpsClientError, match="is closed"):
        fraud.log_metrics({"after": 1})
    assert fraud.get_status().mlflow.reachable is False
    # Other tools, and other projects, do not notice.
    (fraud.workspace.dvc_path / "data.csv").write_text("a\n", encoding="utf-8")
    assert fraud.dvc_add("dvc/data.csv").success
    assert fraud.dvc_push().count == 1
    assert fraud.deploy_model(large, "weights", build_bento=False).bento is None
    own = MLOpsClient.from_project("own", tmp_path)
    with own.start_run():
        own.log_metrics({"auc": 1})
    assert list((mortal.place / "artifacts").rglob("large.bin")) == []
