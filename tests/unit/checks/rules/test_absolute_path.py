from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_mlops_ws.checks.fix import edited

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytest_mlops_ws.checks.run import Checked


@pytest.mark.parametrize(
    "path",
    [
        "/mnt/data/fraud",
        "/data/fraud",
        "/srv/dvc",
        "/homes/x",
        "/tmpfs/x",  # noqa: S108 -- a text
        "mlops/workspace/fraud/dvc/remote",
        "s3://home/tmp",
        "https://example.com/tmp/x",
        "${MLOPS_WS_UNSET}/tmp",
    ],
)
def test_these_travel(says: Callable[..., list[str]], path: str) -> None:
    assert says("WS316", {"fraud": f"dvc_remote_path: {path}\n"}) == []


@pytest.mark.parametrize(
    ("path", "where"),
    [
        ("/home/someone/x", "somebody's home directory"),
        ("/Users/someone/x", "somebody's home directory"),
        ("/root/x", "somebody's home directory"),
        ("/tmp/mlflow", "a temporary directory"),  # noqa: S108 -- a text
        ("/var/tmp/mlflow", "a temporary directory"),  # noqa: S108 -- a text
        ("/srv/../tmp/mlflow", "a temporary directory"),
        ("file:///tmp/mlflow", "a temporary directory"),
        ("C:/Users/someone/x", "a Windows drive"),
        ("'D:\\data'", "a Windows drive"),
    ],
)
def test_these_do_not(says: Callable[..., list[str]], path: str, where: str) -> None:
    assert says("WS316", {"fraud": f"dvc_remote_path: {path}\n"}) == [
        f"fraud's dvc_remote_path is a path in {where}: {path.strip(chr(39))}"
    ]


def test_home_is_somebodys(says: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/someone")
    assert says("WS316", {"fraud": "mlflow_artifact_location: ~/mlruns\n"}) == [
        "fraud's mlflow_artifact_location is a path in somebody's home directory: ~/mlruns"
    ]


@pytest.mark.parametrize(
    ("line", "remedy", "after"),
    [
        (
            "mlflow_tracking_uri: sqlite:///{root}/mlops/workspace/fraud/mlflow/mlflow.db",
            "remove mlflow_tracking_uri: that place is the derived one",
            "",
        ),
        (
            "dvc_remote_path: {root}/mlops/workspace/.remotes/fraud/",
            "remove dvc_remote_path: that place is the derived one",
            "",
        ),
        (
            "dvc_remote_path: {root}/mlops/workspace/fraud/dvc/remote",
            "write 'dvc_remote_path: mlops/workspace/fraud/dvc/remote'",
            "dvc_remote_path: mlops/workspace/fraud/dvc/remote\n",
        ),
        (
            "mlflow_registry_uri: sqlite:///{root}/mlops/workspace/fraud/r.db?timeout=5",
            "write 'mlflow_registry_uri: sqlite:///mlops/workspace/fraud/r.db?timeout=5'",
            "mlflow_registry_uri: 'sqlite:///mlops/workspace/fraud/r.db?timeout=5'\n",
        ),
        (
            "mlflow_artifact_location: file://{root}/mlops/workspace/fraud/x%20y",
            "write 'mlflow_artifact_location: mlops/workspace/fraud/x y'",
            "mlflow_artifact_location: mlops/workspace/fraud/x y\n",
        ),
    ],
)
def test_a_path_into_this_checkout_is_written_as_one_that_travels(
    checked: Callable[..., Checked], tmp_path: Path, line: str, remedy: str, after: str
) -> None:
    text = f"project_name: fraud\n{line.format(root=tmp_path / 'repo-0')}\n"
    (found,) = checked({"mlops/workspace/fraud/workspace.yaml": text}, "WS316").diagnostics
    assert "is a path in this checkout" in found.message
    assert found.remedy == remedy
    assert found.fix is not None
    assert found.fix.safe
    assert edited(text.encode(), found.fix.edits).decode() == f"project_name: fraud\n{after}"


def test_a_variable_in_it_is_for_people(
    checked: Callable[..., Checked], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHECKOUT", str(tmp_path / "repo-0"))
    text = "project_name: fraud\ndvc_remote_path: ${CHECKOUT}/mlops/workspace/fraud/dvc/remote\n"
    (found,) = checked({"mlops/workspace/fraud/workspace.yaml": text}, "WS316").diagnostics
    assert found.fix is not None
    assert not found.fix.safe


def test_a_repository_in_a_repository_counts_from_its_own_root(
    checked: Callable[..., Checked], tmp_path: Path
) -> None:
    directory = "examples/sample/mlops/workspace/fraud"
    text = f"project_name: fraud\ndvc_remote_path: {tmp_path / 'repo-0'}/{directory}/remote\n"
    (found,) = checked({f"{directory}/workspace.yaml": text}, "WS316").diagnostics
    assert found.remedy == "write 'dvc_remote_path: mlops/workspace/fraud/remote'"


def test_the_remedy_for_a_remote_elsewhere_moves_the_data(checked: Callable[..., Checked]) -> None:
    text = "project_name: fraud\ndvc_remote_path: /home/someone/dvc\n"
    found = checked({"mlops/workspace/fraud/workspace.yaml": text}, "WS316")
    assert [fault.remedy for fault in found.diagnostics] == [
        (
            "move the data to mlops/workspace/.remotes/fraud and remove dvc_remote_path, or name a"
            " server or a bucket"
        )
    ]
