"""MLflow through the client: the workspace is the test's own."""

from sklearn.linear_model import LogisticRegression


def test_runs_and_models(mlops_client):
    model = LogisticRegression().fit([[0.0], [1.0]], [0, 1])
    with mlops_client.start_run("baseline", tags={"team": "risk"}):
        mlops_client.log_params({"model": "logistic regression"})
        mlops_client.log_metrics({"auc": 0.9}, step=1)
        logged = mlops_client.log_model(
            model, "model", "classifier", aliases=["champion"], pip_requirements=["scikit-learn"]
        )
    project = mlops_client.project_name
    assert logged.registered_model_name == f"{project}--classifier"
    (run,) = mlops_client.workspace.mlflow.runs()
    assert run.data.tags["project"] == project
