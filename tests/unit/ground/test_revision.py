from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from pytest_mlops_ws.ground.revision import revision

if TYPE_CHECKING:
    from pathlib import Path


def git(directory: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=t", "-c", "user.email=t@localhost"]
    command = ["git", *identity, *arguments]
    done = subprocess.run(command, cwd=directory, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    directory = tmp_path / "repo"
    directory.mkdir()
    git(directory, "init", "-q", "-b", "main")
    git(directory, "commit", "-qm", "first", "--allow-empty")
    return directory


def test_the_commit_of_a_branch_is_read_from_below(repo: Path) -> None:
    (repo / "a" / "b").mkdir(parents=True)
    assert revision(repo / "a" / "b") == git(repo, "rev-parse", "HEAD")


def test_a_packed_branch_a_detached_head_and_a_linked_work_tree(repo: Path, tmp_path: Path) -> None:
    head = git(repo, "rev-parse", "HEAD")
    git(repo, "pack-refs", "--all")
    assert revision(repo) == head
    git(repo, "worktree", "add", "-q", "-b", "other", str(tmp_path / "linked"))
    git(tmp_path / "linked", "commit", "-qm", "second", "--allow-empty")
    assert revision(tmp_path / "linked") == git(tmp_path / "linked", "rev-parse", "HEAD") != head
    git(repo, "checkout", "-q", "--detach")
    assert revision(repo) == head


def test_without_a_commit_or_a_repository_there_is_none(tmp_path: Path) -> None:
    assert revision(tmp_path) is None
    git(tmp_path, "init", "-q")
    assert revision(tmp_path) is None
    (tmp_path / ".git" / "HEAD").write_text("torn")
    assert revision(tmp_path) is None
