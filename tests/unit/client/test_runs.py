from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_mlops_ws import MLOpsClientError
from pytest_mlops_ws.tools.mlflow import recording
from pytest_mlops_ws.workspaces.provenance import Provenance

if TYPE_CHECKING:
    from pytest_mlops_ws import MLOpsClient
    from tests.unit.client.conftest import Open

mlflow = pytest.importorskip("mlflow")
pytest.importorskip("sqlalchemy")


def runs(client: MLOpsClient) -> list[Any]:
    return client.workspace.mlflow.runs()


def test_a_run_records_what_it_is_told(fraud: MLOpsClient, tmp_path: Path) -> None:
    (tmp_path / "plot.txt").write_text("plot", encoding="utf-8")
    (tmp_path / "plots").mkdir()
    (tmp_path / "plots" / "one.txt").write_text("one", encoding="utf-8")
    with fraud.start_run("baseline", tags={"team": "risk"}, description="the first") as run:
        fraud.log_params({"depth": 3, "name": "x"})
        fraud.log_metrics({"auc": 0.9}, step=1)
        fraud.log_metrics({"auc": 0.91}, step=2)
        fraud.log_artifact(tmp_path / "plot.txt")
        fraud.log_artifact(tmp_path / "plots", "figures")
    (found,) = runs(fraud)
    assert found.info.run_id == run.info.run_id
    assert (found.info.status, found.info.run_name) == ("FINISHED", "baseline")
    assert found.data.params == {"depth": "3", "name": "x"}
    assert found.data.metrics == {"auc": 0.91}
    assert found.data.tags["team"] == "risk"
    assert found.data.tags["mlflow.note.content"] == "the first"
    store = fraud.workspace.mlflow.client
    assert [each.path for each in store.list_artifacts(run.info.run_id)] == ["figures", "plot.txt"]
    history = store.get_metric_history(run.info.run_id, "auc")
    assert [(each.step, each.value) for each in history] == [(1, 0.9), (2, 0.91)]


def test_where_a_run_came_from_is_read_back(fraud: MLOpsClient, repo: Path) -> None:
    identity = ["-c", "user.name=t", "-c", "user.email=t@localhost"]
    subprocess.run(["git", *identity, "commit", "-qm", "x", "--allow-empty"], cwd=repo, check=True)
    head = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=repo, check=True, capture_output=True, text=True
    ).stdout.strip()
    with fraud.start_run():
        pass
    tags = runs(fraud)[0].data.tags
    came_from = Provenance.from_tags(tags)
    assert came_from == fraud.provenance()
    assert came_from is not None
    assert (came_from.project, came_from.workspace) == ("fraud", "mlops/workspace/fraud")
    assert came_from.git_revision == tags["mlflow.source.git.commit"] == head
    assert came_from.versions["mlflow"] == mlflow.__version__
    assert Provenance.from_tags({"project": "x"}) is None


def test_a_run_says_how_its_block_ended(fraud: MLOpsClient) -> None:
    with pytest.raises(KeyError), fraud.start_run():
        raise KeyError
    with pytest.raises(KeyboardInterrupt), fraud.start_run():
        raise KeyboardInterrupt
    assert [run.info.status for run in runs(fraud)] == ["KILLED", "FAILED"]


def test_runs_nest(fraud: MLOpsClient) -> None:
    with fraud.start_run("parent") as parent:
        with pytest.raises(MLOpsClientError, match=r"start_run\(nested=True\)"), fraud.start_run():
            pass
        with fraud.start_run("child", nested=True):
            fraud.log_metrics({"inner": 1})
        fraud.log_metrics({"outer": 1})
    child, outer = runs(fraud)
    assert child.data.tags["mlflow.parentRunId"] == parent.info.run_id
    assert (set(child.data.metrics), set(outer.data.metrics)) == ({"inner"}, {"outer"})


def test_interleaved_clients_write_to_their_own(fraud: MLOpsClient, churn: MLOpsClient) -> None:
    with fraud.start_run("f"), churn.start_run("c"):
        fraud.log_metrics({"of_fraud": 1})
        churn.log_metrics({"of_churn": 1})
        with fraud.start_run("inner", nested=True):
            churn.log_params({"of": "churn"})
            fraud.log_params({"of": "fraud"})
    assert [run.info.run_name for run in runs(fraud)] == ["inner", "f"]
    assert runs(fraud)[1].data.metrics == {"of_fraud": 1}
    assert runs(churn)[0].data.metrics == {"of_churn": 1}
    assert runs(churn)[0].data.params == {"of": "churn"}


def test_the_processs_own_mlflow_is_neither_used_nor_changed(
    fraud: MLOpsClient, churn: MLOpsClient
) -> None:
    with churn.workspace.activate():
        uri = mlflow.get_tracking_uri()
        with mlflow.start_run(run_name="plain"), fraud.start_run("bound"):
            fraud.log_metrics({"auc": 1})
            mlflow.log_metric("plain", 1)
        assert mlflow.get_tracking_uri() == uri
        assert mlflow.active_run() is None
    assert [run.info.run_name for run in runs(fraud)] == ["bound"]
    assert [run.info.run_name for run in runs(churn)] == ["plain"]


def test_clients_in_threads_keep_apart(client: Open) -> None:
    names = ["fraud", "churn", "demand", "lora"]
    clients = {name: client(name) for name in names}
    together = threading.Barrier(len(names))

    def work(name: str) -> None:
        together.wait(30)
        for number in range(5):
            with clients[name].start_run(f"{name}-{number}"):
                clients[name].log_params({"of": name})
                clients[name].log_metrics({name: number})

    with ThreadPoolExecutor(len(names)) as pool:
        list(pool.map(work, names))
    for name in names:
        found = runs(clients[name])
        assert {run.info.run_name for run in found} == {f"{name}-{n}" for n in range(5)}
        assert all(run.data.params == {"of": name} for run in found)
        assert {run.info.status for run in found} == {"FINISHED"}


def test_a_run_of_one_thread_is_not_open_in_another(fraud: MLOpsClient) -> None:
    said: list[str] = []

    def other() -> None:
        with pytest.raises(MLOpsClientError) as raised:
            fraud.log_metrics({"auc": 1})
        said.append(str(raised.value))

    with fraud.start_run():
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert said == ["No run is open in this thread: with client.start_run():"]


def test_tasks_of_one_thread_keep_apart(fraud: MLOpsClient) -> None:
    async def task(number: int) -> None:
        with fraud.start_run(f"task-{number}"):
            await asyncio.sleep(0.01)
            fraud.log_metrics({"number": number})

    async def both() -> None:
        await asyncio.gather(task(1), task(2))

    asyncio.run(both())
    found = {run.info.run_name: run.data.metrics for run in runs(fraud)}
    assert found == {"task-1": {"number": 1}, "task-2": {"number": 2}}


def test_a_closed_run_takes_nothing_and_can_be_opened_again(fraud: MLOpsClient) -> None:
    with fraud.start_run() as run:
        pass
    identity = run.info.run_id
    with pytest.raises(MLOpsClientError, match=f"Run {identity} is closed"):
        fraud.log_metrics({"auc": 1})
    with fraud.start_run(run_id=identity):
        fraud.log_metrics({"auc": 1})
    (found,) = runs(fraud)
    assert (found.data.metrics, found.info.status) == ({"auc": 1}, "FINISHED")


def test_another_projects_run_is_not_opened(fraud: MLOpsClient, churn: MLOpsClient) -> None:
    with churn.start_run() as run:
        pass
    with (
        pytest.raises(MLOpsClientError, match="not found") as raised,
        fraud.start_run(run_id=run.info.run_id),
    ):
        pass
    assert (raised.value.component, raised.value.operation) == ("mlflow", "start_run")


def test_another_experiments_run_of_one_store_is_not_opened(fraud: MLOpsClient) -> None:
    store = fraud.workspace.mlflow.client
    other = store.create_run(store.create_experiment("churn"))
    with (
        pytest.raises(MLOpsClientError, match="is not one of 'fraud'"),
        fraud.start_run(run_id=other.info.run_id),
    ):
        pass


def test_a_deleted_run_is_not_opened(fraud: MLOpsClient) -> None:
    with fraud.start_run() as run:
        pass
    fraud.workspace.mlflow.client.delete_run(run.info.run_id)
    with (
        pytest.raises(MLOpsClientError, match="has been deleted"),
        fraud.start_run(run_id=run.info.run_id),
    ):
        pass


def test_a_deleted_experiment_is_said_with_the_remedy(repo: Path, client: Open) -> None:
    from pytest_mlops_ws import WorkspaceManager

    manager = WorkspaceManager(repo_root=repo)
    workspace = manager.create_workspace("fraud", mlflow_experiment_name="eval")
    identity = workspace.mlflow.client.get_experiment_by_name("eval").experiment_id
    workspace.mlflow.client.delete_experiment(identity)
    opened = client()
    with (
        pytest.raises(MLOpsClientError, match=f"experiments restore --experiment-id {identity}"),
        opened.start_run(),
    ):
        pass


@pytest.mark.parametrize(
    ("metrics", "said"),
    [
        ({"auc": float("nan")}, "Metric 'auc' is nan, which no store keeps as it is"),
        ({"auc": float("-inf")}, "Metric 'auc' is -inf"),
        ({"auc": "0.9"}, "Metric 'auc' is '0.9', which is no number; nothing was logged"),
        ({"auc": None}, "is None, which is no number"),
        ({"good": 1, "auc": [1]}, r"is \[1\], which is no number"),
        ([("auc", 1)], "takes a mapping, {name: value}, not list"),
        ({"a\nb": 1}, "MLflow refused it: "),
    ],
)
def test_what_is_no_metric_is_one_error_and_nothing_is_written(
    fraud: MLOpsClient, metrics: Any, said: str
) -> None:
    with fraud.start_run():
        with pytest.raises(MLOpsClientError, match=said):
            fraud.log_metrics(metrics)
        fraud.log_metrics({"after": 1})
    assert runs(fraud)[0].data.metrics == {"after": 1}


def test_numbers_of_other_libraries_are_metrics(fraud: MLOpsClient) -> None:
    np = pytest.importorskip("numpy")
    with fraud.start_run():
        fraud.log_metrics({"a": np.float32(0.5), "b": np.int64(2), "c": np.array(3.0), "d": True})
    assert runs(fraud)[0].data.metrics == {"a": 0.5, "b": 2, "c": 3, "d": 1}


def test_more_than_mlflow_takes_at_once_is_recorded(fraud: MLOpsClient) -> None:
    many = {f"metric-{number}": number for number in range(1001)}
    with fraud.start_run():
        fraud.log_metrics(many)
    assert runs(fraud)[0].data.metrics == many


def test_a_missing_artifact_is_refused(fraud: MLOpsClient, tmp_path: Path) -> None:
    with (
        fraud.start_run(),
        pytest.raises(MLOpsClientError, match="There is no file or directory"),
    ):
        fraud.log_artifact(tmp_path / "missing")


LOG_ON_A_FULL_DISK = """
import resource, signal, sys
sys.dont_write_bytecode = True  # a module that the limit cuts off is taken for whole
from pytest_mlops_ws import MLOpsClient, MLOpsClientError
client = MLOpsClient.from_project("fraud", sys.argv[1])
with client.start_run():
    client.log_artifact(sys.argv[2] + "/a.txt", "plots")
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, resource.RLIM_INFINITY))
    for what in (sys.argv[2], sys.argv[2] + "/more/z.bin"):
        try:
            client.log_artifact(what)
        except MLOpsClientError as error:
            print(error.exit_status, error)
    client.log_metrics({"after": 1})
"""


def test_artifacts_for_which_the_disk_has_no_room_leave_no_part(
    fraud: MLOpsClient, repo: Path, tmp_path: Path
) -> None:
    plots = tmp_path / "plots"
    (plots / "more").mkdir(parents=True)
    for name in ("a.txt", "b.txt"):
        (plots / name).write_text("small", encoding="utf-8")
    (plots / "more" / "z.bin").write_bytes(b"z" * 3_000_000)  # after the two
    command = [sys.executable, "-c", LOG_ON_A_FULL_DISK, str(repo), str(plots)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    first, second = done.stdout.splitlines()
    for said in (first, second):
        assert said.startswith("4 MLflow failed: ")
        assert "File too large" in said
        assert said.endswith(" Check the server, or the disk's free space")
    (run,) = runs(fraud)
    assert (run.info.status, run.data.metrics) == ("FINISHED", {"after": 1})
    # What was there before stays; of the rest nothing has.
    artifacts = Path(run.info.artifact_uri)
    found = [path.relative_to(artifacts).as_posix() for path in artifacts.rglob("*")]
    assert sorted(found) == ["plots", "plots/a.txt"]


def test_the_run_of_another_thread_is_no_reason_to_look_among_its_artifacts(
    fraud: MLOpsClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Noted by another thread between any two lines of this one.
    theirs = property(lambda _: ("theirs", "/theirs"), lambda *_: None)
    monkeypatch.setattr(recording.Recorder, "_artifacts", theirs, raising=False)
    stock, roots = recording.upload, []

    def upload(client: Any, run: str, root: str | None, *what: Any) -> None:
        roots.append(root)
        stock(client, run, root, *what)

    monkeypatch.setattr(recording, "upload", upload)
    (tmp_path / "a.txt").write_text("a", encoding="utf-8")
    with fraud.start_run() as run:
        fraud.log_artifact(tmp_path / "a.txt")
    assert roots == [run.info.artifact_uri]


def test_a_torn_store_is_one_error_at_once(fraud: MLOpsClient, churn: MLOpsClient) -> None:
    fraud.workspace.effective.database_path.write_bytes(b"this is no database " * 100)
    with (
        pytest.raises(MLOpsClientError, match=r"file is not a database\. It is torn") as raised,
        fraud.start_run(),
    ):
        pass
    assert raised.value.exit_status == 4
    assert fraud.get_status().mlflow.reachable is False
    with churn.start_run():
        churn.log_metrics({"auc": 1})


def test_versions_are_kept_as_json(fraud: MLOpsClient) -> None:
    versions = json.loads(fraud.provenance().tags()["mlops_ws.versions"])
    assert {"mlflow", "pytest-mlops-ws"} <= set(versions)
