"""How people isolate such tests by hand, under the names the tests of `monorepo` ask for.

The line that matters is the one with `set_tracking_uri`: a fixture around it is what public
repositories write, over and over. DVC they leave as it is: a test uses the project's own
repository, as the project's code does. The rest only gives both the shape of a workspace, so that
the very same test bodies run with this file and with pytest-mlops-ws.
"""

from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace

import mlflow
import pytest
from dvc.repo import Repo

REPO_ROOT = Path(__file__).parent


@pytest.fixture
def workspace(request, tmp_path):
    by_hand = ByHand(project=request.path.parts[-3], directory=tmp_path)
    mlflow.set_tracking_uri(by_hand.uri)  # <- what people write
    return by_hand


@pytest.fixture
def workspace_factory(tmp_path):
    def make(name):
        directory = tmp_path / name
        directory.mkdir()
        return ByHand(name, directory)

    return make


class ByHand:
    def __init__(self, project, directory):
        self.project = project
        self.uri = f"sqlite:///{directory}/mlflow.db"

    @contextmanager
    def activate(self):
        previous = mlflow.get_tracking_uri()
        mlflow.set_tracking_uri(self.uri)
        yield
        mlflow.set_tracking_uri(previous)

    @cached_property
    def mlflow(self):
        client = mlflow.MlflowClient(self.uri)
        return SimpleNamespace(client=client, runs=lambda: all_runs(client))

    @cached_property
    def dvc(self):
        return SimpleNamespace(repo=Repo(REPO_ROOT / "mlops" / "workspace" / self.project))

    def assert_untouched(self):
        assert not self.mlflow.runs()


def all_runs(client):
    experiments = [experiment.experiment_id for experiment in client.search_experiments()]
    return list(client.search_runs(experiments, order_by=["start_time DESC"]))
