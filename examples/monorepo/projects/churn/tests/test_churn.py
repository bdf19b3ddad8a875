"""No conftest: asking for `workspace` is what gives a test an MLflow and a DVC of its own."""

import mlflow.artifacts
import mlflow.sklearn
from churn.data import messages, publish
from churn.train import train


def test_tells_leavers_from_stayers(workspace):
    train(messages())
    (run,) = workspace.mlflow.runs()
    assert run.data.metrics["accuracy"] > 0.85
    model = mlflow.sklearn.load_model(f"runs:/{run.info.run_id}/model")
    assert model.predict(["please cancel my contract"]) == [1]


def test_goes_by_words_a_person_would_go_by(workspace):
    train(messages())
    (run,) = workspace.mlflow.runs()
    words = mlflow.artifacts.load_dict(f"{run.info.artifact_uri}/words.json")
    assert words["cancel"] > 0 > words["invoice"]


def test_penalty_is_chosen_among_three(workspace):
    for penalty in (0.1, 1.0, 100.0):
        train(messages(), penalty=penalty)
    best = max(workspace.mlflow.runs(), key=lambda run: run.data.metrics["accuracy"])
    assert best.data.params["penalty"] != "100.0"


def test_last_years_messages_are_collected(workspace):
    repo = workspace.dvc.repo
    last_year, this_year = publish(repo, messages(seed=1)), publish(repo, messages(seed=2))
    repo.gc(workspace=True, cloud=True, force=True)  # `dvc gc -w -c -f`
    remote = repo.cloud.get_remote_odb()
    assert remote.exists(this_year)
    assert not remote.exists(last_year)
