from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest


def test_what_was_left_out_is_said_by_key(says: Callable[..., list[str]]) -> None:
    text = (
        "mlflow_tracking_uri: ${MLOPS_WS_A}/${MLOPS_WS_B}\n"
        "mlflow_artifact_location: s3://${MLOPS_WS_B}/x\n"
        "mlflow_experiment_name: ${MLOPS_WS_A}\n"
        "mlflow_registry_uri: ${MLOPS_WS_A}\n"
        "dvc_remote_path: ${MLOPS_WS_A}\n"
        "bentoml_tag_prefix: ${MLOPS_WS_A}\n"
    )
    assert says("WS314", {"fraud": text}) == [
        "MLOPS_WS_A is not set: fraud's tracking store and experiment were not compared",
        "MLOPS_WS_B is not set: fraud's place of artifacts was not compared",
        "MLOPS_WS_A is not set: fraud's experiment was not compared",
        "MLOPS_WS_A is not set: fraud's registry was not compared",
        "MLOPS_WS_A is not set: fraud's DVC remote was not compared",
        "MLOPS_WS_A is not set: fraud's tag prefix was not compared",
    ]


def test_a_default_or_a_value_decides(
    says: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLOPS_WS_A", "https://mlflow.example.com")
    text = "mlflow_tracking_uri: ${MLOPS_WS_A}\ndvc_remote_path: ${MLOPS_WS_B:-s3://b/fraud}\n"
    assert says("WS314", {"fraud": text}) == []


def test_variables_of_notes_are_nobodys(says: Callable[..., list[str]]) -> None:
    assert says("WS314", {"fraud": "metadata:\n  home: ${MLOPS_WS_A}\n"}) == []
