from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from pytest_mlops_ws import ProjectWorkspace, WorkspaceError
from pytest_mlops_ws.workspaces.derivation import derive, root_of_repository

if TYPE_CHECKING:
    from pathlib import Path


def workspace(base: Path, **config: Any) -> ProjectWorkspace:
    return ProjectWorkspace("fraud_eval", base / "fraud_eval", **config)


def test_silent_manifest_derives_everything_from_place_and_name(tmp_path: Path) -> None:
    spec = workspace(tmp_path).effective
    root = tmp_path / "fraud_eval"
    assert spec.mlflow_tracking_uri == f"sqlite:///{root}/mlflow/mlflow.db"
    assert spec.mlflow_registry_uri == spec.mlflow_tracking_uri
    assert spec.mlflow_artifact_location == f"{root}/mlflow/artifacts"
    assert spec.mlflow_experiment_name == "fraud_eval"
    assert (spec.mlflow_experiment_id, spec.mlflow_workspace) == (None, None)
    assert (spec.dvc_repo_path, spec.dvc_remote_path) == (root, f"{tmp_path}/.remotes/fraud_eval")
    assert spec.bentoml_tag_prefix == "fraud-eval--"
    assert spec.source_paths == ()
    assert spec.embedded
    assert {key for key, origin in spec.origins.items() if origin != "derived"} == {
        "project_name",
        "root_path",
    }


def test_declared_value_says_that_the_manifest_has_it(tmp_path: Path) -> None:
    spec = workspace(tmp_path, mlflow_tracking_uri="http://x", source_paths=("src",)).effective
    assert (spec.mlflow_tracking_uri, spec.mlflow_registry_uri) == ("http://x", "http://x")
    assert not spec.embedded
    assert spec.source_paths == ("src",)
    origins = [spec.origins[f"{key}"] for key in ("mlflow_tracking_uri", "source_paths")]
    assert origins == ["workspace.yaml"] * 2
    assert spec.origins["mlflow_registry_uri"] == "derived"


@pytest.mark.parametrize(
    ("key", "declared", "effective"),
    [
        ("mlflow_tracking_uri", "sqlite:///runs/ml.db", "sqlite:///{}/runs/ml.db"),
        ("mlflow_tracking_uri", "./mlruns", "{}/mlruns"),
        ("mlflow_registry_uri", "file:models x", "file://{}/models%20x"),
        ("mlflow_artifact_location", "../art", "{}/../art"),
        ("dvc_remote_path", "data/remote", "{}/data/remote"),
        ("dvc_remote_path", "s3://bucket/fraud", "s3://bucket/fraud"),
        ("dvc_remote_path", "/mnt/fraud", "/mnt/fraud"),
        ("mlflow_tracking_uri", "databricks", "databricks"),
    ],
)
def test_a_relative_path_counts_from_the_repository_wherever_a_process_stands(
    key: str,
    declared: str,
    effective: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir("/")
    base = tmp_path / "repo" / "mlops" / "workspace"
    spec = workspace(base, **{key: declared}).effective
    expected = effective.format(tmp_path / "repo").replace("/repo/..", "")
    assert getattr(spec, key) == expected
    assert spec.origins[key] == "workspace.yaml"


@pytest.mark.parametrize(
    ("uri", "config", "experiment"),
    [
        ("https://ml", {}, "fraud_eval"),
        ("https://ml", {"mlflow_experiment_name": "fraud_eval"}, "fraud_eval"),
        ("https://ml", {"mlflow_experiment_name": "eval"}, "fraud-eval--eval"),
        ("https://ml", {"mlflow_experiment_name": "fraud-eval--x"}, "fraud-eval--x"),
        ("https://ml", {"mlflow_experiment_name": "fraud-eval-x"}, "fraud-eval--fraud-eval-x"),
        ("postgresql+psycopg2://ml/db", {"mlflow_experiment_name": "eval"}, "fraud-eval--eval"),
        # Their names are as they were given: noted with the id, kept apart by the server, nobody
        # else's store, or paths that belong to a user.
        ("https://ml", {"mlflow_experiment_name": "eval", "mlflow_experiment_id": "7"}, "eval"),
        ("https://ml", {"mlflow_experiment_name": "eval", "mlflow_workspace": "fraud"}, "eval"),
        (None, {"mlflow_experiment_name": "eval"}, "eval"),
        ("sqlite:////runs.db", {"mlflow_experiment_name": "eval"}, "eval"),
        ("databricks", {"mlflow_experiment_name": "/Users/me/eval"}, "/Users/me/eval"),
    ],
)
def test_an_experiment_on_a_shared_server_bears_the_projects_prefix(
    tmp_path: Path, uri: str | None, config: dict[str, Any], experiment: str
) -> None:
    spec = workspace(tmp_path, mlflow_tracking_uri=uri, **config).effective
    assert spec.mlflow_experiment_name == experiment
    prefixed = experiment != config.get("mlflow_experiment_name", experiment)
    assert spec.origins["mlflow_experiment_name"].endswith("project's prefix") is prefixed


def test_every_attribute_of_the_spec_has_an_origin(tmp_path: Path) -> None:
    spec = workspace(tmp_path).effective
    assert set(spec.origins) == set(spec._fields) - {"origins", "embedded"}


def test_reference_is_replaced_and_its_variable_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ML_HOST", "ml.example.com")
    spec = workspace(tmp_path, mlflow_tracking_uri="https://${ML_HOST}/${ML_PATH:-x}").effective
    assert spec.mlflow_tracking_uri == "https://ml.example.com/x"
    assert spec.origins["mlflow_tracking_uri"] == "workspace.yaml, environment variable ML_HOST"


def test_reference_to_nothing_is_refused_with_both_remedies(tmp_path: Path) -> None:
    uri = "https://${ML_HOST}"
    with pytest.raises(WorkspaceError) as refused:
        derive(workspace(tmp_path, mlflow_tracking_uri=uri), environment={})
    assert refused.value.message == (
        f"mlflow_tracking_uri is 'https://${{ML_HOST}}' in {tmp_path}/fraud_eval/workspace.yaml,"
        " and the environment variable ML_HOST is not set. Set it, or write ${ML_HOST:-default}"
    )


def test_paths_count_from_the_repository(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    base = tmp_path / "ml" / "spaces"
    base.mkdir(parents=True)
    found = workspace(base, dvc_repo_path="projects/../data").effective
    assert found.dvc_repo_path == tmp_path.resolve() / "data"


def test_paths_count_from_the_directory_that_has_the_usual_base(tmp_path: Path) -> None:
    assert root_of_repository(tmp_path / "mlops" / "workspace" / "fraud") == tmp_path


def test_repository_that_is_the_workspace_itself_is_not_the_one(tmp_path: Path) -> None:
    root = tmp_path / "base" / "fraud"
    subprocess.run(["git", "init", "-q", root], check=True)
    assert root_of_repository(root) == tmp_path / "base"


def test_sources_are_found_by_the_projects_name(tmp_path: Path) -> None:
    (tmp_path / "projects" / "Fraud-Eval").mkdir(parents=True)
    base = tmp_path / "mlops" / "workspace"
    (base / "fraud_eval").mkdir(parents=True)
    spec = workspace(base).effective
    assert spec.source_paths == ("projects/Fraud-Eval",)
    assert spec.origins["source_paths"] == "derived"
