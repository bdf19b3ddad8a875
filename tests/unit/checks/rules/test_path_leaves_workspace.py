from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    "remote",
    [
        "mlops/workspace/fraud/dvc/remote",
        "mlops/workspace/fraud",
        "mlops/workspace/.remotes/fraud",
        "mlops/workspace/../workspace/fraud/x",
        "s3://bucket/fraud",
        "ssh://host/../fraud",
        "/mnt/data/dvc/fraud",
        "/srv/dvc",
        "${MLOPS_WS_UNSET}/x",
        "projects/fraud/remote",  # its own code
    ],
)
def test_these_are_the_projects_own_or_elsewhere(
    says: Callable[..., list[str]], remote: str
) -> None:
    code = {"projects/fraud/train.py": ""}
    assert says("WS302", {"fraud": f"dvc_remote_path: {remote}\n"}, code) == []


@pytest.mark.parametrize(
    ("remote", "where"),
    [
        ("remote", "out of the workspace"),
        ("mlops/workspace/fraud-2", "out of the workspace"),
        ("mlops/workspace/.remotes", "out of the workspace"),
        ("mlops/workspace/fraud/../shared", "out of the workspace"),
        ("../fraud", "out of the repository"),
        ("mlops/../../fraud", "out of the repository"),
        ("${MLOPS_WS_UNSET:-remote}", "out of the workspace"),
    ],
)
def test_these_leave_it(says: Callable[..., list[str]], remote: str, where: str) -> None:
    shown = remote.replace("${MLOPS_WS_UNSET:-remote}", "remote")
    assert says("WS302", {"fraud": f"dvc_remote_path: {remote}\n"}) == [
        f"fraud's dvc_remote_path leads {where}: {shown}"
    ]


@pytest.mark.parametrize(
    "remote",
    ["mlops/workspace/churn/dvc", "mlops/workspace/.remotes/churn", "mlops/workspace", "."],
)
def test_what_leads_into_another_project_is_told_by_the_rule_about_that(
    says: Callable[..., list[str]], remote: str
) -> None:
    assert says("WS302", {"churn": "", "fraud": f"dvc_remote_path: {remote}\n"}) == []


@pytest.mark.parametrize(
    ("line", "leaves"),
    [
        ("mlflow_tracking_uri: sqlite:///mlflow.db", True),
        ("mlflow_tracking_uri: file:mlruns", True),
        ("mlflow_tracking_uri: mlops/workspace/fraud/mlflow/runs", False),
        ("mlflow_registry_uri: ./registry", True),
        ("mlflow_registry_uri: sqlite:///mlops/workspace/fraud/registry.db", False),
        ("mlflow_artifact_location: ../artifacts", True),
        ("mlflow_artifact_location: s3://bucket/x", False),
        ("mlflow_tracking_uri: databricks", False),
        ("mlflow_tracking_uri: 'sqlite://'", False),
    ],
)
def test_each_key_that_names_a_place(
    says: Callable[..., list[str]],
    line: str,
    leaves: bool,  # noqa: FBT001 -- a row's last column
) -> None:
    assert len(says("WS302", {"fraud": f"{line}\n"})) == leaves


def test_a_repository_in_a_repository_counts_from_its_own_root(
    says: Callable[..., list[str]],
) -> None:
    text = "project_name: fraud\ndvc_remote_path: {}\n"
    sample = "examples/sample/mlops/workspace/fraud/workspace.yaml"
    own = text.format("mlops/workspace/fraud/dvc/remote")
    assert says("WS302", {}, {sample: own}) == []
    elsewhere = text.format("examples/sample/mlops/workspace/fraud/dvc/remote")
    assert len(says("WS302", {}, {sample: elsewhere})) == 1


def test_a_workspace_at_the_root_holds_everything(says: Callable[..., list[str]]) -> None:
    manifest = {"workspace.yaml": "project_name: fraud\ndvc_remote_path: data/remote\n"}
    assert says("WS302", {}, manifest) == []
