from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from pytest_mlops_ws import ProjectWorkspace, UsageError, WorkspaceError
from pytest_mlops_ws.manifest import codec

TIME = dt.datetime(2026, 11, 23, 9, 15, 2, tzinfo=dt.UTC)


def test_fields_have_the_older_systems_order(tmp_path: Path) -> None:
    workspace = ProjectWorkspace(
        *("fraud", tmp_path, "7", "http://x", "s3://x", "fraud:"), {"a": 1}, TIME, TIME
    )
    assert {key: getattr(workspace, key) for key in list(vars(workspace))[:9]} == {
        "project_name": "fraud",
        "root_path": tmp_path,
        "mlflow_experiment_id": "7",
        "mlflow_tracking_uri": "http://x",
        "dvc_remote_path": "s3://x",
        "bentoml_tag_prefix": "fraud:",
        "metadata": {"a": 1},
        "created_at": TIME,
        "updated_at": TIME,
    }


def test_metadata_is_nobody_elses(tmp_path: Path) -> None:
    given = {"a": 1}
    one = ProjectWorkspace("fraud", tmp_path, metadata=given)
    two, three = ProjectWorkspace("fraud", tmp_path), ProjectWorkspace("fraud", tmp_path)
    one.metadata["b"] = two.metadata["b"] = 2
    assert (given, three.metadata) == ({"a": 1}, {})


def test_times_have_a_zone_however_they_were_given(tmp_path: Path) -> None:
    workspace = ProjectWorkspace(
        "fraud",
        tmp_path,
        created_at="2026-11-23T09:15:02Z",  # type: ignore[arg-type] -- as the older system's callers do
        updated_at=TIME.replace(tzinfo=None),
    )
    assert (workspace.created_at, workspace.updated_at) == (TIME, TIME)


def test_is_a_path(tmp_path: Path) -> None:
    workspace = ProjectWorkspace("fraud", tmp_path / "fraud")
    assert os.fspath(workspace) == str(tmp_path / "fraud")
    assert Path(workspace, "x") == tmp_path / "fraud" / "x"


def test_relative_root_counts_from_the_current_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert ProjectWorkspace("fraud", Path("ws/fraud")).root_path == tmp_path / "ws" / "fraud"


def test_repr_names_project_and_place(tmp_path: Path) -> None:
    assert repr(ProjectWorkspace("fraud", tmp_path)) == f"ProjectWorkspace('fraud', '{tmp_path}')"


def test_illegal_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="use 'fraud'"):
        ProjectWorkspace("../Fraud", tmp_path)


def test_making_one_is_cheap_and_touches_no_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        message = "the disk was touched"
        raise AssertionError(message)

    for name in ("stat", "lstat", "open", "scandir", "listdir", "mkdir"):
        monkeypatch.setattr(os, name, refuse)
    began = time.perf_counter()
    for _ in range(200):
        ProjectWorkspace("fraud", tmp_path / "gone")
    elapsed = time.perf_counter() - began
    monkeypatch.undo()
    assert elapsed / 200 < 0.000_2, "measured: 7 µs; the rest is for a busy machine"


def test_to_dict_has_fields_and_paths_as_plain_values(tmp_path: Path) -> None:
    workspace = ProjectWorkspace("fraud", tmp_path, created_at=TIME, updated_at=TIME)
    values = workspace.to_dict()
    areas = {f"{area}_path": str(tmp_path / area) for area in ("mlflow", "dvc", "monitoring")}
    areas |= {f"{area}_path": str(tmp_path / area) for area in ("models", "outputs")}
    assert values == {
        "schema_version": 1,
        "project_name": "fraud",
        "root_path": str(tmp_path),
        **dict.fromkeys(set(codec.KEYS) - {"schema_version", "project_name", "root_path"}),
        "metadata": {},
        "created_at": "2026-11-23T09:15:02+00:00",
        "updated_at": "2026-11-23T09:15:02+00:00",
        **areas,
    }
    assert json.loads(json.dumps(values)) == values


def test_paths_are_where_the_layout_says(tmp_path: Path) -> None:
    workspace = ProjectWorkspace("fraud", tmp_path)
    workspace.ensure_directories()
    for area in ("mlflow", "dvc", "monitoring", "models", "outputs"):
        path = getattr(workspace, f"{area}_path")
        assert path == tmp_path / area
        assert path.is_dir()
    assert workspace.metadata_file == tmp_path / "workspace.yaml"


def saved(root: Path, **config: Any) -> ProjectWorkspace:
    workspace = ProjectWorkspace("fraud", root, **config)
    workspace.save_metadata()
    return workspace


def test_every_value_survives_saving_and_loading(tmp_path: Path) -> None:
    workspace = saved(
        tmp_path / "fraud",
        mlflow_experiment_id=7,
        mlflow_tracking_uri="${SERVER:-http://x}",
        mlflow_registry_uri="databricks-uc",
        mlflow_artifact_location="s3://a",
        mlflow_workspace="fraud",
        mlflow_experiment_name="Fraud / eval",
        dvc_repo_path="projects/fraud",
        dvc_remote_path="s3://b",
        bentoml_tag_prefix="test-project:",
        source_paths=["src", "lib"],
        metadata={"a": [1, {"b": None}]},
        created_at=TIME,
    )
    loaded = ProjectWorkspace.load_metadata(workspace.root_path)
    assert loaded == workspace
    assert loaded.source_paths == ("src", "lib")
    assert loaded.mlflow_experiment_id == "7"


def test_unchanged_save_changes_no_byte_and_takes_no_lock(tmp_path: Path) -> None:
    root = tmp_path / "fraud"
    root.mkdir()
    text = "# mine\nproject_name:   'fraud'\nteam: risk # unknown\ncreated_at: 2026-01-01\n"
    (root / "workspace.yaml").write_text(text)
    workspace = ProjectWorkspace.load_metadata(root)
    workspace.updated_at = TIME
    workspace.save_metadata()
    assert (root / "workspace.yaml").read_text() == text
    assert [entry.name for entry in tmp_path.iterdir()] == ["fraud"]


def test_change_keeps_the_rest_of_the_file_and_says_when(tmp_path: Path) -> None:
    text = "# mine\nproject_name: 'fraud'\nteam: risk # unknown\nmetadata: {} # none\n"
    (tmp_path / "workspace.yaml").write_text(text)
    workspace = ProjectWorkspace.load_metadata(tmp_path)
    before = workspace.updated_at
    workspace.mlflow_experiment_name = "eval"
    workspace.save_metadata()
    assert workspace.updated_at > before
    assert (tmp_path / "workspace.yaml").read_text() == (
        f"{text}mlflow_experiment_name: eval\nupdated_at: '{workspace.updated_at.isoformat()}'\n"
    )


def test_save_keeps_what_another_process_changed_meanwhile(tmp_path: Path) -> None:
    root = saved(tmp_path / "fraud").root_path
    one, other = ProjectWorkspace.load_metadata(root), ProjectWorkspace.load_metadata(root)
    one.mlflow_experiment_name = "one"
    other.dvc_remote_path = "s3://other"
    one.save_metadata()
    other.save_metadata()
    loaded = ProjectWorkspace.load_metadata(root)
    assert (loaded.mlflow_experiment_name, loaded.dvc_remote_path) == ("one", "s3://other")
    assert other.mlflow_experiment_name == "one"


def test_change_inside_metadata_is_seen(tmp_path: Path) -> None:
    workspace = saved(tmp_path / "fraud", metadata={"list": [1]})
    workspace.metadata["list"].append(2)
    workspace.save_metadata()
    assert ProjectWorkspace.load_metadata(workspace).metadata == {"list": [1, 2]}


def test_value_set_to_none_is_derived_again(tmp_path: Path) -> None:
    workspace = saved(tmp_path / "fraud", dvc_remote_path="s3://x")
    workspace.dvc_remote_path = None
    workspace.save_metadata()
    assert "dvc_remote_path: null\n" in workspace.metadata_file.read_text()


def test_save_does_not_bring_a_deleted_workspace_back(tmp_path: Path) -> None:
    workspace = saved(tmp_path / "fraud")
    workspace.metadata_file.unlink()
    workspace.dvc_remote_path = "s3://x"
    with pytest.raises(WorkspaceError, match="Workspace metadata not found") as refused:
        workspace.save_metadata()
    assert refused.value.operation == "save_metadata"
    assert not workspace.metadata_file.exists()


def test_save_does_not_write_over_a_manifest_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "workspace.yaml").write_text("project_name: [fraud\n")
    with pytest.raises(WorkspaceError, match=r"workspace\.yaml:2:1: WS101"):
        saved(tmp_path)
    assert (tmp_path / "workspace.yaml").read_text() == "project_name: [fraud\n"


def test_metadata_that_yaml_cannot_hold_are_refused_and_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"metadata\.model is of type object"):
        saved(tmp_path / "fraud", metadata={"model": object()})
    assert not (tmp_path / "fraud" / "workspace.yaml").exists()


def test_manifest_without_times_takes_the_files(tmp_path: Path) -> None:
    manifest = tmp_path / "workspace.yaml"
    manifest.write_text("project_name: fraud\n")
    os.utime(manifest, (TIME.timestamp(), TIME.timestamp()))
    workspace = ProjectWorkspace.load_metadata(tmp_path)
    assert (workspace.created_at, workspace.updated_at) == (TIME, TIME)


def test_handles_are_opened_once_and_again_if_they_would_point_elsewhere(tmp_path: Path) -> None:
    pytest.importorskip("mlflow")
    workspace = ProjectWorkspace("fraud", tmp_path)
    handle = workspace.mlflow
    assert workspace.mlflow is handle
    workspace.mlflow_tracking_uri = f"sqlite:///{tmp_path}/other.db"
    assert workspace.mlflow is not handle


def test_untouched_workspace_passes_and_each_write_is_listed(tmp_path: Path) -> None:
    workspace = saved(tmp_path / "fraud")
    (workspace.outputs_path / "kept").write_text("1")
    (workspace.outputs_path / "gone").write_text("1")
    (workspace.root_path / "note.txt").write_text("1")
    workspace.mark_untouched()
    workspace.assert_untouched()

    (workspace.outputs_path / "gone").unlink()
    (workspace.root_path / "note.txt").write_text("12")
    (workspace.models_path / "new" / "v1").mkdir(parents=True)
    (workspace.models_path / "new" / "v1" / "model.pkl").write_text("1")
    (workspace.mlflow_path / "artifact").write_text("1")
    (workspace.dvc_path / "data.csv.dvc").write_text("1")
    with pytest.raises(AssertionError) as touched:
        workspace.assert_untouched()
    assert str(touched.value) == (
        f"workspace 'fraud' was touched ({workspace.root_path}):\n"
        "  added    dvc/data.csv.dvc\n"
        "  added    mlflow/artifact\n"
        "  added    models/new/v1/model.pkl\n"
        "  changed  note.txt\n"
        "  removed  outputs/gone"
    )


def test_many_writes_are_ten_lines(tmp_path: Path) -> None:
    workspace = saved(tmp_path / "fraud")
    workspace.mark_untouched()
    for number in range(40):
        (workspace.outputs_path / f"{number:02}").write_text("1")
    with pytest.raises(AssertionError) as touched:
        workspace.assert_untouched()
    lines = str(touched.value).splitlines()[1:]
    assert len(lines) == 10
    assert lines[-2:] == ["  added    outputs/08", "  … and 31 more"]


def test_write_into_the_remote_is_seen(tmp_path: Path) -> None:
    workspace = saved(tmp_path / "base" / "fraud")
    remote = Path(workspace.effective.dvc_remote_path)
    remote.mkdir(parents=True)
    workspace.mark_untouched()
    (remote / "data").write_text("1")
    with pytest.raises(AssertionError, match=r"added    \.\./\.remotes/fraud/data"):
        workspace.assert_untouched()


def test_commit_is_seen_and_a_look_at_the_repository_is_not(tmp_path: Path) -> None:
    workspace = saved(tmp_path / "base" / "fraud")
    git = ["git", "-C", os.fspath(workspace), "-c", "user.name=a", "-c", "user.email=a@b"]
    subprocess.run([*git, "init", "-q", "-b", "main"], check=True)
    subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "first"], check=True)
    workspace.mark_untouched()
    subprocess.run([*git, "status", "--short"], check=True, capture_output=True)
    workspace.assert_untouched()
    subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "second"], check=True)
    with pytest.raises(AssertionError, match=r"changed  \.git/refs/heads/main"):
        workspace.assert_untouched()


def test_nothing_to_compare_with_is_no_pass(tmp_path: Path) -> None:
    workspace = ProjectWorkspace.load_metadata(saved(tmp_path / "fraud"))
    with pytest.raises(WorkspaceError, match=r"call mark_untouched\(\) before"):
        workspace.assert_untouched()
