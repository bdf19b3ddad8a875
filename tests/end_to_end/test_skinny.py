"""The client where mlflow-skinny with SQL is all there is of MLflow, and what lacks there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

pytestmark = [pytest.mark.installs, pytest.mark.timeout(900)]

PROGRAM = """
import sys
from pathlib import Path
import mlflow
from pytest_mlops_ws import MLOpsClient, MLOpsClientError

fraud, churn = (MLOpsClient.from_project(name, sys.argv[1]) for name in ("fraud", "churn"))
plot = Path(sys.argv[1], "plot.txt")
plot.write_text("plot")
with fraud.start_run("one", tags={"team": "risk"}) as run, churn.start_run():
    fraud.log_params({"depth": 3})
    fraud.log_metrics({"auc": 0.9}, step=1)
    fraud.log_artifact(plot)
    churn.log_metrics({"churn": 1})
    try:
        fraud.log_model(lambda row: row, "model", "classifier")
    except MLOpsClientError as error:
        print("log_model:", error)
with fraud.workspace.activate(), mlflow.start_run(run_name="plain"):
    mlflow.log_metric("plain", 1)
store = fraud.workspace.mlflow.client
store.create_registered_model("fraud--classifier")
version = store.create_model_version("fraud--classifier", "file:///nowhere", run.info.run_id)
store.set_registered_model_alias("fraud--classifier", "best", version.version)
print("artifacts:", [each.path for each in store.list_artifacts(run.info.run_id)])
print("runs:", [(each.info.run_name, each.data.metrics) for each in fraud.workspace.mlflow.runs()])
print("alias:", store.get_model_version_by_alias("fraud--classifier", "best").version)
print("status:", dict(fraud.get_status().mlflow.counts), fraud.get_status().dvc.reason)
print("full:", sorted({"numpy", "pandas", "sklearn"} & set(sys.modules)))
for call in (lambda: fraud.dvc_push(), lambda: fraud.deploy_model("x", "y")):
    try:
        call()
    except MLOpsClientError as error:
        print("missing:", error)
"""


def test_runs_and_the_registry_work_and_what_needs_more_says_so(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    uv, venv = [sys.executable, "-m", "uv"], tmp_path / "venv"
    subprocess.run([*uv, "venv", "-q", "--python", sys.executable, venv], check=True)
    python = str(venv / "bin" / "python")
    install = [*uv, "pip", "install", "-q", "--python", python, str(wheel)]
    install += ["mlflow-skinny", "sqlalchemy", "alembic"]
    constraints = ["--constraints", str(ROOT / "requirements" / "all.txt")]
    subprocess.run([*install, *constraints], check=True)
    done = subprocess.run(
        [python, "-c", PROGRAM, str(tmp_path / "repo")],
        cwd=tmp_path,
        env={"HOME": str(tmp_path), "PATH": os.environ["PATH"]},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        (
            "log_model: This needs more than is installed (No module named 'numpy'): pip install"
            " 'pytest-mlops-ws[mlflow]', and numpy if it is not among what this installs"
        ),
        "artifacts: ['plot.txt']",
        "runs: [('plain', {'plain': 1.0}), ('one', {'auc': 0.9})]",
        "alias: 1",
        (
            "status: {'experiments': 1, 'runs': 2, 'registered_models': 1} dvc is not installed:"
            " pip install 'pytest-mlops-ws[dvc]'"
        ),
        "full: []",
        "missing: dvc is not installed: pip install 'pytest-mlops-ws[dvc]'",
        "missing: bentoml is not installed: pip install 'pytest-mlops-ws[bentoml]'",
    ]
