from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("churn", "fraud"),
    [
        ("s3://b/churn", "s3://b/fraud"),
        ("s3://b/fraud-2", "s3://b/fraud"),
        ("s3://b/fraud", "s3://b/fraud-2"),
        ("s3://b/fraud", "gs://b/fraud"),
        ("s3://b/Fraud", "s3://b/fraud"),
        ("s3://b", "s3://bb"),
        ("/mnt/a", "/mnt/ab"),
        ("${MLOPS_WS_UNSET}", "${MLOPS_WS_UNSET}"),
        ("${MLOPS_WS_UNSET}/x", "s3://b/x"),
        ("abfss://c@one.dfs.core.windows.net/x", "abfss://c@two.dfs.core.windows.net/x"),
        ("mlops/workspace/churn/mlflow/artifacts", "mlops/workspace/fraud/mlflow/artifacts"),
        ("dbfs:/a", "dbfs:/ab"),
    ],
)
def test_these_are_apart(says: Callable[..., list[str]], churn: str, fraud: str) -> None:
    projects = {
        "churn": f"mlflow_artifact_location: {churn}\n",
        "fraud": f"mlflow_artifact_location: {fraud}\n",
    }
    assert says("WS307", projects) == []


@pytest.mark.parametrize(
    ("churn", "fraud", "message"),
    [
        ("s3://b/x", "S3://B/x/", "fraud keeps artifacts where churn does: S3://B/x/"),
        ("s3://b/x", "s3a://b/y/../x", "fraud keeps artifacts where churn does: s3a://b/y/../x"),
        ("s3://b", "s3://b/x", "fraud keeps artifacts inside churn's: s3://b/x in s3://b"),
        ("s3://b/x", "s3://b", "churn keeps artifacts inside fraud's: s3://b/x in s3://b"),
        ("/mnt/a", "/mnt/a/b", "fraud keeps artifacts inside churn's: /mnt/a/b in /mnt/a"),
        (
            "s3://b/x",
            "mlops/workspace",
            "fraud keeps artifacts around churn's workspace: mlops/workspace",
        ),
        (
            "s3://b/x",
            "mlops/workspace/.remotes/churn",
            "fraud keeps artifacts in churn's workspace: mlops/workspace/.remotes/churn",
        ),
    ],
)
def test_these_meet(says: Callable[..., list[str]], churn: str, fraud: str, message: str) -> None:
    projects = {
        "churn": f"mlflow_artifact_location: {churn}\n",
        "fraud": f"mlflow_artifact_location: {fraud}\n",
    }
    assert says("WS307", projects) == [message]


def test_one_word_about_two_in_a_third_ones_workspace(says: Callable[..., list[str]]) -> None:
    text = "mlflow_artifact_location: mlops/workspace/churn/x\n"
    assert says("WS307", {"churn": "", "fraud": text, "limits": text}) == [
        f"{name} keeps artifacts in churn's workspace: mlops/workspace/churn/x"
        for name in ("fraud", "limits")
    ]
