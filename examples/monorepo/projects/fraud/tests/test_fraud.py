"""No conftest: asking for `workspace` is what gives a test an MLflow and a DVC of its own."""

import mlflow.sklearn
import pandas as pd
from fraud.data import FEATURES, publish, transactions
from fraud.train import MODEL, train


def test_ranks_fraud_above_the_rest(workspace):
    train(transactions())
    (run,) = workspace.mlflow.runs()
    assert run.data.metrics["auc"] > 0.9


def test_more_trees_rank_no_worse(workspace):
    train(transactions(), trees=3)
    train(transactions(), trees=30)
    many, few = workspace.mlflow.runs()  # newest first
    assert many.data.params["trees"] == "30"
    assert many.data.metrics["auc"] >= few.data.metrics["auc"]


def test_champion_can_be_loaded_by_its_alias(workspace):
    train(transactions(), register=True)
    (version,) = workspace.mlflow.client.search_model_versions(f"name='{MODEL}'")
    assert int(version.version) == 1  # of each test's own registry
    workspace.mlflow.client.set_registered_model_alias(MODEL, "champion", version.version)
    champion = mlflow.sklearn.load_model(f"models:/{MODEL}@champion")
    night_abroad = pd.DataFrame([[900.0, 3, 150.0]], columns=FEATURES)
    assert champion.predict(night_abroad) == [1]


def test_published_data_comes_back_from_the_remote(workspace):
    repo = workspace.dvc.repo
    path = publish(repo, transactions())
    path.unlink()
    repo.cache.local.clear()  # else DVC would not have to ask the remote
    repo.pull(str(path))
    pd.testing.assert_frame_equal(pd.read_csv(path), transactions())
