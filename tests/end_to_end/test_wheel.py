"""The built wheel with its extras, as from a package index, in an environment of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

pytestmark = [pytest.mark.installs, pytest.mark.timeout(1800)]

#: As the product's page has it: no conftest, nothing to import but what the test itself uses.
SUITE = """
import mlflow


def train(auc=0.9):
    with mlflow.start_run():
        mlflow.log_metric("auc", auc)


def test_train(workspace):
    train()
    assert workspace.mlflow.runs()[0].data.metrics["auc"] > 0.8


def test_no_bleed(workspace_factory):
    fraud, churn = workspace_factory("fraud"), workspace_factory("churn")
    with fraud.activate():
        train()
    churn.assert_untouched()
"""


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(place)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = place.glob("*.whl")
    uv = [sys.executable, "-m", "uv"]
    subprocess.run([*uv, "venv", "-q", "--python", sys.executable, place / "venv"], check=True)
    install = [*uv, "pip", "install", "-q", "--python", str(place / "venv"), f"{wheel}[demo]"]
    constraints = ["--constraints", str(ROOT / "requirements" / "demo.txt")]
    subprocess.run([*install, *constraints], check=True)
    return place / "venv" / "bin"


def run(environment: Path, place: Path, *command: str) -> str:
    home = place / "home"
    home.mkdir()
    directory = place / "suite ü"
    directory.mkdir()
    (directory / "test_train.py").write_text(SUITE, encoding="utf-8")
    done = subprocess.run(
        [environment / command[0], *command[1:]],
        cwd=directory,
        env={"HOME": str(home), "PATH": f"{environment}{os.pathsep}{os.environ['PATH']}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert sorted(path.name for path in directory.iterdir()) in (
        ["test_train.py"],
        [".pytest_cache", "__pycache__", "test_train.py"],
    )
    assert {path.name for path in home.iterdir()} <= {".cache"}
    return done.stdout


def test_suite_without_a_conftest_passes(environment: Path, tmp_path: Path) -> None:
    said = run(environment, tmp_path, "pytest", "-v")
    assert re.search(r"^plugins:.* mlops-ws-", said, re.MULTILINE)
    assert "2 passed" in said
    assert "mlops-ws: 3 workspaces, kept" in said
    assert [path.name for path in (tmp_path / "home" / ".cache").iterdir()] == ["mlops-ws"]
    # Of an installed plugin pytest rewrites every module that its hook lets through, and keeps it.
    (package,) = environment.parent.glob("lib/python3*/site-packages/pytest_mlops_ws")
    kept = {path.relative_to(package) for path in package.rglob("*-pytest-*.pyc")}
    rewritten = {str(path.parent.parent / path.name.partition(".")[0]) for path in kept}
    assert "plugin" in rewritten
    assert rewritten.isdisjoint({"settings/__init__", "guard/session", "workspaces/scratch"})


def test_demo_finds_what_it_copies(environment: Path, tmp_path: Path) -> None:
    # That it runs is seen where the README's command is typed.
    program = (
        "import sys; from pytest_mlops_ws.cli.demo.scratch import shipped;"
        " print(*map(shipped, sys.argv[1:]), sep='\\n')"
    )
    names = ("by_hand", "client", "monorepo")
    said = run(environment, tmp_path, "python", "-c", program, *names)
    for line, name in zip(said.splitlines(), names, strict=True):
        assert Path(line).parts[-3:] == ("pytest_mlops_ws", "examples", name)
        assert Path(line).is_dir()
