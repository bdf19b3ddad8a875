from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from pytest_mlops_ws.cli.check.scope import relative, settled
from pytest_mlops_ws.model.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a file and a directory, which one stands in."""
    root = tmp_path / "repo"
    (root / ".git").mkdir(parents=True)
    (root / ".git" / "HEAD").touch()
    (root / "projects" / "fraud").mkdir(parents=True)
    (root / "projects" / "fraud" / "train.py").touch()
    monkeypatch.chdir(root)
    monkeypatch.delenv("GIT_DIR", raising=False)
    return root


def refused(*paths: str, repository: str | None = None) -> str:
    with pytest.raises(UsageError) as caught:
        settled(paths, repository)
    return str(caught.value)


def test_without_a_path_it_is_the_repository_around(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(root / "projects")
    scope = settled((), None)
    assert (scope.root, scope.paths) == (str(root), ())
    assert scope.covers("anything")


def test_paths_count_from_where_one_stands(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root / "projects")
    scope = settled(["fraud", "../projects/fraud/train.py"], None)
    assert scope.paths == ("projects/fraud", "projects/fraud/train.py")
    assert scope.covers("projects/fraud/a/b.py")
    assert not scope.covers("projects/fraud-2/a.py")


def test_root_as_a_path_is_everything(root: Path) -> None:
    assert settled(["."], None).paths == ("",)
    assert settled(["."], None).covers("anything")


def test_repository_is_that_of_the_first_path(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert settled(["repo/projects/fraud"], None).root == str(root)
    assert settled(["repo/projects/fraud/train.py"], None).paths == ("projects/fraud/train.py",)


def test_link_is_a_file_of_the_repository_wherever_it_leads(root: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.yaml").touch()
    (root / "workspace.yaml").symlink_to(tmp_path / "elsewhere.yaml")
    assert relative("workspace.yaml", str(root)) == "workspace.yaml"


def test_path_through_a_linked_directory_is_where_it_really_is(root: Path) -> None:
    (root / "short").symlink_to("projects/fraud")
    assert settled(["short/train.py"], None).paths == ("projects/fraud/train.py",)


def test_what_does_not_exist_is_refused(root: Path) -> None:
    assert refused("projects/churn") == "projects/churn: there is no such file or directory"
    assert refused(repository="nowhere") == "--repo nowhere: there is no such directory"


def test_path_of_another_repository_is_refused(root: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    assert refused("projects", "../other") == (
        f"../other is not in the repository {root}: check one repository at a time, or say"
        " --repo DIRECTORY"
    )


def test_without_git_it_is_where_the_workspaces_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = tmp_path / "repo" / "mlops" / "workspace" / "fraud"
    inside.mkdir(parents=True)
    monkeypatch.chdir(inside)
    monkeypatch.delenv("GIT_DIR", raising=False)
    assert settled((), None).root == str(tmp_path / "repo")


def test_without_anything_it_is_where_one_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GIT_DIR", raising=False)
    assert settled((), None).root == str(tmp_path)


def test_work_tree_without_a_git_directory_is_the_one_that_git_is_told(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = tmp_path / "tree"
    (tree / "part").mkdir(parents=True)
    monkeypatch.chdir(tree / "part")
    monkeypatch.setenv("GIT_DIR", str(root / ".git"))
    assert settled((), None).root == str(tree / "part")
    monkeypatch.setenv("GIT_WORK_TREE", str(tree))
    assert settled((), None).root == str(tree)


def test_working_directory_that_is_gone_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    assert refused().startswith("the working directory is gone: cd somewhere else")


def test_directory_of_ones_own_choice_is_the_repository(root: Path) -> None:
    scope = settled(["projects/fraud"], "projects")
    assert (scope.root, scope.paths) == (os.path.realpath("projects"), ("fraud",))
