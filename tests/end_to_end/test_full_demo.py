"""The whole story, with the four real tools, as ``mlops-ws demo --full`` tells it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from pytest_mlops_ws import MLOpsClient

if TYPE_CHECKING:
    from pathlib import Path

for tool in ("mlflow", "dvc", "bentoml", "evidently", "sklearn"):
    pytest.importorskip(tool)

PROJECTS = ("churn", "demand", "fraud")
STEPS = (
    r"pushed 1 file, registered {0}--classifier",
    r"pulled 1 file in the clone",
    r"served {0}--classifier:v1, which answered \[1, 0\]",
    r"found drift in the column 'first'",
    r"has 1 run, 1 registered model, 1 deployed model, 2 drift reports: its own",
)


@pytest.mark.timeout(900)
def test_three_projects_at_once_go_from_nothing_to_drift_and_keep_apart(tmp_path: Path) -> None:
    home, root = tmp_path / "home", tmp_path / "demo"
    home.mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "pytest_mlops_ws", "demo", "--full", "--output", str(root)],
        cwd=tmp_path,
        env={**os.environ, "HOME": str(home), "BENTOML_HOME": "/nowhere"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert list(home.iterdir()) == []
    told = done.stdout.partition("One client for each project")[2].splitlines()
    for project in PROJECTS:
        steps = [line.split(maxsplit=1)[1] for line in told if line.startswith(f"  {project} ")]
        assert len(steps) == len(STEPS), done.stdout
        for step, expected in zip(steps, STEPS, strict=True):
            assert re.fullmatch(expected.format(project), step)
    (checked,) = [line for line in told if line.startswith("  all ")]
    assert checked.split(maxsplit=1)[1] == (
        "checked: no findings; were fraud to push to churn's remote: shared-remote"
    )
    fraud = MLOpsClient.from_project("fraud", root / "client" / "repo")
    assert fraud.get_status().mlflow.counts["runs"] == 1
    (model,) = fraud.workspace.bentoml.models()
    (report, _) = fraud.workspace.monitoring.reports()
    for metadata in (model.metadata, report.metadata):
        assert metadata["project"] == "fraud"
        assert metadata["mlops_ws.data_version"] == fraud.provenance().data_version
    assert len(model.metadata["run_id"]) == 32
