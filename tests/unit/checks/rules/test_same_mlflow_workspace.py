from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

SERVER = "mlflow_tracking_uri: https://mlflow.example.com\n"


@pytest.mark.parametrize(
    ("churn", "fraud"),
    [
        (SERVER + "mlflow_workspace: churn\n", SERVER + "mlflow_workspace: fraud\n"),
        (SERVER, SERVER),
        (
            SERVER + "mlflow_workspace: risk\n",
            "mlflow_tracking_uri: https://other.example.com\nmlflow_workspace: risk\n",
        ),
        ("mlflow_workspace: risk\n", "mlflow_workspace: risk\n"),  # no server at all
        (
            "mlflow_tracking_uri: ${MLOPS_WS_UNSET}\nmlflow_workspace: risk\n",
            "mlflow_tracking_uri: ${MLOPS_WS_UNSET}\nmlflow_workspace: risk\n",
        ),
    ],
)
def test_these_are_two(says: Callable[..., list[str]], churn: str, fraud: str) -> None:
    assert says("WS306", {"churn": churn, "fraud": fraud}) == []


def test_each_further_one_is_told_of_the_first(says: Callable[..., list[str]]) -> None:
    text = SERVER + "mlflow_workspace: risk\n"
    assert says("WS306", {"churn": text, "fraud": text, "limits": text}) == [
        f"{name} uses churn's MLflow workspace 'risk' of https://mlflow.example.com"
        for name in ("fraud", "limits")
    ]
