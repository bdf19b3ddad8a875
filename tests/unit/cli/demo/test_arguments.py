from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

import pytest

from pytest_mlops_ws.cli import main
from pytest_mlops_ws.cli.demo import full
from pytest_mlops_ws.model.errors import EnvironmentFailedError

if TYPE_CHECKING:
    from pathlib import Path


def test_full_without_its_tools_is_refused_before_anything_is_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(full, "_TOOLS", ("no_such_tool", "nor_this"))
    assert main(["demo", "--full", "--output", str(tmp_path / "demo")]) == 4
    assert capsys.readouterr().err == (
        "mlops-ws: --full deploys and monitors for real, and no_such_tool and nor_this cannot be"
        " imported: pip install 'pytest-mlops-ws[all]'\n"
    )
    assert not (tmp_path / "demo").exists()


def test_a_step_of_the_story_that_fails_is_one_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "story.py").write_text("print('begun', flush=True); raise SystemExit('torn')")
    monkeypatch.setattr(full, "shipped", lambda _: tmp_path)
    page = io.StringIO()
    with pytest.raises(EnvironmentFailedError, match="ended with status 1:\ntorn"):
        full.tell(tmp_path, page)
    assert page.getvalue().endswith("\n  begun\n")


def test_directory_in_use_is_refused_and_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    theirs = tmp_path / "notes.txt"
    theirs.write_text("mine")
    assert main(["demo", "--output", str(tmp_path)]) == 2
    assert capsys.readouterr().err == (
        f"mlops-ws: {tmp_path} is not empty: name another directory, or none\n"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]
    assert theirs.read_text() == "mine"


def test_file_in_the_place_of_the_directory_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    theirs = tmp_path / "notes.txt"
    theirs.write_text("mine")
    assert main(["demo", "-o", str(theirs)]) == 2
    assert capsys.readouterr().err == f"mlops-ws: {theirs} is a file: name a directory, or none\n"
    assert theirs.read_text() == "mine"


def test_directory_that_cannot_be_made_is_the_environments_failure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    assert main(["demo", "-o", str(tmp_path / "file" / "below")]) == 4
    assert "Cannot write" in capsys.readouterr().err


def test_missing_modules_are_named_with_the_line_that_installs_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("dvc", "sklearn"):
        monkeypatch.setitem(sys.modules, name, None)  # what Python does for "cannot be imported"
    assert main(["demo", "-o", str(tmp_path)]) == 4
    assert capsys.readouterr().err == (
        "mlops-ws: The demo trains, logs and versions for real, and dvc, sklearn cannot be"
        " imported: pip install 'pytest-mlops-ws[demo]'\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_missing_git_is_said_before_anything_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main(["demo", "-o", str(tmp_path / "out")]) == 4
    assert "there is no git on PATH" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
