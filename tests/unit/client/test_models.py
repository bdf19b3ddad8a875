"""Models of every flavor, logged and registered."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from pytest_mlops_ws import MLOpsClientError, WorkspaceManager
from pytest_mlops_ws.client import MLOpsClient
from pytest_mlops_ws.tools.mlflow.models import flavor_of
from pytest_mlops_ws.workspaces.provenance import Provenance

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

mlflow = pytest.importorskip("mlflow")
pytest.importorskip("mlflow.pyfunc")
pytest.importorskip("sklearn")


# MLflow's, scikit-learn's and PyTorch's, of each other.
pytestmark = pytest.mark.filterwarnings("ignore")


def classifier() -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression().fit([[0.0], [1.0]], [0, 1])


def onnx_model() -> Any:
    helper = pytest.importorskip("onnx").helper
    given = helper.make_tensor_value_info("x", 1, [1])
    answer = helper.make_tensor_value_info("y", 1, [1])
    node = helper.make_node("Identity", ["x"], ["y"])
    graph = helper.make_graph([node], "identity", [given], [answer])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])


def torch_model() -> Any:
    return pytest.importorskip("torch").nn.Linear(1, 1)


def python_model() -> Any:
    class Doubling(mlflow.pyfunc.PythonModel):  # type: ignore[misc]  # MLflow's own base
        def predict(self, model_input: list[float]) -> list[float]:
            return [2 * each for each in model_input]

    return Doubling()


@pytest.mark.parametrize(
    ("make", "flavor", "options"),
    [
        (classifier, "sklearn", {}),
        (python_model, "pyfunc", {}),
        (onnx_model, "onnx", {}),
        (torch_model, "pytorch", {"input_example": [[0.0]]}),
    ],
)
def test_a_model_of_a_known_library_is_logged_and_registered(
    fraud: MLOpsClient, make: Callable[[], Any], flavor: str, options: dict[str, Any]
) -> None:
    model = make()
    if options:
        options = {"input_example": pytest.importorskip("numpy").zeros((1, 1), "float32")}
    with fraud.start_run() as run:
        fraud.log_metrics({"before": 1})
        logged = fraud.log_model(model, "model", "classifier", pip_requirements=[], **options)
        store = fraud.workspace.mlflow.client
        assert store.get_run(run.info.run_id).info.status == "RUNNING"
        fraud.log_metrics({"after": 1})
    assert (logged.flavor, logged.registered_model_name) == (flavor, "fraud--classifier")
    assert (logged.run_id, logged.version) == (run.info.run_id, "1")
    (found,) = fraud.workspace.mlflow.runs()
    assert (found.info.status, set(found.data.metrics)) == ("FINISHED", {"before", "after"})
    assert store.get_registered_model("fraud--classifier").tags == {"project": "fraud"}
    version = store.get_model_version("fraud--classifier", "1")
    assert version.run_id == run.info.run_id
    assert Provenance.from_tags(version.tags) == fraud.provenance()


def test_a_flavor_nobody_foresaw_is_used_as_it_is(fraud: MLOpsClient) -> None:
    seen: dict[str, object] = {}

    def log_model(model: object, artifact_path: str, registered_model_name: str | None) -> object:
        seen.update(model=model, path=artifact_path, name=registered_model_name)
        mlflow.log_text("weights", f"{artifact_path}/weights.txt")
        uri = f"runs:/{mlflow.active_run().info.run_id}/{artifact_path}"
        registry = mlflow.MlflowClient()
        registry.create_registered_model(registered_model_name)
        version = registry.create_model_version(registered_model_name, uri).version
        return SimpleNamespace(model_uri=uri, registered_model_version=version)

    flavor = SimpleNamespace(log_model=log_model, __name__="ours")
    with fraud.start_run():
        model = object()
        logged = fraud.log_model(model, "net", "net", flavor=flavor, aliases=["best"])
    assert seen == {"model": model, "path": "net", "name": "fraud--net"}
    assert (logged.flavor, logged.version, logged.aliases) == ("ours", "1", ("best",))
    store = fraud.workspace.mlflow.client
    assert store.get_model_version_by_alias("fraud--net", "best").tags["project"] == "fraud"


def test_signature_and_aliases_are_kept(fraud: MLOpsClient) -> None:
    signature = mlflow.models.infer_signature([[0.0]], [0])
    with fraud.start_run():
        logged = fraud.log_model(
            classifier(),
            "model",
            "classifier",
            signature=signature,
            aliases=("champion", "newest"),
            pip_requirements=[],
        )
    store = fraud.workspace.mlflow.client
    assert store.get_model_version_by_alias("fraud--classifier", "champion").version in {1, "1"}
    with fraud.workspace.activate():
        assert mlflow.models.get_model_info(logged.model_uri).signature == signature


def test_two_projects_on_one_server_never_share_versions(repo: Path, tmp_path: Path) -> None:
    uri = f"sqlite:///{tmp_path}/shared.db"
    manager = WorkspaceManager(repo_root=repo)
    for name in ("fraud", "fraud-eval"):
        manager.create_workspace(
            name, mlflow_tracking_uri=uri, mlflow_artifact_location=str(tmp_path / "artifacts")
        )
        client = MLOpsClient(name, workspace_manager=manager)
        with client.start_run():
            logged = client.log_model(classifier(), "model", "classifier", pip_requirements=[])
        assert (logged.registered_model_name, logged.version) == (f"{name}--classifier", "1")


def test_logging_a_model_leaves_the_processs_mlflow_alone(
    fraud: MLOpsClient, churn: MLOpsClient
) -> None:
    with churn.workspace.activate(), mlflow.start_run(run_name="plain") as plain:
        with fraud.start_run():
            fraud.log_model(classifier(), "model", pip_requirements=[])
        assert mlflow.active_run().info.run_id == plain.info.run_id
        mlflow.log_metric("auc", 1)
    assert [run.data.metrics for run in churn.workspace.mlflow.runs()] == [{"auc": 1}]
    assert [run.data.metrics for run in fraud.workspace.mlflow.runs()] == [{}]


@pytest.mark.parametrize(
    ("model", "options", "said"),
    [
        (object(), {}, "MLflow has no flavor for a builtins.object"),
        (classifier, {"flavor": "nothing"}, "MLflow has no flavor 'nothing'"),
        (classifier, {"flavor": 3}, "flavor= takes a name, or a module"),
        (classifier, {"aliases": ["x"]}, "An alias is of a registered model"),
        (classifier, {"registered_model_name": "a/b"}, "is a text without '/' and ':'"),
        (classifier, {"nonsense": 1}, "mlflow.sklearn.log_model: TypeError: .*'nonsense'"),
    ],
)
def test_what_cannot_be_logged_is_one_error_and_the_run_goes_on(
    fraud: MLOpsClient, model: Any, options: dict[str, Any], said: str
) -> None:
    made = model() if callable(model) else model
    with fraud.start_run():
        with pytest.raises(MLOpsClientError, match=said):
            fraud.log_model(made, "model", **options)
        fraud.log_metrics({"after": 1})
    (run,) = fraud.workspace.mlflow.runs()
    assert (run.info.status, run.data.metrics) == ("FINISHED", {"after": 1})


def test_what_is_registered_is_said_to_whoever_asks_for_something_else(
    fraud: MLOpsClient,
) -> None:
    pytest.importorskip("bentoml")
    with pytest.raises(MLOpsClientError, match="models:/m/1; none has been registered"):
        fraud.deploy_model("models:/m/1", "m")
    with fraud.start_run():
        fraud.log_model(classifier(), "model", "m", pip_requirements=[])
    with pytest.raises(MLOpsClientError, match="models:/m/1; there are: fraud--m"):
        fraud.deploy_model("models:/m/1", "m")
    with pytest.raises(MLOpsClientError, match="models:/fraud--m/2; there are: fraud--m"):
        fraud.deploy_model("models:/fraud--m/2", "m")
    with pytest.raises(MLOpsClientError, match=r"MLflow refused it: Run .* not found"):
        fraud.deploy_model(f"runs:/{'0' * 32}/model", "m")
    assert fraud.workspace.bentoml.models() == []


def test_a_model_needs_an_open_run(fraud: MLOpsClient) -> None:
    with pytest.raises(MLOpsClientError, match="No run is open"):
        fraud.log_model(classifier(), "model")


def test_a_package_without_a_flavor_is_no_flavor() -> None:
    assert flavor_of(classifier()).__name__ == "mlflow.sklearn"
    assert flavor_of(lambda row: row).__name__ == "mlflow.pyfunc"


def test_models_of_two_projects_logged_at_once_keep_apart(
    fraud: MLOpsClient, churn: MLOpsClient
) -> None:
    done = threading.Event()

    def log_models(client: MLOpsClient) -> None:
        with client.start_run("models"):
            for number in range(3):
                client.log_model(classifier(), f"model-{number}", "m", pip_requirements=[])

    def log_metrics(client: MLOpsClient) -> int:
        count = 0
        with client.start_run("metrics"):
            while not done.is_set():
                count += 1
                client.log_metrics({"count": count})
        return count

    with ThreadPoolExecutor(3) as pool:
        counting = pool.submit(log_metrics, fraud)
        models = [pool.submit(log_models, each) for each in (fraud, churn)]
        try:
            for each in models:
                each.result()
        finally:
            done.set()
        count = counting.result()
    for client in (fraud, churn):
        runs = {run.info.run_name: run for run in client.workspace.mlflow.runs()}
        assert {run.info.status for run in runs.values()} == {"FINISHED"}
        if client is fraud:
            assert runs.pop("metrics").data.metrics == {"count": count}
        assert set(runs) == {"models"}
        store = client.workspace.mlflow.client
        versions = store.search_model_versions(f"name = '{client.project_name}--m'")
        assert [each.run_id for each in versions] == [runs["models"].info.run_id] * 3
