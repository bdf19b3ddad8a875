from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    "uri",
    [
        "sqlite:////srv/mlflow.db",
        "file:///srv/mlruns",
        "/srv/mlruns",
        "https://mlflow.example.com",
        "databricks",
        "databricks-uc",
        "databricks://profile",
        "sqlite://",
        "sqlite:///:memory:",
        "postgresql://db/mlflow",
        "s3://bucket/x",
        "${MLOPS_WS_UNSET}",
        "~/mlruns",
    ],
)
def test_these_are_somewhere(says: Callable[..., list[str]], uri: str) -> None:
    assert says("WS313", {"fraud": f"mlflow_tracking_uri: {uri}\n"}) == []


@pytest.mark.parametrize(
    "uri",
    [
        "mlruns",
        "./mlruns",
        "../mlruns",
        "../../../../../../../../../../mlruns",
        "sqlite:///mlflow.db",
        "sqlite:///../mlflow.db",
        "file:mlruns",
        "mlops/workspace/fraud/mlflow",
        "${MLOPS_WS_UNSET:-mlruns}",
    ],
)
@pytest.mark.parametrize(
    "key", ["mlflow_tracking_uri", "mlflow_registry_uri", "mlflow_artifact_location"]
)
def test_these_are_wherever_a_process_stands(
    says: Callable[..., list[str]], key: str, uri: str
) -> None:
    shown = "mlruns" if "UNSET" in uri else uri
    assert says("WS313", {"fraud": f"{key}: {uri}\n"}) == [
        f"fraud's {key} counts from wherever a process stands: {shown}"
    ]


def test_a_remote_counts_from_the_repository(says: Callable[..., list[str]]) -> None:
    assert says("WS313", {"fraud": "dvc_remote_path: mlops/workspace/fraud/dvc/remote\n"}) == []
