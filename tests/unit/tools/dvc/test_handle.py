from __future__ import annotations

import os
import shutil
from importlib import metadata
from typing import TYPE_CHECKING

import pytest

from pytest_mlops_ws.model.errors import ToolMissingError
from pytest_mlops_ws.tools.dvc import TOOL
from pytest_mlops_ws.tools.dvc.handle import FLOOR, DVCHandle

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_mlops_ws.model.spec import WorkspaceSpec


@pytest.fixture
def handle(active: WorkspaceSpec) -> Iterator[DVCHandle]:
    with DVCHandle(active) as handle:
        yield handle


def test_repo_is_the_workspaces_and_is_kept(handle: DVCHandle, active: WorkspaceSpec) -> None:
    assert handle.root == active.root_path
    assert handle.remote == active.dvc_remote_path
    assert handle.repo.root_dir == os.path.realpath(active.root_path)
    assert handle.repo is handle.repo


def test_closing_twice_is_fine_and_the_handle_opens_again(handle: DVCHandle) -> None:
    first = handle.repo
    handle.close()
    handle.close()
    assert handle.repo is not first


def test_data_goes_to_the_remote_and_comes_back(handle: DVCHandle, active: WorkspaceSpec) -> None:
    data = active.area("dvc") / "data.csv"
    data.write_text("a\n1\n")

    assert handle.add("dvc/data.csv") == [active.root_path.resolve() / "dvc" / "data.csv.dvc"]
    assert handle.repo.push() == 1
    handle.close()  # an open repository remembers which directories its cache has
    data.unlink()
    shutil.rmtree(active.root_path / ".dvc" / "cache")
    handle.repo.pull()

    assert data.read_text() == "a\n1\n"


def test_paths_are_added_from_anywhere(
    handle: DVCHandle, active: WorkspaceSpec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("one", "two"):
        (active.area("dvc") / name).mkdir()
        (active.area("dvc") / name / "data").write_text(name)

    added = handle.add("dvc/one", active.area("dvc") / "two")

    assert [path.name for path in added] == ["one.dvc", "two.dvc"]
    assert all(path.is_file() for path in added)


def test_history_is_there_for_what_dvc_asks_of_git(handle: DVCHandle) -> None:
    assert handle.repo.get_rev() == handle.repo.scm.get_rev()
    assert handle.repo.diff("HEAD") == {}


@pytest.mark.parametrize("installed", [None, "3.60.0", "2.58.2"])
def test_a_missing_or_old_dvc_is_said_with_the_line_that_installs_it(
    installed: str | None, spec: WorkspaceSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    def version(name: str) -> str:
        if installed is None:
            raise metadata.PackageNotFoundError(name)
        return installed

    monkeypatch.setattr(metadata, "version", version)

    with pytest.raises(ToolMissingError) as refusal:
        TOOL.open(spec)

    assert "pip install 'pytest-mlops-ws[dvc]'" in str(refusal.value)
    assert FLOOR in str(refusal.value) if installed else "not installed" in str(refusal.value)
    assert (installed or "") in str(refusal.value)


def test_the_floor_itself_is_new_enough(
    spec: WorkspaceSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metadata, "version", lambda _name: FLOOR)
    assert isinstance(TOOL.open(spec), DVCHandle)
