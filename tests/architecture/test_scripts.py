from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHELL = shutil.which("sh") or "/bin/sh"


def program(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!{SHELL}\n{text}\n", encoding="utf-8")
    path.chmod(0o755)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "scripts", tmp_path / "scripts")
    return tmp_path


def run(tree: Path, script: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [SHELL, f"scripts/{script}.sh"],
        cwd=tree,
        env={"PATH": str(tree / "bin"), "HOME": str(tree), **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_a_python_the_remedy_is_named(tree: Path) -> None:
    program(tree / "bin" / "python3", "echo 'a shim that names no version' >&2; exit 127")
    program(tree / "bin" / "dirname", 'echo "${1%/*}"')
    done = run(tree, "test")
    assert done.returncode == 1
    assert done.stderr == (
        "No Python 3.11 or newer with the module venv was found on PATH.\n"
        "Install one (on Debian and Ubuntu: python3 and python3-venv), and try again.\n"
    )
    assert not (tree / ".venv").exists()


def test_what_steers_the_tools_in_the_callers_shell_does_not_reach_the_suite(tree: Path) -> None:
    program(tree / ".venv" / "bin" / "uv", "exit 0")
    program(tree / ".venv" / "bin" / "python", 'case "$*" in *pytest*) /usr/bin/env ;; esac')
    steering = {
        "BENTOML_HOME": "/theirs",
        "DVC_ROOT": "/theirs",
        "MLFLOW_TRACKING_URI": "https://tracking.example",
        "PYTEST_ADDOPTS": "-x",
        "PYTHONPATH": "/theirs",
        "VIRTUAL_ENV": "/theirs",
    }
    kept = {"AWS_PROFILE": "test", "MLOPS_WS_STOCK": "1"}
    done = run(tree, "test", PATH=os.environ["PATH"], **steering, **kept)
    seen = dict(line.split("=", 1) for line in done.stdout.splitlines() if "=" in line)
    assert done.returncode == 0, done.stderr
    assert not seen.keys() & steering.keys()
    assert seen.items() >= kept.items()


def test_the_matrix_takes_no_shim_for_an_interpreter(tree: Path) -> None:
    program(tree / "bin" / "python3.12", "echo 'a shim that names no version' >&2; exit 127")
    (tree / "tests").mkdir()
    shutil.copy(ROOT / "tests" / "matrix.toml", tree / "tests")
    done = subprocess.run(
        [sys.executable, "scripts/matrix.py", "--list"],
        cwd=tree,
        env={"PATH": str(tree / "bin"), "HOME": str(tree), "PYENV_ROOT": str(tree)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert str(tree) not in done.stdout
    own = "{}.{}".format(*sys.version_info)
    assert f"\npython {own}, all of MLflow\n" in done.stdout


def test_the_matrix_leaves_no_release_out() -> None:
    releases = tomllib.loads((ROOT / "tests" / "matrix.toml").read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    locked = (ROOT / "requirements" / "dev.txt").read_text(encoding="utf-8")
    minors = [tuple(map(int, version.split(".")[:2])) for version in releases["mlflow"]]
    assert minors == [(3, minor) for minor in range(minors[0][1], minors[-1][1] + 1)]
    assert project["optional-dependencies"]["mlflow"] == [
        f"mlflow>={'.'.join(map(str, minors[0]))}"
    ]
    assert project["optional-dependencies"]["dvc"] == [f"dvc>={releases['dvc'][0]}"]
    for tool in ("bentoml", "evidently"):
        assert project["optional-dependencies"][tool][0] == f"{tool}>={releases[tool]}"
    for tool in ("mlflow", "dvc"):
        assert re.findall(rf"(?m)^{tool}==(\S+)", locked) == [releases[tool][-1]]
