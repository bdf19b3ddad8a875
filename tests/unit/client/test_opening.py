from __future__ import annotations

import logging
import pickle
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from pytest_mlops_ws import (
    EnvironmentFailedError,
    MLOpsClient,
    MLOpsClientError,
    WorkspaceError,
    WorkspaceManager,
    create_client,
)
from pytest_mlops_ws.ground import distributions
from pytest_mlops_ws.workspaces import opening

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.client.conftest import Open

TOOLS = ("mlflow", "dvc", "bentoml", "evidently")


def test_a_projects_name_makes_and_configures_its_workspace(repo: Path) -> None:
    client = create_client("lora-finetuning-mlx", repo)
    assert client.project_name == "lora-finetuning-mlx"
    assert client.repo_root == repo
    assert client.workspace_path == repo / "mlops" / "workspace" / "lora-finetuning-mlx"
    assert client.workspace.metadata_file.is_file()
    assert client.get_workspace_path() == client.workspace_path
    assert client.get_workspace_path("outputs") == client.workspace.outputs_path


def test_the_experiments_id_and_name_are_noted(fraud: MLOpsClient) -> None:
    manifest = fraud.workspace.metadata_file.read_text(encoding="utf-8")
    assert "mlflow_experiment_name: fraud\n" in manifest
    assert "mlflow_experiment_id: '0'\n" in manifest


def test_opening_again_changes_no_byte(client: Open) -> None:
    before = client().workspace.metadata_file.read_bytes()
    assert client().workspace.metadata_file.read_bytes() == before


def test_a_workspace_in_which_nothing_can_be_noted_opens(
    repo: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from pytest_mlops_ws import ProjectWorkspace

    WorkspaceManager(repo_root=repo).create_workspace("fraud")

    def refused(_: object) -> None:
        message = "Cannot write it: read-only"
        raise EnvironmentFailedError(message)

    monkeypatch.setattr(ProjectWorkspace, "save_metadata", refused)
    with caplog.at_level(logging.WARNING, logger=opening.__name__):
        MLOpsClient.from_project("fraud", repo)
    assert caplog.messages == [
        "The experiment is not noted in workspace.yaml: Cannot write it: read-only"
    ]


def test_an_older_manifests_experiment_is_taken_by_its_id(repo: Path, client: Open) -> None:
    manager = WorkspaceManager(repo_root=repo)
    workspace = manager.create_workspace("fraud")
    identity = workspace.mlflow.client.create_experiment("eval")
    manager.update_workspace_metadata("fraud", mlflow_experiment_id=identity)
    older = client()
    assert older.workspace.mlflow_experiment_name == "eval"
    with older.start_run() as run:
        assert run.info.experiment_id == identity


def test_an_experiment_that_a_run_makes_is_noted(repo: Path, client: Open) -> None:
    manager = WorkspaceManager(repo_root=repo)
    manager.create_workspace("fraud")
    manager.update_workspace_metadata("fraud", mlflow_experiment_name="eval")
    opened = client()
    assert opened.workspace.mlflow_experiment_id is None
    with opened.start_run() as run:
        pass
    # By the run: opening the workspace again would note it, too.
    noted = f"mlflow_experiment_id: '{run.info.experiment_id}'\n"
    assert noted in opened.workspace.metadata_file.read_text(encoding="utf-8")


def test_an_experiment_that_another_process_has_just_made_is_taken(
    repo: Path, client: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mlflow import MlflowClient

    manager = WorkspaceManager(repo_root=repo)
    manager.create_workspace("fraud")
    manager.update_workspace_metadata("fraud", mlflow_experiment_name="eval")
    opened, stock, made = client(), MlflowClient.create_experiment, []

    def beaten(*arguments: object, **options: object) -> str:
        made.append(stock(*arguments, **options))
        return stock(*arguments, **options)  # type: ignore[no-any-return]  # MLflow's id

    monkeypatch.setattr(MlflowClient, "create_experiment", beaten)
    with opened.start_run() as run:
        pass
    assert [run.info.experiment_id] == made


def test_a_clones_empty_store_is_gone_by_the_name(repo: Path, client: Open) -> None:
    manager = WorkspaceManager(repo_root=repo)
    manager.create_workspace("fraud", mlflow_experiment_id=7, mlflow_experiment_name="fraud-2026")
    opened = client()
    with opened.start_run() as run:
        experiment = opened.workspace.mlflow.client.get_experiment(run.info.experiment_id)
    assert experiment.name == "fraud-2026"
    assert opened.workspace.mlflow_experiment_id == run.info.experiment_id


@pytest.mark.parametrize("base", [True, False])
def test_the_older_form_works_and_warns_once(repo: Path, *, base: bool) -> None:
    place = repo / "elsewhere"
    path = place if base else place / "fraud"
    with pytest.warns(DeprecationWarning, match="workspace_path= is the older form") as warned:
        client = MLOpsClient("fraud", workspace_path=path)
    assert len(warned) == 1
    assert warned[0].filename == __file__
    assert client.workspace_path == place / "fraud"


def test_a_manager_says_where(tmp_path: Path) -> None:
    manager = WorkspaceManager(tmp_path / "base")
    assert MLOpsClient("fraud", workspace_manager=manager).workspace_path == (
        tmp_path / "base" / "fraud"
    )


@pytest.mark.parametrize("name", ["Fraud", "../x", "", 3, "default"])
def test_a_wrong_name_is_one_error_and_makes_nothing(repo: Path, name: str) -> None:
    with pytest.raises(MLOpsClientError, match="Invalid project name") as raised:
        MLOpsClient.from_project(name, repo)
    assert (raised.value.operation, raised.value.component) == ("open", "workspace")
    assert list((repo / "mlops" / "workspace").glob("*/")) == []


def test_an_error_is_a_workspace_error_and_survives_pickle() -> None:
    error = MLOpsClientError("said", "log_params", "mlflow", {"a": 1})
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 -- our own
    assert isinstance(again, WorkspaceError)
    assert vars(again) == vars(error)
    assert (again.component, again.operation, str(again)) == ("mlflow", "log_params", "said")


def test_a_path_out_of_the_workspace_is_refused(fraud: MLOpsClient) -> None:
    with pytest.raises(MLOpsClientError, match="leads out of the workspace"):
        fraud.get_workspace_path("../churn")


def test_the_status_has_the_workspace_and_each_tool(fraud: MLOpsClient) -> None:
    status = fraud.get_status()
    assert status.workspace["project_name"] == "fraud"
    assert status["workspace"]["directory_stats"]["outputs_exists"] is True
    for name in TOOLS:
        tool = status[name]
        assert (tool.available, tool.reachable, tool.reason) == (True, True, None)
        assert tool.version
    assert status.mlflow.counts == {"experiments": 1, "runs": 0, "registered_models": 0}
    assert status.dvc.counts == {"tracked": 0}
    assert status.bentoml.counts == {"models": 0}
    assert status.evidently.counts == {"reports": 0, "reference_data": 0}


def test_a_missing_tool_says_so_and_the_others_work(
    fraud: MLOpsClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = distributions.version

    def without_bentoml(*names: str) -> str | None:
        return None if "bentoml" in names else found(*names)

    monkeypatch.setattr(distributions, "version", without_bentoml)
    status = fraud.get_status()
    assert not status.bentoml.available
    assert status.bentoml.reason == (
        "bentoml is not installed: pip install 'pytest-mlops-ws[bentoml]'"
    )
    with pytest.raises(MLOpsClientError, match="pip install") as raised:
        fraud.deploy_model("x", "y")
    assert (raised.value.component, raised.value.operation) == ("bentoml", "deploy_model")
    assert raised.value.exit_status == 4
    with fraud.start_run():
        fraud.log_metrics({"auc": 0.9})


def test_a_store_that_does_not_answer_is_said_and_not_zero(repo: Path) -> None:
    WorkspaceManager(repo_root=repo).create_workspace(
        "fraud", mlflow_tracking_uri="http://user:secret@127.0.0.1:9/"
    )
    status = MLOpsClient.from_project("fraud", repo).get_status()
    assert status.mlflow.available
    assert status.mlflow.reachable is False
    assert status.mlflow.counts == {}
    assert "does not answer" in str(status.mlflow.reason)
    assert "secret" not in repr(status.mlflow)


def test_a_directory_that_is_gone_is_said(fraud: MLOpsClient) -> None:
    for path in (fraud.workspace.models_path, fraud.workspace.monitoring_path):
        path.rmdir()
    status = fraud.get_status()
    assert status.bentoml.reason == f"there is no directory {fraud.workspace.models_path}"
    assert status.evidently.reason == f"there is no directory {fraud.workspace.monitoring_path}"


def test_opening_and_looking_import_no_tool(repo: Path) -> None:
    program = (
        "import sys; from pytest_mlops_ws import MLOpsClient\n"
        f"client = MLOpsClient.from_project('fraud', {str(repo)!r})\n"
        "client.get_status(); client.provenance()\n"
        "tools = {'mlflow', 'dvc', 'bentoml', 'evidently', 'pandas', 'rich'} & set(sys.modules)\n"
        "assert not tools, tools"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
