from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_mlops_ws.manifest import codec, emit, file
from pytest_mlops_ws.model.errors import UsageError, WorkspaceError

if TYPE_CHECKING:
    from pathlib import Path

LINES = st.lists(
    st.sampled_from(
        [
            *("# a comment", "", "mlflow_tracking_uri: http://x # why", "dvc_remote_path:"),
            *(
                "source_paths: [a, b]",
                "source_paths:\n- a # x\n- b",
                "bentoml_tag_prefix: >-\n  a\n  b",
            ),
            *(
                "metadata:\n  a: 1 # one\n\n  # two\n  b: {c: 2}",
                "metadata: {} # none",
                "team: risk",
            ),
            *("mlflow_experiment_id: 7", "created_at: '2026-11-23T09:15:02Z'", "metadata:"),
        ]
    ),
    unique_by=lambda line: line.partition(":")[0] or object(),
    max_size=7,
)
CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "mlflow_tracking_uri": st.none() | st.text(min_size=1, max_size=9),
        "mlflow_experiment_id": st.none() | st.text(min_size=1, max_size=9),
        "bentoml_tag_prefix": st.none() | st.text(min_size=1, max_size=9),
        "source_paths": st.none() | st.lists(st.sampled_from(["x", "y/z"]), unique=True),
        "metadata": st.dictionaries(
            st.text(max_size=5), st.integers() | st.text(max_size=5) | st.just([1, {"a": "b"}])
        ),
    },
)
NEWLINES = st.sampled_from(["\n", "\r\n"])


@given(LINES, CHANGES, NEWLINES, st.sampled_from(["", "\n"]))
def test_any_change_is_read_back_and_every_comment_stays(
    lines: list[str], changes: dict[str, emit.Plain], newline: str, end: str
) -> None:
    text = (
        newline.join(["project_name: fraud", *lines]).replace("\n", newline).replace("\r\r", "\r")
    )
    content = (text + end.replace("\n", newline)).encode()
    before = codec.read(content, "w.yaml")
    assert before.manifest is not None
    wanted = {
        key: value
        for key, value in changes.items()
        if not emit.same(value, before.manifest.values()[key])
    }
    after = file.changed(content, before, wanted)
    manifest = codec.read(after, "w.yaml").manifest
    assert manifest is not None
    assert emit.same(manifest.values(), before.manifest.values() | wanted)
    untouched = [line for line in lines if line.startswith("#") or "team" in line]
    assert [line for line in untouched if line.encode() not in after] == []
    assert b"\r\n" not in content or b"\n" not in after.replace(b"\r\n", b"")


def test_change_to_what_it_says_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "workspace.yaml"
    path.write_bytes(b"project_name: 'fraud'  # x\nmlflow_experiment_id: 7\n")
    before = path.stat()
    file.change(path, {"mlflow_experiment_id": "7", "mlflow_tracking_uri": None})
    after = path.stat()
    assert (after.st_mtime_ns, after.st_ino) == (before.st_mtime_ns, before.st_ino)


def test_byte_order_mark_stays(tmp_path: Path) -> None:
    path = tmp_path / "workspace.yaml"
    path.write_bytes("\ufeffproject_name: fraud\n".encode())
    file.change(path, {"mlflow_experiment_id": "a"})
    assert path.read_bytes() == "\ufeffproject_name: fraud\nmlflow_experiment_id: a\n".encode()


def test_manifest_in_braces_is_written_anew_with_its_unknown_keys(tmp_path: Path) -> None:
    path = tmp_path / "workspace.yaml"
    path.write_bytes(b"{project_name: fraud, team: [risk]}")
    file.change(path, {"mlflow_experiment_id": "a"})
    assert path.read_text() == (
        f"{codec.EDITOR_LINE}\nschema_version: 1\nproject_name: fraud\n"
        "mlflow_experiment_id: a\nmetadata: {}\nteam:\n  - risk\n"
    )


def test_manifest_in_braces_that_says_so_already_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "workspace.yaml"
    path.write_bytes(b"{project_name: fraud}")
    file.change(path, {"project_name": "fraud"})
    assert path.read_bytes() == b"{project_name: fraud}"


def test_layout_in_which_an_edit_would_change_more_is_written_anew(tmp_path: Path) -> None:
    path = tmp_path / "workspace.yaml"
    # The blank line is part of the text, and a key put before it would take it away.
    path.write_bytes(b"project_name: fraud\nbentoml_tag_prefix: |+\n  x\n\n")
    changed = file.change(path, {"mlflow_experiment_id": "a"})
    assert (changed.bentoml_tag_prefix, changed.mlflow_experiment_id) == ("x\n\n", "a")
    assert file.load(path) == changed


def test_error_of_a_manifest_that_is_missing_says_how_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match=r"Workspace metadata not found: .*mlops-ws new"):
        file.load(tmp_path / "workspace.yaml")


def test_directory_in_place_of_the_manifest_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "workspace.yaml").mkdir()
    with pytest.raises(WorkspaceError, match=r"Failed to load workspace metadata: .*directory"):
        file.load(tmp_path / "workspace.yaml")


def test_all_diagnostics_are_in_the_details(tmp_path: Path) -> None:
    path = tmp_path / "workspace.yaml"
    path.write_text("project_name: Fraud\nmetadta: {}\nmetadata: x\n")
    with pytest.raises(WorkspaceError, match=r"and 1 more") as refused:
        file.load(path)
    rules = [fault.rule for fault in refused.value.details["diagnostics"]]
    assert rules == ["WS204", "WS201", "WS203"]


def test_change_that_would_make_it_too_large_leaves_the_file(tmp_path: Path) -> None:
    path = tmp_path / "workspace.yaml"
    path.write_text("project_name: fraud\n")
    with pytest.raises(UsageError, match="Keep what is large"):
        file.change(path, {"metadata": {"text": "x" * 70_000}})
    assert path.read_text() == "project_name: fraud\n"


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on a file's size")
def test_full_disk_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "workspace.yaml"
    path.write_text("project_name: fraud\n")
    # A limit on the size of a file stands for the disk: the write begins, and fails.
    program = f"""
import resource, signal, sys
sys.dont_write_bytecode = True  # a module that the limit cuts off is taken for whole
from pathlib import Path
from pytest_mlops_ws.manifest import file
from pytest_mlops_ws.model.errors import EnvironmentFailedError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    file.change(Path({str(path)!r}), {{"metadata": {{"text": "x" * 5000}}}})
except EnvironmentFailedError as error:
    print(error)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == (
        f"Cannot write {path}: File too large. Check the permissions and the free space there.\n"
    )
    assert [entry.name for entry in tmp_path.iterdir()] == ["workspace.yaml"]
    assert path.read_text() == "project_name: fraud\n"
