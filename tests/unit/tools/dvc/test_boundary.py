from __future__ import annotations

import gc
import math
import os
import shutil
import subprocess
import sys
import warnings
from contextlib import closing, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_mlops_ws import settings
from pytest_mlops_ws.model.errors import WorkspaceBoundaryError
from pytest_mlops_ws.tools.dvc import TOOL

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from pytest_mlops_ws.model.spec import WorkspaceSpec

    Make = Callable[..., WorkspaceSpec]
    Activate = Callable[..., AbstractContextManager[None]]
    Call = Callable[[], object]

pytestmark = pytest.mark.isolation


@pytest.fixture
def old(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every repository be older than this process."""
    monkeypatch.setattr(settings, "started_at", math.inf)


@pytest.fixture
def real(old: None, make_workspace: Make, monkeypatch: pytest.MonkeyPatch) -> WorkspaceSpec:
    """The developer's own repository, in whose `dvc/` the tests run."""
    spec = make_workspace("real")
    (spec.root_path / "params.yaml").write_text("a: 1\n")
    monkeypatch.chdir(spec.area("dvc"))
    return spec


def _repo() -> object:
    from dvc.repo import Repo

    with closing(Repo()) as repo:
        return repo.root_dir


def _repo_of_dot() -> object:
    from dvc.repo import Repo

    with closing(Repo(os.curdir)) as repo:
        return repo.root_dir


def _repo_at_revision() -> object:
    from dvc.repo import Repo

    with closing(Repo(rev="HEAD")) as repo:
        return repo.root_dir


def _find_root() -> object:
    from dvc.repo import Repo

    return Repo.find_root()


def _open() -> object:
    from dvc.repo import Repo

    with closing(Repo.open(None)) as repo:
        return repo.root_dir


def _init() -> object:
    from dvc.repo import Repo

    with closing(Repo.init(no_scm=True)) as repo:
        return repo.root_dir


def _config() -> object:
    from dvc.config import Config

    return Config.from_cwd()


def _params_show() -> object:
    from dvc import api

    return api.params_show()


def _all_branches() -> object:
    from dvc import api

    return api.all_branches()


def _file_system() -> object:
    from dvc.api import DVCFileSystem

    found = DVCFileSystem().ls("/")
    # Its databases are left to the collector, which says so in Python 3.13: here, where DVC did.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()
    return found


IMPLICIT = [
    _repo,
    _repo_of_dot,
    _repo_at_revision,
    _find_root,
    _open,
    _init,
    _config,
    _params_show,
    _all_branches,
    _file_system,
]


@pytest.mark.parametrize("call", IMPLICIT)
def test_a_call_that_names_no_repository_is_refused_in_the_real_one(
    call: Call, real: WorkspaceSpec, spec: WorkspaceSpec, activate: Activate
) -> None:
    before = TOOL.watch(real)

    with activate(spec), pytest.raises(WorkspaceBoundaryError) as refusal:
        call()

    root = os.path.realpath(real.root_path)
    assert refusal.value.details == {"dvc_root": root}
    assert refusal.value.workspace == "fraud"
    assert root in refusal.value.message
    for remedy in ("@pytest.mark.workspace(chdir=True)", "workspace.dvc.repo", f"repo={root!r}"):
        assert remedy in refusal.value.message
    assert TOOL.watch(real) == before


@pytest.mark.parametrize("call", IMPLICIT)
def test_the_same_call_works_for_people_and_before_and_after(
    call: Call, real: WorkspaceSpec, spec: WorkspaceSpec, activate: Activate
) -> None:
    def works() -> None:
        try:
            call()
        except WorkspaceBoundaryError:
            pytest.fail("refused")

    if call is _init:  # it makes a repository, here and now
        return
    works()
    with activate(spec), pytest.raises(WorkspaceBoundaryError):
        call()
    works()
    with activate(spec, "inherit"):
        works()


def test_the_command_line_in_process_is_refused(
    real: WorkspaceSpec,
    spec: WorkspaceSpec,
    activate: Activate,
    capsys: pytest.CaptureFixture[str],
) -> None:
    from dvc.cli import main

    before = TOOL.watch(real)
    with activate(spec):
        assert main(["remote", "add", "other", "/elsewhere"]) == 255
        assert "@pytest.mark.workspace(chdir=True)" in capsys.readouterr().err
    assert TOOL.watch(real) == before


def test_the_real_repository_may_be_named(
    real: WorkspaceSpec, spec: WorkspaceSpec, activate: Activate
) -> None:
    from dvc import api
    from dvc.repo import Repo

    with activate(spec):
        assert api.params_show(repo=os.fspath(real.root_path)) == {"a": 1}
        with Repo(os.fspath(real.root_path)) as repo:
            assert repo.root_dir == os.path.realpath(real.root_path)
        with Repo.open(os.fspath(real.root_path)):
            pass
        assert Repo.find_root(os.fspath(real.area("dvc")))


@pytest.mark.parametrize("before", [True, False], ids=["entered before", "entered inside"])
def test_a_test_that_stands_in_the_workspace_uses_it(
    real: WorkspaceSpec,
    spec: WorkspaceSpec,
    activate: Activate,
    monkeypatch: pytest.MonkeyPatch,
    *,
    before: bool,
) -> None:
    if before:
        monkeypatch.chdir(spec.root_path)
    with activate(spec):
        monkeypatch.chdir(spec.root_path)
        assert _repo() == _find_root() == _open() == os.path.realpath(spec.root_path)


def test_a_repository_that_the_test_makes_and_enters_is_its_own(
    real: WorkspaceSpec,
    spec: WorkspaceSpec,
    activate: Activate,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with activate(spec):
        monkeypatch.chdir(tmp_path)
        assert _init() == _repo() == _open() == os.path.realpath(tmp_path)


def test_a_repository_that_a_fixture_made_and_entered_is_the_tests_own(
    make_workspace: Make,
    spec: WorkspaceSpec,
    activate: Activate,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = make_workspace("made")
    monkeypatch.chdir(made.root_path)

    with activate(spec):
        assert _repo() == _open() == os.path.realpath(made.root_path)


def test_without_a_repository_dvc_says_so_itself(
    old: None,
    spec: WorkspaceSpec,
    activate: Activate,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from dvc.exceptions import NotDvcRepoError

    monkeypatch.chdir(tmp_path)
    with activate(spec), pytest.raises(NotDvcRepoError):
        _repo()


def test_an_inner_workspace_does_not_open_the_outer_one_by_accident(
    old: None,
    make_workspace: Make,
    spec: WorkspaceSpec,
    activate: Activate,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    outer = make_workspace("outer")
    with activate(outer):
        monkeypatch.chdir(outer.root_path)
        with activate(spec), pytest.raises(WorkspaceBoundaryError):
            _repo()
        assert _repo() == os.path.realpath(outer.root_path)


def test_another_file_system_has_no_working_directory(
    real: WorkspaceSpec, spec: WorkspaceSpec, activate: Activate
) -> None:
    from dvc.repo import Repo

    with activate(spec), Repo(os.fspath(real.root_path), rev="HEAD") as repo:
        with Repo(fs=repo.fs, scm=repo.scm) as again:
            assert again.root_dir
        assert Repo.find_root(None, repo.fs)


@pytest.mark.parametrize("failing", [False, True])
def test_dvc_is_as_before_afterwards(
    real: WorkspaceSpec, spec: WorkspaceSpec, activate: Activate, *, failing: bool
) -> None:
    from dvc.repo import Repo

    before = dict(vars(Repo))
    with pytest.raises(KeyboardInterrupt) if failing else nullcontext(), activate(spec):
        with activate(spec):
            assert vars(Repo)["find_root"] is not before["find_root"]
        if failing:
            raise KeyboardInterrupt

    assert dict(vars(Repo)) == before
    assert all(vars(Repo)[name] is value for name, value in before.items())


def test_a_hook_put_back_by_a_longer_lived_patch_does_nothing(
    real: WorkspaceSpec, spec: WorkspaceSpec, activate: Activate, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dvc.repo import Repo

    before = vars(Repo)["find_root"]
    with activate(spec):
        hook = vars(Repo)["find_root"]
    with monkeypatch.context() as patch:
        patch.setattr(Repo, "find_root", hook)
        assert _find_root() == os.path.realpath(real.root_path)
    assert vars(Repo)["find_root"] is before


@pytest.mark.parametrize("name", ["find_root", "open", "init"])
def test_a_release_without_the_name_is_left_alone(
    name: str, spec: WorkspaceSpec, activate: Activate, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dvc.repo import Repo

    with monkeypatch.context() as patch:
        patch.delattr(Repo, name)
        with activate(spec):
            assert not hasattr(Repo, name)
        assert not hasattr(Repo, name)


def test_dvc_imported_inside_is_watched_and_released(
    real: WorkspaceSpec, spec: WorkspaceSpec, make_spec: Make
) -> None:
    script = f"""
import math, os
from pathlib import Path
from pytest_mlops_ws.model.errors import WorkspaceBoundaryError
from pytest_mlops_ws.model.spec import WorkspaceSpec
from pytest_mlops_ws.tools.dvc import TOOL

root = Path({os.fspath(spec.root_path)!r})
spec = WorkspaceSpec("fraud", root, "", "", "", "", root, "", "")
with TOOL.state(spec, "hide"), TOOL.state(spec, "hide"):
    from dvc.repo import Repo
    try:
        Repo()
    except WorkspaceBoundaryError as refusal:
        print(refusal.details)
print(Repo().root_dir, "__wrapped__" in vars(Repo.__init__))
"""
    # The repository of the working directory is older than that process.
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    root = os.path.realpath(real.root_path)
    assert (done.stdout, done.stderr) == (f"{ {'dvc_root': root} }\n{root} False\n", "")


def test_repositories_opened_inside_are_closed(spec: WorkspaceSpec, activate: Activate) -> None:
    from dvc.repo import Repo

    with Repo(os.fspath(spec.root_path)):
        pass  # what is opened once for the whole process
    gc.collect()  # what other tests left open is no part of the count
    before = len(list(Path("/proc/self/fd").iterdir()))
    kept = []
    for _ in range(3):
        with activate(spec):
            repo = Repo(os.fspath(spec.root_path))
            (spec.area("dvc") / "data").write_text("1")
            repo.add([os.fspath(spec.area("dvc") / "data")])
            repo.status()
            repo.data_index.ls((), detail=False)
            kept.append(repo)

    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_a_repository_of_an_outer_activation_stays_open(
    make_workspace: Make, spec: WorkspaceSpec, activate: Activate, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dvc.repo import Repo

    closed: list[object] = []
    original = Repo.close
    monkeypatch.setattr(Repo, "close", lambda repo: (closed.append(repo), original(repo)))
    outer = make_workspace("outer")
    with activate(outer):
        theirs = Repo(os.fspath(outer.root_path))
        with activate(spec):
            ours = Repo(os.fspath(spec.root_path))
        assert closed == [ours]
    assert theirs in closed


def test_a_repository_that_cannot_be_closed_is_no_obstacle(
    spec: WorkspaceSpec, activate: Activate
) -> None:
    from dvc.repo import Repo

    closed: list[str] = []

    class Broken(Repo):  # type: ignore[misc]  # DVC ships no types
        def close(self) -> None:
            closed.append("tried")
            super().close()
            message = "broken"
            raise RuntimeError(message)

    with activate(spec):
        repo = Broken(os.fspath(spec.root_path))
    assert closed == ["tried"]
    assert repo.root_dir


def test_a_repository_whose_directory_is_gone_leaves_no_file_open(
    make_workspace: Make, activate: Activate
) -> None:
    from dvc.repo import Repo

    spec = make_workspace("gone", scm=False)
    with activate(spec):
        repo = Repo(os.fspath(spec.root_path))
        (spec.area("dvc") / "data").write_text("1")
        repo.add([os.fspath(spec.area("dvc") / "data")])
        shutil.rmtree(spec.root_path)
    opened = [
        os.fspath(path.readlink()) for path in Path("/proc/self/fd").iterdir() if path.is_symlink()
    ]
    assert [path for path in opened if os.fspath(spec.base_path) in path] == []
    assert repo.root_dir
