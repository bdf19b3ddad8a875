from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, NamedTuple

import pytest

from pytest_mlops_ws.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    Shell = Callable[..., "Said"]
    Write = Callable[[Mapping[str, str]], Path]


class Said(NamedTuple):
    """What a command said, and with which exit status."""

    status: int
    out: str
    err: str


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write files of a repository, by path; return its root."""
    root = tmp_path / "repo"
    root.mkdir()

    def write(files: Mapping[str, str]) -> Path:
        for name, text in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
        return root

    return write


@pytest.fixture
def repository(write: Write, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Write files of a git repository, all of them tracked, and go there."""
    root = write({})
    subprocess.run(["git", "init", "-q", "."], cwd=root, check=True)
    monkeypatch.chdir(root)

    def repository(files: Mapping[str, str]) -> Path:
        write(files)
        subprocess.run(["git", "add", "-Af", "."], cwd=root, check=True)
        return root

    return repository


@pytest.fixture
def shell(capfd: pytest.CaptureFixture[str]) -> Shell:
    """Run ``mlops-ws`` with some words, in this process."""

    def shell(*words: str) -> Said:
        capfd.readouterr()
        status = main(words)
        return Said(status, *capfd.readouterr())

    return shell
