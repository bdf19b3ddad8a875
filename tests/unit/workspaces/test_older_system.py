"""The older system's files, calls and ``except`` clauses keep working."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from pytest_mlops_ws import ProjectWorkspace, WorkspaceError, WorkspaceManager
from pytest_mlops_ws.model.directories import AREAS

if TYPE_CHECKING:
    from pathlib import Path

MANIFEST = """\
project_name: lora-finetuning-mlx
root_path: /home/someone/toolkit/mlops/workspace/lora-finetuning-mlx
mlflow_experiment_id: '1'
mlflow_tracking_uri: file:///tmp/mlflow
dvc_remote_path: /home/someone/toolkit/mlops/workspace/lora-finetuning-mlx/dvc/remote
bentoml_tag_prefix: 'lora-finetuning-mlx:'
metadata:
  description: LoRA fine-tuning project
created_at: '2025-10-23T09:15:02.123456+00:00'
updated_at: '2025-10-23T09:15:02.123456+00:00'
"""


@pytest.fixture
def manager(tmp_path: Path) -> WorkspaceManager:
    return WorkspaceManager(base_path=tmp_path / "mlops" / "workspace")


def written(workspace: ProjectWorkspace) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(workspace.metadata_file.read_text())
    return content


# ── files ────────────────────────────────────────────────────────────────────────────────────


def test_its_manifest_loads_as_it_stands(tmp_path: Path) -> None:
    (tmp_path / "workspace.yaml").write_text(MANIFEST)
    workspace = ProjectWorkspace.load_metadata(tmp_path)
    assert workspace.root_path == tmp_path, "where it is, not where it was"
    assert workspace.project_name == "lora-finetuning-mlx"
    assert workspace.mlflow_experiment_id == "1"
    assert workspace.mlflow_tracking_uri == "file:///tmp/mlflow"
    assert workspace.bentoml_tag_prefix == "lora-finetuning-mlx:"
    assert workspace.metadata == {"description": "LoRA fine-tuning project"}
    assert workspace.created_at.isoformat() == "2025-10-23T09:15:02.123456+00:00"


def test_its_manifest_is_not_rewritten_unless_something_changes(tmp_path: Path) -> None:
    (tmp_path / "workspace.yaml").write_text(MANIFEST)
    workspace = ProjectWorkspace.load_metadata(tmp_path)
    workspace.save_metadata()
    assert workspace.metadata_file.read_text() == MANIFEST
    workspace.metadata["owner"] = "someone"
    workspace.save_metadata()
    expected = MANIFEST.replace("project\ncreated", "project\n  owner: someone\ncreated")
    updated = f"updated_at: '{workspace.updated_at.isoformat()}'\n"
    assert workspace.metadata_file.read_text() == expected.partition("updated_at")[0] + updated


def test_its_values_in_unquoted_form_load_too(tmp_path: Path) -> None:
    text = MANIFEST.replace("'1'", "1").replace("'2025", "2025").replace("+00:00'", "+00:00")
    (tmp_path / "workspace.yaml").write_text(text)
    workspace = ProjectWorkspace.load_metadata(tmp_path)
    assert workspace.mlflow_experiment_id == "1"
    assert workspace.updated_at.isoformat() == "2025-10-23T09:15:02.123456+00:00"


def test_save_writes_the_fields_under_their_own_names(tmp_path: Path) -> None:
    workspace = ProjectWorkspace(
        project_name="test-project",
        root_path=tmp_path / "test-project",
        mlflow_experiment_id="123",
        mlflow_tracking_uri="http://localhost:5000",
        dvc_remote_path="s3://bucket/path",
        bentoml_tag_prefix="test-project:",
        metadata={"version": "1.0"},
    )
    workspace.ensure_directories()
    workspace.save_metadata()
    content = written(workspace)
    assert content == {
        "schema_version": 1,
        "project_name": "test-project",
        "mlflow_experiment_id": "123",
        "mlflow_tracking_uri": "http://localhost:5000",
        "dvc_remote_path": "s3://bucket/path",
        "bentoml_tag_prefix": "test-project:",
        "metadata": {"version": "1.0"},
        "created_at": workspace.created_at.isoformat(),
        "updated_at": workspace.updated_at.isoformat(),
    }
    assert ProjectWorkspace.load_metadata(workspace.root_path) == workspace


def test_to_dict_has_fields_paths_and_times_as_text(tmp_path: Path) -> None:
    values = ProjectWorkspace("test-project", tmp_path).to_dict()
    for area in AREAS:
        assert values[f"{area}_path"] == str(tmp_path / area)
    assert isinstance(values["created_at"], str)
    assert isinstance(values["updated_at"], str)


# ── calls ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("method", "parameters"),
    [
        (
            WorkspaceManager.create_workspace,
            """project_name mlflow_experiment_id mlflow_tracking_uri dvc_remote_path
            bentoml_tag_prefix metadata force""",
        ),
        (WorkspaceManager.delete_workspace, "project_name force"),
        (WorkspaceManager.get_workspace, "project_name"),
        (WorkspaceManager.__init__, "base_path repo_root"),
    ],
)
def test_arguments_have_their_old_order(method: Any, parameters: str) -> None:
    positional = [
        name
        for name, parameter in inspect.signature(method).parameters.items()
        if parameter.kind is parameter.POSITIONAL_OR_KEYWORD and name != "self"
    ]
    assert positional == parameters.split()


def test_manager_makes_its_base_directory(tmp_path: Path) -> None:
    WorkspaceManager(base_path=tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").is_dir()


def test_new_workspace_has_five_directories_a_manifest_and_is_cached(
    manager: WorkspaceManager,
) -> None:
    workspace = manager.create_workspace("test-project")
    for area in AREAS:
        assert (workspace.root_path / area).is_dir()
    assert workspace.metadata_file.exists()
    assert manager.workspaces["test-project"] is workspace


def test_second_manager_finds_what_the_first_made(manager: WorkspaceManager) -> None:
    manager.create_workspace("test-project")
    assert "test-project" in WorkspaceManager(base_path=manager.base_path).workspaces


def test_directory_without_a_manifest_and_an_invalid_one_are_not_listed(
    manager: WorkspaceManager,
) -> None:
    (manager.base_path / "empty").mkdir()
    (manager.base_path / "invalid").mkdir()
    (manager.base_path / "invalid" / "workspace.yaml").write_text("invalid: yaml: content:")
    manager.create_workspace("valid")
    assert [workspace.project_name for workspace in manager.list_workspaces()] == ["valid"]


def test_get_or_create_returns_what_is_there(manager: WorkspaceManager) -> None:
    first = manager.get_or_create_workspace("test-project", metadata={"a": 1})
    assert manager.get_or_create_workspace("test-project") is first


# ── errors ───────────────────────────────────────────────────────────────────────────────────


def test_phrases_that_callers_match_on_are_kept(manager: WorkspaceManager, tmp_path: Path) -> None:
    manager.create_workspace("present")
    (tmp_path / "workspace.yaml").write_bytes(b"\xff\xfe")
    nowhere = tmp_path / "nowhere"
    calls: list[tuple[str, str, Any]] = [
        (
            "load_metadata",
            "Workspace metadata not found",
            lambda: ProjectWorkspace.load_metadata(nowhere),
        ),
        (
            "load_metadata",
            "Failed to load workspace metadata",
            lambda: ProjectWorkspace.load_metadata(tmp_path),
        ),
        (
            "create_workspace",
            "Workspace already exists",
            lambda: manager.create_workspace("present"),
        ),
        ("get_workspace", "Workspace does not exist", lambda: manager.get_workspace("absent")),
        (
            "delete_workspace",
            "Workspace does not exist",
            lambda: manager.delete_workspace("absent", force=True),
        ),
        ("delete_workspace", "requires force=True", lambda: manager.delete_workspace("present")),
    ]
    for operation, phrase, call in calls:
        with pytest.raises(WorkspaceError, match=phrase) as error:
            call()
        assert error.value.operation == operation
        assert error.value.workspace in {"present", "absent", str(nowhere), str(tmp_path)}
        assert isinstance(error.value.details, dict)


def test_error_has_its_four_fields() -> None:
    error = WorkspaceError("message", operation="create", workspace="p", details={"key": "value"})
    assert (str(error), error.operation, error.workspace) == ("message", "create", "p")
    assert error.details == {"key": "value"}
    assert WorkspaceError("message").details == {}


# ── its walk-throughs; the second needs a client ─────────────────────────────────────────────


def test_three_projects_are_made_and_listed(manager: WorkspaceManager) -> None:
    names = ["lora-finetuning-mlx", "model-compression-mlx", "coreml-stable-diffusion-swift"]
    for name in names:
        workspace = manager.create_workspace(name, metadata={"description": f"{name} project"})
        assert workspace.root_path == manager.base_path / name
    assert [workspace.project_name for workspace in manager.list_workspaces()] == sorted(names)


def test_status_of_all_projects_says_which_areas_exist_and_what_is_in_them(
    manager: WorkspaceManager,
) -> None:
    for name in ("churn", "fraud"):
        workspace = manager.create_workspace(name)
        (workspace.outputs_path / "a.txt").write_text("1")
        (workspace.models_path / "b.bin").write_text("1")
    statuses = manager.get_all_workspaces_status()
    assert sorted(statuses) == ["churn", "fraud"]
    for status in statuses.values():
        stats = status["directory_stats"]
        assert all(stats[f"{area}_exists"] for area in AREAS)
        assert (stats["outputs_files"], stats["models_files"], stats["dvc_files"]) == (1, 1, 0)


def test_life_of_a_workspace(manager: WorkspaceManager) -> None:
    manager.create_workspace("lifecycle-demo", metadata={"stage": "development"})
    manager.update_workspace_metadata(
        "lifecycle-demo", mlflow_experiment_id="exp-1", metadata={"stage": "production"}
    )
    status = manager.get_workspace_status("lifecycle-demo")
    assert (status["mlflow_experiment_id"], status["metadata"]) == (
        "exp-1",
        {"stage": "production"},
    )
    root = manager.get_workspace("lifecycle-demo").root_path
    manager.delete_workspace("lifecycle-demo", force=True)
    assert not root.exists()
    assert "lifecycle-demo" not in manager.workspaces


def test_across_projects_a_line_each(manager: WorkspaceManager) -> None:
    manager.create_workspace("churn", mlflow_experiment_id="2", dvc_remote_path="s3://churn")
    manager.create_workspace("fraud", bentoml_tag_prefix="fraud:")
    lines = [
        (
            workspace.project_name,
            workspace.mlflow_experiment_id,
            workspace.created_at.year >= 2025,
            bool(workspace.dvc_remote_path),
            bool(workspace.bentoml_tag_prefix),
        )
        for workspace in manager.list_workspaces()
    ]
    assert lines == [("churn", "2", True, True, False), ("fraud", None, True, False, True)]
