from __future__ import annotations

import hashlib
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    Run = Callable[..., pytest.RunResult]

#: As PRODUCT writes it: no conftest, nothing imported from us.
TRAINING = """
import mlflow


def train(auc=0.9):
    mlflow.autolog(disable=True)
    mlflow.set_experiment("training")
    with mlflow.start_run():
        mlflow.log_param("depth", 3)
        mlflow.log_metric("auc", auc)
        mlflow.log_text("weights", "model/weights.txt")
"""
TESTS = """
import subprocess
import sys

import mlflow
import pytest

from training import train


@pytest.mark.parametrize("auc", [0.85, 0.9, 0.95])
def test_train(workspace, auc):
    train(auc)
    assert [run.data.metrics["auc"] for run in workspace.mlflow.runs()] == [auc]


def test_no_bleed(workspace_factory):
    fraud, churn = workspace_factory("fraud"), workspace_factory("churn")
    with fraud.activate():
        train()
    churn.assert_untouched()


def test_data(workspace):
    (workspace.dvc_path / "data.csv").write_text("1,2,3")
    workspace.dvc.add("dvc/data.csv")
    assert workspace.dvc.repo.push() == 1


@pytest.mark.workspace(chdir=True)
def test_command(workspace):
    (workspace.dvc_path / "data.csv").write_text("1,2,3")
    done = subprocess.run([sys.executable, "-m", "dvc", "add", "-q", "dvc/data.csv"],
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    status = subprocess.run(["git", "status", "--porcelain", "-uall"],
                            capture_output=True, text=True)
    assert status.stdout.split() == ["??", "dvc/.gitignore", "??", "dvc/data.csv.dvc"]


def test_left_running(workspace):
    mlflow.set_registry_uri(workspace.mlflow.tracking_uri)
    mlflow.start_run()


def test_shared(module_workspace):
    train()


def test_failing(workspace):
    train()
    assert workspace.mlflow.runs() == []
"""


#: Other users of the machine write into DVC's site cache too, so the suite's own processes say
#: whether they went there.
SITE_CACHE = "/var/tmp/dvc"  # noqa: S108 -- looked for, never used
SPY = f"""
import os
import sys

LOG = os.environ["SPY_LOG"]

def spy(event, arguments):
    if event == "open" or event.startswith(("os.", "sqlite3.", "shutil.")):
        if any(str(each).startswith({SITE_CACHE!r}) for each in arguments):
            with open(LOG, "a") as log:
                print(event, *arguments, file=log)

sys.addaudithook(spy)
"""


def listing(top: Path) -> dict[str, str]:
    """Every file below a directory, with what it holds."""
    found = {}
    for directory, names, files in os.walk(top):
        for name in [*names, *files]:
            path = Path(directory, name)
            content = path.read_bytes() if path.is_file() else b""
            found[str(path.relative_to(top))] = hashlib.sha256(content).hexdigest()
    return found


@pytest.mark.parametrize("how", [pytest.param("", marks=pytest.mark.isolation), "-n 2 -p randomly"])
def test_a_suite_leaves_everything_as_it_was(
    suite: pytest.Pytester, run: Run, monkeypatch: pytest.MonkeyPatch, strays: set[str], how: str
) -> None:
    root, home = suite.path / "mein Überprojekt", suite.path / "home"
    root.mkdir()
    home.mkdir()
    monkeypatch.setenv("HOME", os.fspath(home))
    for variable in [name for name in os.environ if name.startswith("XDG_")]:
        monkeypatch.delenv(variable)
    (root / "training.py").write_text(TRAINING, encoding="utf-8")
    (root / "test_training.py").write_text(TESTS, encoding="utf-8")
    (root / ".gitignore").write_text("__pycache__\n", encoding="utf-8")
    (root / "pytest.ini").write_text("[pytest]\npythonpath = .\n", encoding="utf-8")
    git = ["git", "-c", "user.name=n", "-c", "user.email=e@localhost", "-C", os.fspath(root)]
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "first"]):
        subprocess.run([*git, *command], check=True)
    (root / "untracked").touch()
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.chdir(root)

    (suite.path / "spy").mkdir()
    (suite.path / "spy" / "sitecustomize.py").write_text(SPY, encoding="utf-8")
    log = suite.path / "spy" / "log"
    monkeypatch.setenv("PYTHONPATH", os.fspath(log.parent))
    monkeypatch.setenv("SPY_LOG", os.fspath(log))

    before = listing(root), listing(home)
    basetemp = f"--basetemp={suite.path / 'tmp ü'}"
    result = run(*how.split(), basetemp, "-p", "no:cacheprovider")
    result.assert_outcomes(passed=8, failed=1)
    after = {name: content for name, content in listing(root).items() if name not in strays}
    assert (after, listing(home)) == before
    assert not log.exists(), log.read_text(encoding="utf-8")
    assert list((suite.path / "tmp ü").rglob("mlops-ws"))
