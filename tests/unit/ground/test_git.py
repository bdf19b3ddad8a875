from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_mlops_ws.ground import git
from pytest_mlops_ws.ground.files import write_tree

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Git = Callable[..., str]

PRIVATE = Path("/private")
FILES = {
    ".dvc/.gitignore": b"/config.local\n",
    ".dvc/config": b"[core]\n",
    ".dvcignore": b"",
    "a": b"a file\n",
    "a.b": "sorts before the directory a-b, ü\n".encode(),
    "a-b/deep/er/workspace.yaml": b"project_name: fraud\n" * 50,
    "x.y": b"sorts before the directory x\n",
    "x/z": b"",
    "large": bytes(range(256)) * 300,
    "ümlaut and space.txt": b"\x00\xff",
}


@pytest.fixture(params=["plain", "with space and ümlaut"])
def root(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    directory = tmp_path / request.param
    directory.mkdir()
    return directory


@pytest.fixture(autouse=True)
def _hidden(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    private = tmp_path / "private"
    write_tree(private, {git.GLOBAL_CONFIG: git.IDENTITY})
    _apply(git.environment(private, "hide"), monkeypatch)


@pytest.fixture
def run(root: Path) -> Git:
    """Run git in the repository; what it says on either stream, or an error if it fails."""

    def run(*arguments: str, cwd: Path = root) -> str:
        done = subprocess.run(["git", *arguments], cwd=cwd, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()
        return (done.stdout + done.stderr).decode()

    return run


def _apply(variables: Mapping[str, str | None], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in variables.items():
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)


def test_a_new_repository_is_clean_and_sound(root: Path, run: Git) -> None:
    git.write_repository(root, FILES)
    write_tree(root, FILES)

    assert run("status", "--porcelain") == ""
    assert run("fsck", "--strict", "--full", "--no-progress") == ""
    assert run("branch", "--show-current") == "main\n"
    assert run("ls-tree", "-r", "-z", "--name-only", "HEAD").split("\0")[:-1] == sorted(FILES)
    assert run("log", "--format=%an <%ae> %cn <%ce> %cI %P") == (
        "mlops-ws <mlops-ws@localhost> mlops-ws <mlops-ws@localhost> 2025-01-01T00:00:00+00:00 \n"
    )


def test_the_commit_is_the_one_git_would_make(
    root: Path, tmp_path: Path, run: Git, monkeypatch: pytest.MonkeyPatch
) -> None:
    git.write_repository(root, FILES)
    other = tmp_path / "other"
    write_tree(other, FILES)
    monkeypatch.setenv("GIT_AUTHOR_DATE", f"{git.COMMIT_TIME} +0000")
    monkeypatch.setenv("GIT_COMMITTER_DATE", f"{git.COMMIT_TIME} +0000")
    run("init", "--initial-branch=main", cwd=other)
    run("add", ".", cwd=other)
    run("commit", "-m", "New workspace", cwd=other)

    assert run("rev-parse", "HEAD") == run("rev-parse", "HEAD", cwd=other)


def test_content_that_differs_is_seen_as_a_change(root: Path, run: Git) -> None:
    git.write_repository(root, FILES)
    write_tree(root, {**FILES, "a": b"B file\n"})

    assert run("status", "--porcelain") == " M a\n"


def test_it_lives_like_any_repository(root: Path, tmp_path: Path, run: Git) -> None:
    git.write_repository(root, FILES)
    write_tree(root, FILES)

    (root / "a").write_bytes(b"changed\n")
    run("commit", "--all", "-m", "second")
    run("switch", "-c", "branch")
    run("stash", "list")
    run("gc", "--aggressive", "--prune=now", "--quiet")
    run("clone", os.fspath(root), os.fspath(tmp_path / "clone"))

    assert run("fsck", "--strict", "--no-progress") == ""
    assert run("rev-list", "--count", "HEAD", cwd=tmp_path / "clone") == "2\n"
    assert (tmp_path / "clone" / "a").read_bytes() == b"changed\n"
    assert run("status", "--porcelain", cwd=tmp_path / "clone") == ""


def test_many_files_share_a_first_byte(root: Path, run: Git) -> None:
    files = {f"data/{n:04}.txt": f"{n}\n".encode() for n in range(600)}
    git.write_repository(root, files)
    write_tree(root, files)

    assert run("status", "--porcelain") == ""
    assert run("fsck", "--strict", "--full", "--no-progress") == ""


def test_an_empty_first_commit_is_sound(root: Path, run: Git) -> None:
    git.write_repository(root, {})

    assert run("status", "--porcelain") == ""
    assert run("fsck", "--strict", "--full", "--no-progress") == ""


def test_an_existing_repository_is_refused_untouched(root: Path, run: Git) -> None:
    run("init", "--quiet")
    before = sorted((root / ".git").rglob("*"))

    with pytest.raises(FileExistsError):
        git.write_repository(root, FILES)

    assert sorted((root / ".git").rglob("*")) == before


def test_the_users_own_ignores_attributes_and_identity_do_not_reach_in(
    root: Path, tmp_path: Path, run: Git, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    write_tree(
        home,
        {
            ".gitconfig": b"[user]\nname = Someone\n[commit]\ngpgSign = true\n",
            ".config/git/ignore": b"*.csv\n",
            ".config/git/attributes": b"* filter=missing\n",
        },
    )
    monkeypatch.setenv("HOME", os.fspath(home))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    git.write_repository(root, FILES)
    write_tree(root, FILES)
    (root / "data.csv").write_text("1\n")

    assert run("status", "--porcelain") == "?? data.csv\n"
    assert run("check-attr", "filter", "data.csv") == "data.csv: filter: unspecified\n"
    run("add", "data.csv")
    run("commit", "-m", "data")
    assert run("log", "-1", "--format=%an") == "mlops-ws\n"

    own = tmp_path / "made by the test"
    run("init", "--quiet", os.fspath(own))
    (own / "data.csv").write_text("1\n")
    assert run("status", "--porcelain", cwd=own) == "?? data.csv\n"
    assert run("check-attr", "filter", "data.csv", cwd=own) == "data.csv: filter: unspecified\n"


def test_the_pinned_settings_hold_without_the_variables(
    root: Path, tmp_path: Path, run: Git, monkeypatch: pytest.MonkeyPatch
) -> None:
    """libgit2, inside DVC, reads ~/.gitconfig whatever GIT_CONFIG_GLOBAL says."""
    theirs = b"[core]\nautocrlf = true\n[user]\nname = Someone\n[commit]\ngpgSign = true\n"
    write_tree(tmp_path, {"home/.gitconfig": theirs})
    for name in git.environment(PRIVATE, "hide"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", os.fspath(tmp_path / "home"))
    git.write_repository(root, FILES)

    assert run("config", "core.autocrlf") == "false\n"
    assert run("config", "commit.gpgSign") == run("config", "tag.gpgSign") == "false\n"
    assert run("config", "gc.auto") == "0\n"
    assert run("config", "user.name") == "mlops-ws\n"
    assert run("config", "user.email") == "mlops-ws@localhost\n"


@pytest.mark.parametrize("ambient", ["hide", "inherit"])
def test_variables_of_a_git_hook_do_not_redirect(
    ambient: str, root: Path, tmp_path: Path, run: Git, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = tmp_path / "real"
    write_tree(real, {"README": b"real\n"})
    run("init", "--quiet", cwd=real)
    redirecting = {
        "GIT_DIR": real / ".git",
        "GIT_WORK_TREE": real,
        "GIT_INDEX_FILE": real / ".git" / "index",
        "GIT_OBJECT_DIRECTORY": real / ".git" / "objects",
        "GIT_PREFIX": "sub/",
        "GIT_NAMESPACE": "other",
    }
    for name, value in redirecting.items():
        monkeypatch.setenv(name, os.fspath(value))
    _apply(git.environment(PRIVATE, "hide" if ambient == "hide" else "inherit"), monkeypatch)
    git.write_repository(root, FILES)
    write_tree(root, {**FILES, "new": b""})

    assert git.repo_root(root) == root.resolve()
    run("add", "new")
    assert run("diff", "--cached", "--name-only") == "new\n"
    assert not (real / ".git" / "index").exists()
    assert not redirecting.keys() & os.environ.keys()


def test_all_that_git_calls_local_to_a_repository_is_decided(run: Git) -> None:
    local = set(run("rev-parse", "--local-env-vars").split())
    configuration = {"GIT_CONFIG_PARAMETERS", "GIT_CONFIG_COUNT"}

    hidden = {name for name, value in git.environment(PRIVATE, "hide").items() if value is None}
    assert local <= hidden
    assert local - configuration <= set(git.environment(PRIVATE, "inherit"))
    assert not configuration & set(git.environment(PRIVATE, "inherit"))


@pytest.mark.parametrize("ambient", ["hide", "inherit"])
def test_the_way_to_a_server_is_left_alone(ambient: str) -> None:
    variables = git.environment(PRIVATE, "hide" if ambient == "hide" else "inherit")
    assert not {
        "GIT_ASKPASS",
        "GIT_CEILING_DIRECTORIES",
        "GIT_PROXY_SSL_CAINFO",
        "GIT_SSH",
        "GIT_SSH_COMMAND",
        "GIT_SSL_CAINFO",
        "GIT_SSL_NO_VERIFY",
        "SSH_ASKPASS",
    } & set(variables)


def test_a_clone_of_the_tests_own_has_an_author(root: Path, tmp_path: Path, run: Git) -> None:
    git.write_repository(root, FILES)
    run("clone", "--quiet", os.fspath(root), os.fspath(tmp_path / "clone"))
    run("commit", "--allow-empty", "-m", "mine", cwd=tmp_path / "clone")

    assert run("log", "-1", "--format=%ae", cwd=tmp_path / "clone") == "mlops-ws@localhost\n"


def test_root_is_found_from_below_and_through_a_link(root: Path, tmp_path: Path) -> None:
    git.write_repository(root, {})
    below = root / "a" / "b"
    below.mkdir(parents=True)
    (tmp_path / "link").symlink_to(below)

    assert git.repo_root(below) == root.resolve()
    assert git.repo_root(tmp_path / "link") == root.resolve()
    assert git.repo_root(root / "not" / "there") == root.resolve()


def test_root_of_a_linked_work_tree_is_its_own(root: Path, tmp_path: Path, run: Git) -> None:
    git.write_repository(root, FILES)
    run("worktree", "add", "--quiet", os.fspath(tmp_path / "linked"))

    assert git.repo_root(tmp_path / "linked" / "a-b") == (tmp_path / "linked").resolve()


def test_a_directory_that_only_looks_like_a_repository_is_none(tmp_path: Path) -> None:
    (tmp_path / "sub" / ".git").mkdir(parents=True)
    git.write_repository(tmp_path, {})

    assert git.repo_root(tmp_path / "sub") == tmp_path.resolve()


def test_no_repository_above_is_none() -> None:
    assert git.repo_root(Path("/")) is None
