from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[2] / "examples" / "client"
WALKS = """\
1. Create workspaces for three projects, print their paths, list them.
  lora-finetuning-mlx: mlops/workspace/lora-finetuning-mlx
  churn: mlops/workspace/churn
  fraud: mlops/workspace/fraud
  listed: churn, fraud, lora-finetuning-mlx
2. A client from the project's name makes and configures the workspace.
  workspace: vision
  MLflow: ready
  experiment: vision
3. Which areas of each project exist, and how many files are in them.
  churn: mlflow, dvc, models; 0 outputs
  fraud: mlflow, dvc, models; 1 outputs
  lora-finetuning-mlx: mlflow, dvc, models; 0 outputs
  vision: mlflow, dvc, models; 0 outputs
4. Create, change experiment and metadata, look, delete.
  experiment eval, metadata {'team': 'risk', 'stage': 'trial'}
  still there: False
5. One line for each project: experiment, age, what is configured.
  churn: made in YEAR; project_name
  fraud: made in YEAR; project_name
  lora-finetuning-mlx: made in YEAR; project_name
  vision: made in YEAR; mlflow_experiment_id, mlflow_experiment_name, project_name
"""


def test_the_five_walk_throughs_are_told(tmp_path: Path) -> None:
    pytest.importorskip("mlflow")
    command = [sys.executable, "-W", "error", str(EXAMPLE / "walkthroughs.py"), str(tmp_path / "w")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    from datetime import UTC, datetime

    assert done.stdout.replace(f"in {datetime.now(UTC).year}", "in YEAR") == WALKS


@pytest.mark.parametrize("tool", ["mlflow", "dvc", "bentoml", "evidently"])
def test_the_suite_of_each_tool_passes(tool: str, tmp_path: Path) -> None:
    pytest.importorskip(tool)
    suite = shutil.copytree(EXAMPLE / "tests", tmp_path / "suite")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "ignore"]
    done = subprocess.run(
        [*command, "-p", "mlops_ws", "-p", "no:randomly", f"test_{tool}.py"],
        cwd=suite,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
