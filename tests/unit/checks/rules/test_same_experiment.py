from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_mlops_ws.checks.run import Checked

SERVER = "mlflow_tracking_uri: https://mlflow.example.com\n"
DATABASE = "mlflow_tracking_uri: postgresql://db/mlflow\n"
FILES = "mlflow_tracking_uri: file:///srv/mlflow\n"


@pytest.mark.parametrize(
    ("churn", "fraud"),
    [
        (SERVER, SERVER),  # derived names
        ("mlflow_experiment_name: eval\n", "mlflow_experiment_name: eval\n"),  # stores of their own
        (
            SERVER + "mlflow_experiment_name: eval\nmlflow_workspace: churn\n",
            SERVER + "mlflow_experiment_name: eval\nmlflow_workspace: fraud\n",
        ),
        (
            SERVER + "mlflow_experiment_name: eval\n",
            "mlflow_tracking_uri: http://mlflow.example.com\nmlflow_experiment_name: eval\n",
        ),
        (
            SERVER + "mlflow_experiment_name: eval\n",
            "mlflow_tracking_uri: ${MLOPS_WS_UNSET}\nmlflow_experiment_name: eval\n",
        ),
        (
            SERVER + "mlflow_experiment_name: ${MLOPS_WS_UNSET}\n",
            SERVER + "mlflow_experiment_name: ${MLOPS_WS_UNSET}\n",
        ),
        (
            SERVER + "mlflow_experiment_name: ${MLOPS_WS_UNSET}\n",
            SERVER + "mlflow_experiment_name: churn\n",
        ),
        (FILES + "mlflow_experiment_name: Eval\n", FILES + "mlflow_experiment_name: eval\n"),
        # On a server they are churn--eval and fraud--eval.
        (SERVER + "mlflow_experiment_name: eval\n", SERVER + "mlflow_experiment_name: eval\n"),
        (DATABASE + "mlflow_experiment_name: eval\n", DATABASE + "mlflow_experiment_name: eval\n"),
        (SERVER + "mlflow_experiment_name: fraud\n", SERVER),
        (
            SERVER + "mlflow_experiment_name: eval\nmlflow_experiment_id: 1\n",
            SERVER + "mlflow_experiment_name: eval\n",
        ),
        (SERVER + "mlflow_experiment_id: 1\n", SERVER + "mlflow_experiment_id: 11\n"),
        ("mlflow_experiment_id: 1\n", "mlflow_experiment_id: 1\n"),
        (
            "mlflow_tracking_uri: 'sqlite://'\nmlflow_experiment_name: eval\n",
            "mlflow_tracking_uri: 'sqlite://'\nmlflow_experiment_name: eval\n",
        ),
        (SERVER + "mlflow_experiment_name: '1'\n", SERVER + "mlflow_experiment_id: 1\n"),
    ],
)
def test_these_are_two_experiments(says: Callable[..., list[str]], churn: str, fraud: str) -> None:
    assert says("WS305", {"churn": churn, "fraud": fraud}) == []


@pytest.mark.parametrize(
    ("churn", "fraud"),
    [
        (FILES, FILES),
        ("mlflow_tracking_uri: databricks\n", "mlflow_tracking_uri: databricks\n"),
        # Each name has been noted with its id, or is one of a workspace that both say they have.
        (SERVER + "mlflow_experiment_id: 1\n", SERVER + "mlflow_experiment_id: 2\n"),
        (SERVER + "mlflow_workspace: risk\n", SERVER + "mlflow_workspace: risk\n"),
    ],
)
def test_a_name_that_stays_as_it_is_is_one_experiment(
    says: Callable[..., list[str]], churn: str, fraud: str
) -> None:
    name = "mlflow_experiment_name: eval\n"
    assert len(says("WS305", {"churn": churn + name, "fraud": fraud + name})) == 1


def test_who_declares_what_another_has_by_its_name_is_the_culprit(
    says: Callable[..., list[str]],
) -> None:
    churn = FILES + "mlflow_experiment_name: fraud\n"
    assert says("WS305", {"churn": churn, "fraud": FILES}) == [
        "churn logs into fraud's experiment 'fraud' in file:///srv/mlflow"
    ]


def test_ids_of_one_store(says: Callable[..., list[str]]) -> None:
    text = "mlflow_tracking_uri: file:///srv/mlflow\nmlflow_experiment_id: '1'\n"
    assert says("WS305", {"churn": text, "fraud": text.replace("'", "")}) == [
        "fraud logs into churn's experiment 1 in file:///srv/mlflow"
    ]


def test_variables_are_replaced(
    says: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STAGE", "eval")
    text = FILES + "mlflow_experiment_name: ${STAGE}\n"
    assert says("WS305", {"churn": text, "fraud": text}) == [
        "fraud logs into churn's experiment 'eval' in file:///srv/mlflow"
    ]


def test_a_password_in_the_store_is_not_shown(says: Callable[..., list[str]]) -> None:
    text = (
        "mlflow_tracking_uri: postgresql://me:hunter2@db/mlflow\nmlflow_experiment_name: eval\n"
        "mlflow_workspace: risk\n"
    )
    assert says("WS305", {"churn": text, "fraud": text}) == [
        "fraud logs into churn's experiment 'eval' in postgresql://me:***@db/mlflow"
    ]


def test_the_remedy_for_an_id_is_the_name(checked: Callable[..., Checked]) -> None:
    files = {
        f"mlops/workspace/{name}/workspace.yaml": (
            f"project_name: {name}\nmlflow_experiment_id: 1\n{SERVER}"
        )
        for name in ("churn", "fraud")
    }
    assert [fault.remedy for fault in checked(files, "WS305").diagnostics] == [
        "remove mlflow_experiment_id: the experiment called 'fraud' is meant then"
    ]
