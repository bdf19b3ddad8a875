from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_mlops_ws.ground import git
from pytest_mlops_ws.ground.dvc_config import REMOTE
from pytest_mlops_ws.ground.files import write_tree
from pytest_mlops_ws.model.errors import EnvironmentFailedError, UsageError
from pytest_mlops_ws.tools.dvc import TOOL

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pytest_mlops_ws.model.spec import WorkspaceSpec

    Make = Callable[..., WorkspaceSpec]

pytestmark = pytest.mark.isolation


def _files(root: Path) -> Mapping[str, bytes]:
    """All of a tree but git's own and what DVC writes when it runs."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and not {".git", "tmp"} & set(path.relative_to(root).parts)
    }


def _run(*command: str, cwd: Path) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def _dvc(*arguments: str, cwd: Path) -> str:
    return _run(sys.executable, "-m", "dvc", *arguments, cwd=cwd)


def test_inside_git_it_equals_dvc_init_subdir(
    base: Path, make_spec: Make, active: WorkspaceSpec
) -> None:
    by_dvc = base / "by-dvc"
    by_dvc.mkdir()
    _run("git", "init", "--quiet", cwd=base)
    _dvc("init", "--quiet", "--subdir", cwd=by_dvc)
    remote = os.path.relpath(base / ".remotes" / "ours", by_dvc)
    _dvc("remote", "add", "--quiet", "--default", REMOTE, remote, cwd=by_dvc)

    ours = make_spec("ours")
    TOOL.create(ours, scratch=True)

    assert _files(ours.root_path) == _files(by_dvc)
    assert _files(ours.root_path) == TOOL.skeleton(ours, scm=True)


def test_outside_git_it_equals_dvc_init_no_scm(
    base: Path, make_spec: Make, active: WorkspaceSpec
) -> None:
    by_dvc = base / "by-dvc"
    by_dvc.mkdir()
    _dvc("init", "--quiet", "--no-scm", cwd=by_dvc)
    remote = os.path.relpath(base / ".remotes" / "ours", by_dvc)
    _dvc("remote", "add", "--quiet", "--default", REMOTE, remote, cwd=by_dvc)

    ours = make_spec("ours")
    TOOL.create(ours, scratch=True)

    assert _files(ours.root_path) == _files(by_dvc)
    assert _files(ours.root_path) == TOOL.skeleton(ours, scm=False)


def test_the_repository_is_ready_to_add_push_and_pull_in_a_clone(
    base: Path, active: WorkspaceSpec
) -> None:
    root = active.root_path
    (root / "dvc" / "data.csv").write_text("a,b\n1,2\n")

    _dvc("add", "dvc/data.csv", cwd=root)
    _dvc("push", cwd=root)
    _run("git", "add", ".", cwd=root)
    _run("git", "commit", "--quiet", "-m", "data", cwd=root)
    clone = base / "clone"
    _run("git", "clone", "--quiet", os.fspath(root), os.fspath(clone), cwd=base)
    _dvc("pull", cwd=clone)

    assert (clone / "dvc" / "data.csv").read_text() == "a,b\n1,2\n"
    assert _run("git", "status", "--porcelain", cwd=root) == ""
    assert any(path.is_file() for path in Path(active.dvc_remote_path).rglob("*"))


def test_collecting_garbage_leaves_the_siblings_data(
    make_workspace: Make, activate: object
) -> None:
    assert callable(activate)
    fraud, churn = make_workspace("fraud"), make_workspace("churn")
    for spec in (fraud, churn):
        with activate(spec):
            data = spec.area("dvc") / "data.csv"
            data.write_text(spec.project_name)
            _dvc("add", "dvc/data.csv", cwd=spec.root_path)
            _dvc("push", cwd=spec.root_path)
    before = _files(Path(churn.dvc_remote_path))

    with activate(fraud):
        (fraud.area("dvc") / "data.csv.dvc").unlink()
        _dvc("gc", "--workspace", "--cloud", "--force", cwd=fraud.root_path)

    assert _files(Path(fraud.dvc_remote_path)) == {}
    assert _files(Path(churn.dvc_remote_path)) == before != {}


@pytest.mark.parametrize("scratch", [True, False])
def test_a_users_files_are_left_alone(make_spec: Make, *, scratch: bool) -> None:
    spec = make_spec()
    write_tree(spec.root_path, {".dvc/config": b"[core]\n    analytics = false\n"})

    TOOL.create(spec, scratch=scratch)
    TOOL.create(spec, scratch=scratch)

    assert _files(spec.root_path) == {
        **TOOL.skeleton(spec, scm=False),
        ".dvc/config": b"[core]\n    analytics = false\n",
    }


def test_both_ways_to_write_give_the_same(make_spec: Make) -> None:
    scratch, real = make_spec("scratch"), make_spec("real")
    TOOL.create(scratch, scratch=True)
    TOOL.create(real, scratch=False)

    def neutral(spec: WorkspaceSpec) -> dict[str, bytes]:
        name = spec.project_name.encode()
        found = _files(spec.root_path)
        return {path: content.replace(name, b"<name>") for path, content in found.items()}

    assert neutral(scratch) == neutral(real)
    assert Path(real.dvc_remote_path).is_dir()
    assert Path(scratch.dvc_remote_path).is_dir()


def test_nothing_is_made_in_a_repository_that_stands_elsewhere(base: Path, make_spec: Make) -> None:
    existing = base / "data-repo"
    existing.mkdir()
    spec = make_spec(dvc_repo_path=existing, dvc_remote_path="s3://bucket/fraud")
    spec.root_path.mkdir()

    TOOL.create(spec, scratch=True)

    assert _files(base) == {}
    assert sorted(base.iterdir()) == sorted([existing, spec.root_path])


@pytest.mark.parametrize(
    "remote",
    [
        "s3://bucket/path",
        "ssh://user@host:22/path",
        "/absolute/with space",
        "/ümlaut",
        "/comma,separated,list",
        "/hash#tag",
        "/percent%20 and %(not closed",
        '/double"quote',
        "/single'quote",
        "/semi;colon = equals [section]",
        "/back\\slash",
        " /leading space",
    ],
)
def test_dvc_reads_the_remote_as_it_was_declared(
    remote: str, make_spec: Make, active: WorkspaceSpec, tmp_path: Path
) -> None:
    from dvc.config import Config

    if remote.startswith("/"):
        remote = f"{tmp_path}/elsewhere{remote}"
    spec = make_spec("declared", dvc_remote_path=remote)
    TOOL.create(spec, scratch=True)

    config = Config.load_file(os.fspath(spec.root_path / ".dvc" / "config"))
    assert config["core"]["remote"] == REMOTE
    assert config["remote"] == {REMOTE: {"url": remote}}
    # What stands elsewhere may not be mounted now: it is not ours to make.
    assert not (tmp_path / "elsewhere").exists()


def test_a_remote_inside_the_repository_travels_with_it(
    make_spec: Make, base: Path, tmp_path: Path
) -> None:
    _run("git", "init", "--quiet", cwd=tmp_path)
    spec = make_spec("declared", dvc_remote_path=f"{tmp_path}/data/remote")
    TOOL.create(spec, scratch=True)
    config = (spec.root_path / ".dvc" / "config").read_text(encoding="utf-8")
    assert config.endswith("    url = ../../../data/remote\n")


@pytest.mark.parametrize("remote", ["x://%(name)s", "x://both\"and'", "x://line\nbreak"])
def test_a_remote_that_dvc_cannot_spell_is_refused_before_anything_is_made(
    remote: str, make_spec: Make
) -> None:
    spec = make_spec(dvc_remote_path=remote)

    with pytest.raises(UsageError, match="dvc_remote_path"):
        TOOL.create(spec, scratch=True)

    assert not spec.root_path.exists()


@pytest.mark.parametrize("scratch", [True, False])
def test_what_cannot_be_written_is_said(make_spec: Make, base: Path, *, scratch: bool) -> None:
    (base / "fraud").write_text("a file in the way")

    with pytest.raises(EnvironmentFailedError, match="Cannot write"):
        TOOL.create(make_spec(), scratch=scratch)


def test_the_first_commit_holds_the_skeleton(spec: WorkspaceSpec) -> None:
    assert git.repo_root(spec.root_path) == spec.root_path.resolve()
    assert _run("git", "status", "--porcelain", cwd=spec.root_path) == ""
    assert set(_run("git", "ls-files", cwd=spec.root_path).split()) == {
        "workspace.yaml",
        *TOOL.skeleton(spec, scm=True),
    }
