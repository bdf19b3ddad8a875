"""No conftest: asking for `workspace` is what gives a test an MLflow and a DVC of its own."""

import pandas as pd
from demand.data import parcels, publish
from demand.forecast import HORIZON, outlook, train


def test_beats_repeating_the_last_two_weeks(workspace):
    train(parcels())
    (run,) = workspace.mlflow.runs()
    assert run.data.metrics["mean_error"] < run.data.metrics["naive_error"]
    history = workspace.mlflow.client.get_metric_history(run.info.run_id, "error")
    assert [metric.step for metric in history] == list(range(1, HORIZON + 1))


def test_outlook_is_scaled_by_what_churn_measured(workspace):
    client = workspace.mlflow.client
    measured = client.create_run(client.create_experiment("churn"), tags={"project": "churn"})
    client.log_metric(measured.info.run_id, "retention", 0.9)
    outlook(parcels())
    (run,) = (run for run in workspace.mlflow.runs() if run.info.run_name == "outlook")
    assert run.data.params["retention"] == "0.9"


def test_training_here_touches_no_other_project(workspace_factory):
    demand, churn = workspace_factory("demand"), workspace_factory("churn")
    with demand.activate():
        train(parcels())
    assert len(demand.mlflow.runs()) == 1
    churn.assert_untouched()


def test_published_data_is_what_was_read(workspace):
    path = publish(workspace.dvc.repo, parcels())
    path.unlink()
    workspace.dvc.repo.pull(str(path))
    pd.testing.assert_frame_equal(pd.read_csv(path), parcels())
