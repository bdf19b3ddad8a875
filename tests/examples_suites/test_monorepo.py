from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[2] / "examples" / "monorepo"
PYTEST = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider"]


def git(repo: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=test", "-c", "user.email=test@localhost"]
    return subprocess.run(
        ["git", *identity, *arguments], cwd=repo, check=True, capture_output=True, encoding="utf-8"
    ).stdout


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    path = tmp_path / "mono repo ü"
    shutil.copytree(EXAMPLE, path, ignore=shutil.ignore_patterns("__pycache__"))
    git(path, "init", "--quiet", "--initial-branch=main")
    git(path, "add", "--all")
    git(path, "commit", "--quiet", "--message", "three projects")
    return path


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["-p", "no:randomly"], id="plain"),
        pytest.param(
            ["-p", "randomly", "--randomly-seed=3", "-n", "2"], id="two workers, shuffled"
        ),
    ],
)
def test_suites_pass_and_leave_the_repository_as_it_was(
    repo: Path, cache: Path, tmp_path: Path, arguments: list[str]
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    done = subprocess.run(
        [*PYTEST, *arguments, f"--basetemp={tmp_path / 'tests'}"],
        cwd=repo,
        env={**os.environ, "HOME": str(home), "MLOPS_WS_CACHE_DIR": str(cache)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "12 passed" in done.stdout
    assert git(repo, "status", "--porcelain", "--untracked-files=all") == ""
    assert list(home.iterdir()) == []
