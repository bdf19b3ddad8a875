from __future__ import annotations

from pathlib import Path

import pytest

from pytest_mlops_ws import (
    WorkspaceError,
    WorkspaceExistsError,
    WorkspaceManager,
    WorkspaceMissingError,
)
from pytest_mlops_ws.workspaces import trash


@pytest.fixture
def manager(tmp_path: Path) -> WorkspaceManager:
    """A manager with one workspace that has data in all its parts."""
    manager = WorkspaceManager(tmp_path / "base")
    workspace = manager.create_workspace("fraud", metadata={"a": 1})
    (workspace.outputs_path / "x").write_text("output")
    remote = Path(workspace.effective.dvc_remote_path)
    remote.mkdir(parents=True, exist_ok=True)
    (remote / "x").write_text("data")
    workspace.effective.private_path.mkdir(parents=True, exist_ok=True)
    (workspace.effective.private_path / "x").write_text("cache")
    return manager


def contents(base: Path) -> dict[str, str]:
    """Return what is in files below *base*, but for what a deletion leaves to be found."""
    return {
        str(path.relative_to(base)): path.read_bytes().decode("latin-1")
        for path in base.rglob("*")
        if path.is_file() and path.name != "lock"
    }


def test_deleted_workspace_is_gone_from_disk_and_cache(manager: WorkspaceManager) -> None:
    manager.delete_workspace("fraud", force=True)
    assert manager.workspaces == {}
    assert sorted(path.name for path in manager.base_path.iterdir()) == [
        *(".gitignore", ".mlops-ws", ".remotes"),
    ]
    assert list((manager.base_path / ".remotes").iterdir()) == []


def test_restored_workspace_is_what_it_was(manager: WorkspaceManager) -> None:
    before = contents(manager.base_path)
    manager.delete_workspace("fraud", force=True)
    assert contents(manager.base_path) != before
    assert manager.restore_workspace("fraud").metadata == {"a": 1}
    assert contents(manager.base_path) == before
    assert manager.deleted_workspaces() == []


def test_remote_that_the_manifest_names_stays(manager: WorkspaceManager, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    manager.create_workspace("churn", dvc_remote_path=str(elsewhere))
    assert elsewhere not in manager.delete_workspace("churn", force=True)
    assert elsewhere.is_dir()


def test_dry_run_says_what_would_go_and_moves_nothing(manager: WorkspaceManager) -> None:
    before = contents(manager.base_path)
    base = manager.base_path
    expected = (base / "fraud", base / ".remotes/fraud", base / ".mlops-ws/private/fraud")
    assert manager.delete_workspace("fraud", dry_run=True) == expected
    assert contents(base) == before
    assert manager.delete_workspace("fraud", force=True) == expected


def test_deletion_needs_to_be_confirmed(manager: WorkspaceManager) -> None:
    with pytest.raises(WorkspaceError, match="requires force=True") as refused:
        manager.delete_workspace("fraud")
    assert (refused.value.operation, refused.value.workspace) == ("delete_workspace", "fraud")
    assert "fraud" in manager.workspaces


def test_absent_workspace_cannot_be_deleted(manager: WorkspaceManager) -> None:
    with pytest.raises(WorkspaceMissingError, match="Workspace does not exist") as missing:
        manager.delete_workspace("churn", force=True)
    assert missing.value.operation == "delete_workspace"


def test_newest_of_a_name_comes_back(manager: WorkspaceManager) -> None:
    manager.delete_workspace("fraud", force=True)
    manager.create_workspace("fraud", metadata={"a": 2})
    manager.delete_workspace("fraud", force=True)
    times = [entry.deleted_at for entry in manager.deleted_workspaces()]
    assert times == sorted(times, reverse=True)
    assert manager.restore_workspace("fraud").metadata == {"a": 2}
    manager.delete_workspace("fraud", force=True)
    assert [entry.project_name for entry in manager.deleted_workspaces()] == ["fraud"] * 2


def test_present_workspace_is_not_written_over(manager: WorkspaceManager) -> None:
    manager.delete_workspace("fraud", force=True)
    manager.create_workspace("fraud")
    with pytest.raises(WorkspaceExistsError, match="Workspace already exists") as refused:
        manager.restore_workspace("fraud")
    assert refused.value.operation == "restore_workspace"
    assert len(manager.deleted_workspaces()) == 1


@pytest.mark.parametrize("part", ["fraud", ".remotes/fraud"])
def test_restore_refuses_where_something_is_in_the_way(
    manager: WorkspaceManager, part: str
) -> None:
    manager.delete_workspace("fraud", force=True)
    (manager.base_path / part).mkdir()
    before = contents(manager.base_path)
    with pytest.raises(WorkspaceExistsError, match=f"{part} is in the way"):
        manager.restore_workspace("fraud")
    assert contents(manager.base_path) == before


def test_trash_without_that_name_says_what_it_has(manager: WorkspaceManager) -> None:
    with pytest.raises(WorkspaceMissingError, match="nothing can be restored"):
        manager.restore_workspace("churn")
    manager.delete_workspace("fraud", force=True)
    with pytest.raises(
        WorkspaceMissingError, match=r"No deleted workspace 'churn' in .*; fraud can"
    ):
        manager.restore_workspace("churn")


def test_deletion_that_was_killed_half_way_is_found_again(manager: WorkspaceManager) -> None:
    before = contents(manager.base_path)
    entry = manager.base_path / ".mlops-ws" / "trash" / "fraud-20261123T091502.000000Z"
    entry.mkdir(parents=True)
    (manager.base_path / "fraud").rename(entry / "workspace")
    assert manager.workspaces == {}
    manager.restore_workspace("fraud")
    assert contents(manager.base_path) == before


def test_restoration_that_was_killed_half_way_can_be_repeated(manager: WorkspaceManager) -> None:
    before = contents(manager.base_path)
    entry = trash.delete(manager.base_path, "fraud").path
    (entry / "remote").rename(manager.base_path / ".remotes" / "fraud")
    manager.restore_workspace("fraud")
    assert contents(manager.base_path) == before


def test_entry_that_was_named_by_hand_can_be_restored(manager: WorkspaceManager) -> None:
    entry = trash.delete(manager.base_path, "fraud").path
    entry.rename(entry.parent / "fraud-mine")
    assert manager.restore_workspace("fraud").project_name == "fraud"
