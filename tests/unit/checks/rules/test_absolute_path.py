from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


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


def test_a_path_into_this_checkout(checked: Callable[..., object], tmp_path: Path) -> None:
    root = tmp_path / "repo-0"
    files = {
        "mlops/workspace/fraud/workspace.yaml": (
            f"project_name: fraud\nmlflow_tracking_uri: sqlite:///{root}/mlops/workspace/fraud/mlflow/mlflow.db\n"
            f"dvc_remote_path: {root}/mlops/workspace/fraud/dvc/remote\n"
        )
    }
    found = checked(files, "WS316").diagnostics  # type: ignore[attr-defined]
    assert [(fault.message.partition(": ")[0], fault.remedy) for fault in found] == [
        (
            "fraud's mlflow_tracking_uri is a path in this checkout",
            "remove mlflow_tracking_uri: that place is the derived one",
        ),
        (
            "fraud's dvc_remote_path is a path in this checkout",
            "write 'dvc_remote_path: mlops/workspace/fraud/dvc/remote'",
        ),
    ]


def test_the_remedy_for_a_remote_elsewhere_moves_the_data(checked: Callable[..., object]) -> None:
    text = "project_name: fraud\ndvc_remote_path: /home/someone/dvc\n"
    found = checked({"mlops/workspace/fraud/workspace.yaml": text}, "WS316")
    assert [fault.remedy for fault in found.diagnostics] == [  # type: ignore[attr-defined]
        (
            "move the data to mlops/workspace/.remotes/fraud and remove dvc_remote_path, or name a"
            " server or a bucket"
        )
    ]
