from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from pytest_mlops_ws.model.errors import EnvironmentFailedError
from pytest_mlops_ws.workspaces import layout

if TYPE_CHECKING:
    from pathlib import Path


def test_git_sees_what_people_write_and_not_what_tools_write(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    layout.ignore_in_base(tmp_path)
    root = tmp_path / "fraud"
    layout.create_areas(root)
    layout.ignore_in_workspace(root)
    seen = ["fraud/workspace.yaml", "fraud/.dvc/config", "fraud/dvc/data.csv.dvc", "fraud/dvc.yaml"]
    seen += ["fraud/outputs/plots/roc.png.dvc"]
    hidden = ["fraud/mlflow/mlflow.db", "fraud/models/a/b", "fraud/monitoring/x/metadata.json"]
    hidden += ["fraud/outputs/plots/roc.png", ".remotes/fraud/x", ".mlops-ws/lock"]
    hidden += ["fraud/.workspace.yaml.abc123"]
    for path in seen + hidden:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()
    listing = ["git", "-C", tmp_path, "ls-files", "--others", "--exclude-standard"]
    found = subprocess.run(listing, capture_output=True, text=True, check=True).stdout.split()
    assert sorted(found) == sorted([*seen, ".gitignore", "fraud/.gitignore"])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, "/.remotes/\n/.mlops-ws/\n"),
        ("*.tmp", "*.tmp\n/.remotes/\n/.mlops-ws/\n"),
        ("/.mlops-ws/\n*.tmp\n", "/.mlops-ws/\n*.tmp\n/.remotes/\n"),
        ("/.remotes/\n/.mlops-ws/\n", "/.remotes/\n/.mlops-ws/\n"),
    ],
)
def test_lines_of_others_in_the_bases_ignore_file_stay(
    tmp_path: Path, before: str | None, after: str
) -> None:
    if before is not None:
        (tmp_path / ".gitignore").write_text(before)
    layout.ignore_in_base(tmp_path)
    assert (tmp_path / ".gitignore").read_text() == after


def test_workspaces_own_ignore_file_stays(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("mine\n")
    layout.ignore_in_workspace(tmp_path)
    assert (tmp_path / ".gitignore").read_text() == "mine\n"


def test_file_in_place_of_an_area_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "dvc").touch()
    with pytest.raises(EnvironmentFailedError, match=r"Cannot write .*: File exists"):
        layout.create_areas(tmp_path)
