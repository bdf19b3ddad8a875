from __future__ import annotations

import logging
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from pytest_mlops_ws import (
    EnvironmentFailedError,
    ProjectWorkspace,
    UsageError,
    WorkspaceError,
    WorkspaceExistsError,
    WorkspaceManager,
    WorkspaceMissingError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

BAD_NAMES = [
    "",
    "x",
    "a" * 200,
    "../fraud",
    "a/b",
    "..",
    "Fraud",
    "con",
    "default",
    "fraud\n",
    "a b",
]


@pytest.fixture
def manager(tmp_path: Path) -> WorkspaceManager:
    return WorkspaceManager(tmp_path / "base")


def everything(root: Path) -> set[str]:
    return {str(path.relative_to(root)) for path in root.rglob("*")}


def run(program: str) -> subprocess.Popen[str]:
    """Start *program* in a process of its own."""
    arguments = [sys.executable, "-c", program]
    pipe = subprocess.PIPE
    return subprocess.Popen(arguments, text=True, stdout=pipe, stderr=pipe)


# ── where ────────────────────────────────────────────────────────────────────────────────────


def test_base_is_the_repositorys_usual_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    (tmp_path / "src").mkdir()
    monkeypatch.chdir(tmp_path / "src")
    manager = WorkspaceManager()
    assert manager.repo_root == tmp_path.resolve()
    assert manager.base_path == tmp_path.resolve() / "mlops" / "workspace"
    assert manager.base_path.is_dir()


def test_base_without_a_repository_is_below_the_current_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert WorkspaceManager().base_path == tmp_path / "mlops" / "workspace"


def test_given_repository_and_base_are_used(tmp_path: Path) -> None:
    assert WorkspaceManager(repo_root=tmp_path).base_path == tmp_path / "mlops" / "workspace"
    assert WorkspaceManager(str(tmp_path / "b")).base_path == tmp_path / "b"


def test_base_that_is_a_file_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "base").touch()
    with pytest.raises(EnvironmentFailedError, match=r"Cannot write .*/base: File exists\. Check"):
        WorkspaceManager(tmp_path / "base")
    with pytest.raises(
        EnvironmentFailedError, match=r"Cannot write .*/base/below: Not a directory"
    ):
        WorkspaceManager(tmp_path / "base" / "below")


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="the one place that refuses even root")
def test_base_that_cannot_be_written_is_one_clear_error() -> None:
    with pytest.raises(EnvironmentFailedError, match=r"Cannot write /proc/mlops"):
        WorkspaceManager("/proc/mlops")


# ── create ───────────────────────────────────────────────────────────────────────────────────


def test_new_workspace_is_complete(manager: WorkspaceManager) -> None:
    workspace = manager.create_workspace(
        "fraud_eval",
        mlflow_experiment_name="eval",
        source_paths=["src"],
        metadata={"owner": "risk"},
    )
    found = everything(manager.base_path)
    assert {
        *(".gitignore", ".remotes/fraud_eval", "fraud_eval/.gitignore", "fraud_eval/.dvc/config"),
        *(f"fraud_eval/{area}" for area in ("mlflow", "dvc", "monitoring", "models", "outputs")),
    } <= found
    manifest = yaml.safe_load(workspace.metadata_file.read_text())
    assert {key: manifest[key] for key in ("project_name", "source_paths", "metadata")} == {
        "project_name": "fraud_eval",
        "source_paths": ["src"],
        "metadata": {"owner": "risk"},
    }
    workspace.assert_untouched()
    assert manager.workspaces == {"fraud_eval": workspace}


@pytest.mark.parametrize("name", BAD_NAMES, ids=lambda name: name[:9] or "empty")
@pytest.mark.parametrize(
    "call",
    [
        WorkspaceManager.create_workspace,
        WorkspaceManager.get_workspace,
        WorkspaceManager.get_or_create_workspace,
        WorkspaceManager.update_workspace_metadata,
        WorkspaceManager.delete_workspace,
        WorkspaceManager.restore_workspace,
        WorkspaceManager.get_workspace_status,
    ],
    ids=lambda call: call.__name__,
)
def test_illegal_name_is_refused_before_anything_is_touched(
    tmp_path: Path, name: str, call: Callable[..., object]
) -> None:
    manager = WorkspaceManager(tmp_path / "base")
    with pytest.raises(UsageError, match="Invalid project name") as refused:
        call(manager, name)
    assert refused.value.operation == call.__name__
    assert everything(tmp_path) == {"base"}


def test_unknown_setting_is_refused_before_anything_is_touched(manager: WorkspaceManager) -> None:
    calls: list[Any] = [
        manager.create_workspace,
        manager.get_or_create_workspace,
        manager.update_workspace_metadata,
    ]
    for call in calls:
        with pytest.raises(UsageError, match="Unknown setting 'mlflow_uri'; a workspace has bento"):
            call("fraud", mlflow_uri="x")
    assert everything(manager.base_path) == set()


def test_metadata_that_cannot_be_written_are_refused_before_anything_is_touched(
    manager: WorkspaceManager,
) -> None:
    with pytest.raises(UsageError, match=r"metadata\.model is of type object"):
        manager.create_workspace("fraud", metadata={"model": object()})
    assert everything(manager.base_path) == set()


def test_present_workspace_is_refused(manager: WorkspaceManager) -> None:
    manager.create_workspace("fraud", dvc_remote_path="s3://x")
    with pytest.raises(
        WorkspaceExistsError, match=r"Workspace already exists: .*force=True"
    ) as error:
        manager.create_workspace("fraud")
    assert (error.value.operation, error.value.workspace) == ("create_workspace", "fraud")
    assert manager.get_workspace("fraud").dvc_remote_path == "s3://x"


def test_name_that_tools_take_for_another_is_refused(manager: WorkspaceManager) -> None:
    manager.create_workspace("fraud_eval")
    for force in (False, True):
        with pytest.raises(
            WorkspaceExistsError, match="'fraud-eval' and 'fraud_eval' are the same"
        ):
            manager.create_workspace("fraud-eval", force=force)
    assert not (manager.base_path / "fraud-eval").exists()


def test_force_keeps_data_and_rewrites_the_manifest(manager: WorkspaceManager) -> None:
    old = manager.create_workspace("fraud", dvc_remote_path="s3://x")
    (old.outputs_path / "kept").write_text("1")
    old.metadata_file.write_text("torn: [")
    new = manager.create_workspace("fraud", mlflow_experiment_name="eval", force=True)
    assert (new.outputs_path / "kept").read_text() == "1"
    assert (new.dvc_remote_path, new.mlflow_experiment_name) == (None, "eval")
    assert manager.get_workspace("fraud") is new


def test_directory_with_data_and_no_manifest_becomes_a_workspace(manager: WorkspaceManager) -> None:
    data = manager.base_path / "fraud" / "dvc" / "data.csv"
    data.parent.mkdir(parents=True)
    data.write_text("1")
    (manager.base_path / "fraud" / ".gitignore").write_text("mine\n")
    workspace = manager.create_workspace("fraud")
    assert data.read_text() == "1"
    assert (workspace.root_path / ".gitignore").read_text() == "mine\n"


def test_names_that_our_own_files_bear_are_fine(manager: WorkspaceManager) -> None:
    for name in ("lock", "trash", "private", "index"):
        manager.create_workspace(name)
        manager.delete_workspace(name, force=True)
        assert manager.restore_workspace(name).project_name == name


def test_failing_creation_leaves_nothing_half_made(manager: WorkspaceManager) -> None:
    # Something that is in the way where the tool's files go, and nowhere before.
    (manager.base_path / ".remotes").write_text("in the way")
    with pytest.raises(EnvironmentFailedError) as failed:
        manager.create_workspace("fraud")
    assert failed.value.operation == "create_workspace"
    assert not (manager.base_path / "fraud").exists()
    assert manager.list_workspaces() == []


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on a file's size")
def test_full_disk_leaves_nothing_half_made(tmp_path: Path) -> None:
    process = run(f"""
import resource, signal, sys
sys.dont_write_bytecode = True  # a module that the limit cuts off is taken for whole
from pytest_mlops_ws import EnvironmentFailedError, WorkspaceManager
manager = WorkspaceManager({str(tmp_path / "base")!r})
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (20, 20))
try:
    manager.create_workspace("fraud")
except EnvironmentFailedError as error:
    print(type(error).__name__, error.operation, error.exit_status)
""")
    out, err = process.communicate()
    assert (out, err) == ("EnvironmentFailedError create_workspace 4\n", "")
    assert not (tmp_path / "base" / "fraud").exists()
    assert not (tmp_path / "base" / ".remotes" / "fraud").exists()


def test_of_two_processes_that_create_one_workspace_one_wins(tmp_path: Path) -> None:
    start = tmp_path / "start"
    program = f"""
import time
from pathlib import Path
from pytest_mlops_ws import WorkspaceError, WorkspaceManager
import pytest_mlops_ws.workspaces.creation, pytest_mlops_ws.tools.mlflow, pytest_mlops_ws.tools.dvc
manager = WorkspaceManager({str(tmp_path / "base")!r})
print("ready", flush=True)
while not Path({str(start)!r}).exists(): time.sleep(0.001)
try:
    manager.create_workspace("fraud")
    print("won")
except WorkspaceError as error:
    print(str(error).partition(":")[0])
"""
    racers = [run(program) for _ in range(2)]
    for racer in racers:
        assert racer.stdout is not None
        racer.stdout.readline()
    start.touch()
    outcomes = [racer.communicate() for racer in racers]
    assert sorted(out for out, _ in outcomes) == ["Workspace already exists\n", "won\n"], outcomes


def test_creation_that_is_killed_leaves_no_workspace_or_a_whole_one(tmp_path: Path) -> None:
    base = tmp_path / "base"
    process = run(f"""
import itertools
from pytest_mlops_ws import WorkspaceManager
manager = WorkspaceManager({str(base)!r})
print("ready", flush=True)
for number in itertools.count():
    manager.create_workspace(f"p{{number:04}}")
""")
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(0.4)
    process.kill()
    process.communicate()
    manager = WorkspaceManager(base)
    directories = {path.name for path in base.iterdir() if path.name.startswith("p")}
    whole = {workspace.project_name for workspace in manager.list_workspaces()}
    assert len(directories - whole) <= 1
    assert directories
    for name in directories - whole:
        manager.create_workspace(name)
    for workspace in manager.list_workspaces():
        assert workspace.dvc_path.is_dir()
        assert (workspace.root_path / ".dvc" / "config").is_file()


# ── get, list, status ────────────────────────────────────────────────────────────────────────


def test_absent_workspace_is_said_with_the_remedy(manager: WorkspaceManager) -> None:
    with pytest.raises(WorkspaceMissingError, match="Workspace does not exist: 'fraud'") as missing:
        manager.get_workspace("fraud")
    assert (missing.value.operation, missing.value.workspace) == ("get_workspace", "fraud")
    assert "mlops-ws new fraud" in missing.value.message


def test_manifest_of_another_project_is_refused(manager: WorkspaceManager) -> None:
    fraud = manager.create_workspace("fraud")
    fraud.root_path.rename(manager.base_path / "churn")
    with pytest.raises(WorkspaceError, match="belongs to 'fraud', and its directory is 'churn'"):
        manager.get_workspace("churn")
    assert manager.list_workspaces() == []


def test_workspaces_are_listed_by_name_and_broken_ones_logged(
    manager: WorkspaceManager, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("fraud", "churn", "torn"):
        manager.create_workspace(name)
    (manager.base_path / "torn" / "workspace.yaml").write_text("project_name: [")
    (manager.base_path / "empty").mkdir()
    with caplog.at_level(logging.WARNING):
        listed = manager.list_workspaces()
    assert [workspace.project_name for workspace in listed] == ["churn", "fraud"]
    (record,) = caplog.records
    assert record.getMessage().startswith("Skipping workspace torn: Failed to load workspace meta")


def test_cache_sees_what_another_process_did(manager: WorkspaceManager) -> None:
    manager.create_workspace("fraud")
    manager.create_workspace("churn")
    done = run(f"""
from pytest_mlops_ws import WorkspaceManager
manager = WorkspaceManager({str(manager.base_path)!r})
manager.update_workspace_metadata("fraud", metadata={{"by": "other"}})
manager.delete_workspace("churn", force=True)
manager.create_workspace("late")
""")
    assert done.communicate() == ("", "")
    assert sorted(manager.workspaces) == ["fraud", "late"]
    assert manager.get_workspace("fraud").metadata == {"by": "other"}
    with pytest.raises(WorkspaceMissingError):
        manager.get_workspace("churn")


def test_unchanged_workspace_is_read_once(
    manager: WorkspaceManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    created = manager.create_workspace("fraud")
    monkeypatch.setattr(ProjectWorkspace, "load_metadata", None)
    assert manager.get_workspace("fraud") is created
    assert manager.list_workspaces() == [created]


def test_status_says_what_is_there(manager: WorkspaceManager) -> None:
    workspace = manager.create_workspace("fraud")
    before = manager.get_workspace_status("fraud")["directory_stats"]
    (workspace.outputs_path / "plots").mkdir()
    (workspace.outputs_path / "plots" / "roc.png").touch()
    (workspace.monitoring_path).rmdir()
    status = manager.get_workspace_status("fraud")
    assert status == workspace.to_dict() | {
        "directory_stats": before
        | {"outputs_files": 1, "monitoring_exists": False, "monitoring_files": 0}
    }
    assert manager.get_all_workspaces_status() == {"fraud": status}


# ── get or create, update ────────────────────────────────────────────────────────────────────


def test_existing_workspace_is_returned_as_it_is_and_a_disagreement_logged(
    manager: WorkspaceManager, caplog: pytest.LogCaptureFixture
) -> None:
    created = manager.get_or_create_workspace("fraud", mlflow_experiment_id=7, source_paths=["a"])
    with caplog.at_level(logging.WARNING):
        same = manager.get_or_create_workspace("fraud", mlflow_experiment_id=7, source_paths=["a"])
        assert caplog.records == []
        other = manager.get_or_create_workspace("fraud", mlflow_experiment_id="8", metadata=None)
    assert same is other is created
    (record,) = caplog.records
    assert record.getMessage() == (
        "Workspace fraud exists with mlflow_experiment_id='7'; '8' is not used."
        " To change it, call update_workspace_metadata()"
    )


def test_load_error_is_never_turned_into_a_create(manager: WorkspaceManager) -> None:
    manifest = manager.create_workspace("fraud").metadata_file
    manifest.write_text("project_name: [")
    with pytest.raises(WorkspaceError, match="Failed to load workspace metadata") as refused:
        manager.get_or_create_workspace("fraud")
    assert refused.value.operation == "get_or_create_workspace"
    assert manifest.read_text() == "project_name: ["


def test_update_merges_metadata_and_keeps_the_rest(manager: WorkspaceManager) -> None:
    manager.create_workspace("fraud", dvc_remote_path="s3://x", metadata={"a": 1, "b": 1})
    updated = manager.update_workspace_metadata(
        "fraud", mlflow_experiment_id=7, dvc_remote_path=None, metadata={"b": 2, "c": 3}
    )
    loaded = WorkspaceManager(manager.base_path).get_workspace("fraud")
    assert updated == loaded
    assert loaded.metadata == {"a": 1, "b": 2, "c": 3}
    assert (loaded.mlflow_experiment_id, loaded.dvc_remote_path) == ("7", "s3://x")
    assert manager.get_workspace("fraud") is updated


def test_update_that_fails_leaves_object_and_file(manager: WorkspaceManager) -> None:
    workspace = manager.create_workspace("fraud", metadata={"a": 1})
    before = workspace.metadata_file.read_bytes()
    with pytest.raises(UsageError):
        manager.update_workspace_metadata(
            "fraud", dvc_remote_path="s3://x", metadata={"b": object()}
        )
    assert (workspace.dvc_remote_path, workspace.metadata) == (None, {"a": 1})
    assert workspace.metadata_file.read_bytes() == before


def test_updates_of_many_processes_all_arrive(manager: WorkspaceManager) -> None:
    manager.create_workspace("fraud")
    programs = [
        f"""
from pytest_mlops_ws import WorkspaceManager
manager = WorkspaceManager({str(manager.base_path)!r})
for number in range(10):
    manager.update_workspace_metadata("fraud", metadata={{f"{letter}{{number}}": number}})
"""
        for letter in "abc"
    ]
    for process in [run(program) for program in programs]:
        assert process.communicate() == ("", "")
    expected = {f"{letter}{number}": number for letter in "abc" for number in range(10)}
    assert manager.get_workspace("fraud").metadata == expected


def test_save_that_is_killed_leaves_the_old_file_or_the_new(manager: WorkspaceManager) -> None:
    workspace = manager.create_workspace("fraud", metadata={"n": 0, "filler": ["x" * 50] * 100})
    process = run(f"""
import os, random, signal, time
from pytest_mlops_ws import ProjectWorkspace
root = {str(workspace.root_path)!r}
count = lambda: ProjectWorkspace.load_metadata(root).metadata["n"]
for _ in range(30):
    before = count()
    if (child := os.fork()) == 0:
        workspace = ProjectWorkspace.load_metadata(root)
        while True:
            workspace.metadata["n"] += 1
            workspace.save_metadata()
    while count() == before: time.sleep(0.001)
    time.sleep(random.uniform(0, 0.01))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    print(count(), flush=True)
""")
    out, err = process.communicate()
    assert err == ""
    counts = [int(line) for line in out.split()]
    assert len(counts) == 30
    assert counts == sorted(set(counts)), "each was killed after one save at least"
    manager.update_workspace_metadata("fraud", metadata={"n": 0})
    assert list(workspace.root_path.glob(".workspace.yaml.*")) == [], "what the killed left"
    assert len(manager.get_workspace("fraud").metadata["filler"]) == 100
