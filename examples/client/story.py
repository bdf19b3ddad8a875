"""The whole story with the four real tools, for three projects at once.

    python story.py DIRECTORY

Each project: a workspace, training data versioned and pushed, a model trained, logged and
registered, the repository cloned elsewhere and the data pulled there, the model deployed and
served, and drift found in what comes in. In the end each project has exactly its own, and the
checks have nothing to say of the repository, but of the first mistake they have.
"""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression

from pytest_mlops_ws import MLOpsClient

PROJECTS = ("churn", "demand", "fraud")
ROWS = 200


def data(project, shift=0.0):
    """Make data of *project*; *shift* is what has changed since."""
    generator = np.random.default_rng(PROJECTS.index(project))
    first, second = generator.normal(shift, 1, ROWS), generator.normal(0, 1, ROWS)
    return pd.DataFrame({"first": first, "second": second, "label": (first > shift).astype(int)})


def git(directory, *arguments):
    identity = ["-c", "user.name=story", "-c", "user.email=story@localhost"]
    subprocess.run(["git", *identity, *arguments], cwd=directory, check=True)


def train(client):
    """Version the data, train on them, log and register the model."""
    rows = data(client.project_name)
    path = client.get_workspace_path("dvc") / "train.csv"
    rows.to_csv(path, index=False)
    client.dvc_add("dvc/train.csv")
    pushed = client.dvc_push()
    model = LogisticRegression().fit(rows[["first", "second"]], rows["label"])
    with client.start_run("baseline"):
        client.log_params({"rows": ROWS, "model": "logistic regression"})
        client.log_metrics({"accuracy": model.score(rows[["first", "second"]], rows["label"])})
        client.log_artifact(path)
        # What the model needs is named: guessing it takes MLflow half a minute.
        logged = client.log_model(
            model, "model", "classifier", aliases=["champion"], pip_requirements=["scikit-learn"]
        )
    client.set_reference_data(rows, target_column="label")
    tell(client, f"pushed {pushed.count} file, registered {logged.registered_model_name}")


def pull(client, clone):
    """Get the data back where there are none yet."""
    other = MLOpsClient.from_project(client.project_name, clone)
    pulled = other.dvc_pull()
    again = pd.read_csv(other.get_workspace_path("dvc") / "train.csv")
    assert len(again) == ROWS
    tell(client, f"pulled {pulled.count} file in the clone")


def deploy(client):
    """Deploy the registered model, serve it, and ask it something."""
    name = f"{client.project_name}--classifier"
    deployed = client.deploy_model(f"models:/{name}@champion", "classifier", "v1")
    with client.workspace.bentoml.serving("classifier") as server:
        answers = server.predict([{"first": 2, "second": 0}, {"first": -2, "second": 0}])
    assert answers == [1, 0]
    tell(client, f"served {deployed.tag}, which answered {answers}")


def monitor(client):
    """Find out that the world has changed."""
    same = client.monitor_predictions(data(client.project_name))
    changed = client.monitor_predictions(data(client.project_name, shift=3), drift_limit=0.3)
    assert same.passed
    assert not changed.passed
    tell(client, f"found drift in the column {', '.join(changed.drifted_columns)!r}")


def only_its_own(client):
    """Each project has exactly what it made, and nobody else's."""
    status = client.get_status()
    assert dict(status.mlflow.counts) == {"experiments": 1, "runs": 1, "registered_models": 1}
    assert dict(status.dvc.counts) == {"tracked": 1}
    assert [model.tag for model in client.workspace.bentoml.models()] == [
        f"{client.project_name}--classifier:v1"
    ]
    assert status.evidently.counts["reports"] == 2
    tell(client, "has 1 run, 1 registered model, 1 deployed model, 2 drift reports: its own")


def check(repo):
    """The checks find nothing; then, a project that is given another's remote."""
    assert findings(repo) == set()
    manifest = repo / "mlops" / "workspace" / "fraud" / "workspace.yaml"
    before = manifest.read_bytes()
    manifest.write_bytes(before + b"dvc_remote_path: mlops/workspace/.remotes/churn\n")
    found = findings(repo)
    manifest.write_bytes(before)
    assert "shared-remote" in found
    print(f"{'all':8} checked: no findings; were fraud to push to churn's remote: shared-remote")


def findings(repo):
    """Return the names of the rules that `mlops-ws check` has something to say by."""
    command = [sys.executable, "-m", "pytest_mlops_ws", "check", "--format", "json"]
    said = subprocess.run(command, cwd=repo, stdout=subprocess.PIPE, check=False).stdout
    return {each["name"] for each in json.loads(said)["findings"]}


def tell(client, what):
    # In one piece: the three write at once.
    print(f"{client.project_name:8} {what}\n", end="", flush=True)


def main(directory):
    repo, clone = directory / "repo", directory / "clone"
    repo.mkdir(parents=True)
    git(repo, "init", "-q", "-b", "main", ".")
    clients = [MLOpsClient.from_project(name, repo) for name in PROJECTS]
    with ThreadPoolExecutor(len(clients)) as pool:
        list(pool.map(train, clients))
        git(repo, "add", ".")
        git(repo, "commit", "-q", "-m", "Three projects and what they track")
        git(directory, "clone", "-q", str(repo), str(clone))
        # The derived remote is a directory of the repository's; a team's is a bucket.
        for name in PROJECTS:
            remote = Path("mlops", "workspace", ".remotes", name)
            (clone / remote).parent.mkdir(exist_ok=True)
            (clone / remote).symlink_to(repo / remote)
        list(pool.map(lambda client: pull(client, clone), clients))
        list(pool.map(deploy, clients))
        list(pool.map(monitor, clients))
        list(pool.map(only_its_own, clients))
    check(repo)


if __name__ == "__main__":
    main(Path(sys.argv[1]).absolute())
