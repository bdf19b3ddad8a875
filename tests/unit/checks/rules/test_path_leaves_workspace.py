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


def test_a_relative_store_is_told_about_once(says: Callable[..., list[str]]) -> None:
    text = "mlflow_tracking_uri: sqlite:///mlflow.db\n"
    assert says("WS302", {"fraud": text}) == []
    assert len(says("WS313", {"fraud": text})) == 1


def test_a_workspace_at_the_root_holds_everything(says: Callable[..., list[str]]) -> None:
    manifest = {"workspace.yaml": "project_name: fraud\ndvc_remote_path: data/remote\n"}
    assert says("WS302", {}, manifest) == []
