from __future__ import annotations

import errno
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from pytest_mlops_ws.ground import listing as module
from pytest_mlops_ws.ground.listing import Listing, listing
from pytest_mlops_ws.model.errors import EnvironmentFailedError

if TYPE_CHECKING:
    from pathlib import Path

IDENTITY = ("-c", "user.name=a", "-c", "user.email=a@b.example", "-c", "commit.gpgSign=false")


def git(root: Path, *arguments: str, **variables: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(root), *IDENTITY, *arguments],
        env=CLEAN | variables,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


CLEAN = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository with a first commit."""
    root = tmp_path / "repo"
    write(root, "a.txt", "sub/b.txt", "ignored.log")
    write(root, ".gitignore", text="*.log\n")
    git(root, "init", "-q", "-b", "main", ".")
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "first")
    return root


def write(root: Path, *names: str, text: str = "") -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")


def seen(root: Path, **variables: str) -> Listing:
    return listing(os.path.realpath(root), CLEAN | variables)


def test_what_is_untracked_need_not_be_looked_for(root: Path) -> None:
    write(root, "new.txt")
    found = listing(os.path.realpath(root), CLEAN, untracked=False)
    assert found == Listing([".gitignore", "a.txt", "sub/b.txt"], [], [])


def test_tracked_untracked_and_nothing_ignored(root: Path) -> None:
    write(root, "new.txt", "sub/new.log", "later/x.txt")
    assert seen(root) == Listing(
        [".gitignore", "a.txt", "sub/b.txt"], ["later/x.txt", "new.txt"], []
    )


def test_a_directory_of_a_repository_lists_its_own_part(root: Path) -> None:
    assert seen(root / "sub") == Listing(["b.txt"], [], [])


@pytest.mark.parametrize("name", ["line\nbreak", "tab\there", "ümlaut", 'quo"te', " space ", "-x"])
def test_odd_names(root: Path, name: str) -> None:
    write(root, name)
    assert seen(root).untracked == [name]
    git(root, "add", ".")
    assert name in seen(root).tracked


def test_a_name_that_is_no_text(root: Path) -> None:
    name = os.fsdecode(b"caf\xe9")
    write(root, name)
    assert seen(root).untracked == [name]


def test_links_are_told_apart(root: Path) -> None:
    (root / "link").symlink_to("sub")
    (root / "loop").symlink_to("loop")
    git(root, "add", ".")
    found = seen(root)
    assert found.links == ["link", "loop"]
    assert {"link", "loop"} < set(found.tracked)


def test_a_file_that_was_deleted_is_its_readers_business(root: Path) -> None:
    (root / "a.txt").unlink()
    assert "a.txt" in seen(root).tracked


def test_other_repositories_inside_are_not_entered(root: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    write(other, "theirs.txt")
    git(other, "init", "-q", ".")
    git(other, "add", ".")
    git(other, "commit", "-q", "-m", "x")
    git(root, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(other), "module")
    git(root, "clone", "-q", str(other), "clone")
    found = seen(root)
    assert found.tracked == [".gitignore", ".gitmodules", "a.txt", "sub/b.txt"]
    assert found.untracked == []
    assert seen(root / "module").tracked == ["theirs.txt"]


def test_a_conflict_lists_each_name_once(root: Path) -> None:
    git(root, "switch", "-q", "-c", "other")
    write(root, "a.txt", text="theirs")
    git(root, "commit", "-q", "-a", "-m", "x")
    git(root, "switch", "-q", "main")
    write(root, "a.txt", text="ours")
    git(root, "commit", "-q", "-a", "-m", "x")
    with pytest.raises(subprocess.CalledProcessError):
        git(root, "merge", "other")
    assert seen(root).tracked == [".gitignore", "a.txt", "sub/b.txt"]


def test_what_a_sparse_checkout_left_out_is_not_there(root: Path) -> None:
    git(root, "sparse-checkout", "set", "--no-cone", "/a.txt")
    assert seen(root).tracked == ["a.txt"]


def test_a_repository_without_a_commit(tmp_path: Path) -> None:
    write(tmp_path, "a.txt")
    git(tmp_path, "init", "-q", ".")
    assert seen(tmp_path) == Listing([], ["a.txt"], [])


def test_a_linked_work_tree(root: Path, tmp_path: Path) -> None:
    git(root, "worktree", "add", "-q", str(tmp_path / "tree"), "-b", "tree")
    write(tmp_path / "tree", "only-here.txt")
    git(tmp_path / "tree", "add", ".")
    assert "only-here.txt" in seen(tmp_path / "tree").tracked
    assert "only-here.txt" not in seen(root).tracked


HOOK = """\
#!/bin/sh
exec '{python}' -c "
import os
from pytest_mlops_ws.ground.listing import listing
found = listing(os.getcwd())
open('{log}', 'w').write(repr([os.environ['GIT_INDEX_FILE'], *found.tracked]))
"
"""


@pytest.fixture
def hooked(root: Path, tmp_path: Path) -> Path:
    hook = root / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(HOOK.format(python=sys.executable, log=tmp_path / "log"), encoding="utf-8")
    hook.chmod(0o755)
    return root


def test_in_a_hook_the_index_of_the_commit_is_read(hooked: Path, tmp_path: Path) -> None:
    write(hooked, "new.txt")
    git(hooked, "add", ".")
    git(hooked, "commit", "-q", "-m", "x")
    assert (tmp_path / "log").read_text() == repr(
        [".git/index", ".gitignore", "a.txt", "new.txt", "sub/b.txt"]
    )


def test_in_a_partial_commit_only_what_it_will_hold_is_tracked(
    hooked: Path, tmp_path: Path
) -> None:
    write(hooked, "staged.txt", "named.txt")
    git(hooked, "add", ".")
    git(hooked, "commit", "-q", "-m", "x", "named.txt")
    log = (tmp_path / "log").read_text()
    assert "/.git/next-index-" in log
    assert "'named.txt'" in log
    assert "'staged.txt'" not in log


def test_in_a_hook_of_a_linked_work_tree(hooked: Path, tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    git(hooked, "worktree", "add", "-q", str(tree), "-b", "tree")
    write(tree, "only-here.txt")
    git(tree, "add", ".")
    git(tree, "commit", "-q", "-m", "x")
    assert "'only-here.txt'" in (tmp_path / "log").read_text()


def test_variables_of_another_repository_are_ignored(root: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    write(other, "theirs.txt")
    git(other, "init", "-q", ".")
    git(other, "add", ".")
    expected = seen(root)
    for variables in (
        {"GIT_DIR": str(other / ".git")},
        {"GIT_DIR": str(other / ".git"), "GIT_WORK_TREE": str(other)},
        {"GIT_INDEX_FILE": str(other / ".git" / "index")},
        {"GIT_INDEX_FILE": ".git/next-index-1.lock"},
        {"GIT_DIR": str(tmp_path / "gone"), "GIT_COMMON_DIR": str(tmp_path / "gone")},
    ):
        assert seen(root, **variables) == expected


def test_an_index_elsewhere_counts_if_it_is_of_this_repository(root: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    git(root, "rm", "-q", "--cached", "a.txt", GIT_INDEX_FILE=str(root / ".git" / "index"))
    (root / ".git" / "index").rename(index)
    git(root, "reset", "-q")
    assert "a.txt" in seen(root).tracked
    found = seen(root, GIT_DIR=str(root / ".git"), GIT_INDEX_FILE=str(index))
    assert "a.txt" not in found.tracked


def test_a_repository_that_stands_apart_from_its_work_tree(tmp_path: Path) -> None:
    tree, apart = tmp_path / "tree", tmp_path / "apart.git"
    write(tree, "a.txt", "sub/b.txt")
    git(tmp_path, "init", "-q", "--bare", str(apart))
    variables = {"GIT_DIR": str(apart), "GIT_WORK_TREE": str(tree)}
    git(tree, "add", "a.txt", **variables)
    assert seen(tree, **variables) == Listing(["a.txt"], ["sub/b.txt"], [])
    assert seen(tree / "sub", **variables) == Listing([], ["b.txt"], [])
    assert seen(tree, GIT_DIR=str(apart), GIT_WORK_TREE=str(tmp_path / "else")).git is False


def test_git_is_needed_where_there_is_a_repository(
    root: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EnvironmentFailedError) as caught:
        seen(root)
    assert str(caught.value) == (
        f"git could not be started (No such file or directory), and {root} is a git repository:"
        " which of its files belong to it cannot be told. Install git, or mend PATH."
    )


def test_a_repository_that_git_distrusts_is_told_in_its_own_words(root: Path) -> None:
    with pytest.raises(EnvironmentFailedError) as caught:
        seen(root, GIT_TEST_ASSUME_DIFFERENT_OWNER="1", LC_ALL="C")
    assert str(caught.value) == (
        f"git could not list the files of {root}: fatal: detected dubious ownership in repository"
        f" at '{root}'\nTo add an exception for this directory, call:\n\n"
        f"\tgit config --global --add safe.directory {root}\n"
        f"Once 'git -C {root} ls-files' works, so does this."
    )


def test_a_broken_index_is_told(root: Path) -> None:
    (root / ".git" / "index").write_bytes(b"DIRC, or not")
    with pytest.raises(EnvironmentFailedError, match="index file"):
        seen(root)


def test_without_git_what_is_there_is_walked(tmp_path: Path) -> None:
    root = tmp_path / "plain"
    write(root, "a.txt", "sub/b.txt", "sub/.dvc/config", "sub/.dvc/cache/x", ".dvc/config")
    write(root, "node_modules/x", "venv-7/pyvenv.cfg", "venv-7/x", "build/x", ".hidden/x")
    (root / "sub" / "up").symlink_to("..")
    (root / "loop").symlink_to("loop")
    os.mkfifo(root / "pipe")
    assert seen(root) == Listing(
        [
            ".dvc/config",
            "a.txt",
            "loop",
            "sub/.dvc/config",
            "sub/b.txt",
            "sub/up",
        ],
        [],
        ["loop", "sub/up"],
        git=False,
    )


def test_a_walk_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = os.path.realpath(tmp_path)
    write(tmp_path, *(f"d{number}/x" for number in range(20)))
    monkeypatch.setattr(module, "MAX_FILES", 10)
    found = seen(tmp_path)
    assert len(found.tracked) == 10
    assert found.unseen == {"": f"after 10 files, the rest of {root} was not looked at"}
    monkeypatch.setattr(module, "MAX_DEPTH", 1)
    assert seen(tmp_path).unseen == {
        "": f"what is more than 1 directories below {root} was not looked at"
    }


def test_walk_goes_on_beside_what_cannot_be_listed(tmp_path: Path) -> None:
    write(tmp_path, "a/x", "b/x")
    inside = os.open(tmp_path / "a", os.O_RDONLY)
    for _ in range(os.pathconf(tmp_path, "PC_PATH_MAX") // 200 + 1):
        os.mkdir("d" * 200, dir_fd=inside)  # too deep for any path
        outer, inside = inside, os.open("d" * 200, os.O_RDONLY, dir_fd=inside)
        os.close(outer)
    os.close(inside)
    found = seen(tmp_path)
    assert (found.tracked, len(found.unseen)) == (["a/x", "b/x"], 1)
    ((path, reason),) = found.unseen.items()
    assert path.startswith(f"a/{'d' * 200}/d")
    assert reason == os.strerror(errno.ENAMETOOLONG)


def test_what_is_not_there_has_no_files(tmp_path: Path) -> None:
    assert seen(tmp_path / "gone") == Listing([], [], [], git=False)


def test_a_hook_pays_for_no_heavy_import(root: Path) -> None:
    program = (
        "import sys\nfrom pytest_mlops_ws.ground.listing import listing\n"
        f"assert listing({os.path.realpath(root)!r}).tracked\n"
        "heavy = {'pathlib', 'dataclasses', 'subprocess', 'selectors', 'hashlib', 'tempfile'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env=CLEAN, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
