from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from pytest_mlops_ws.checks.files import Files
from pytest_mlops_ws.checks.run import check, manifests
from pytest_mlops_ws.findings.rule import HardLink, Link

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from pytest_mlops_ws.checks.run import Checked

BASE = "mlops/workspace"


def write(root: Path, files: Mapping[str, str]) -> None:
    """Write an example; links come last, since they may name what is written."""
    for name, text in sorted(files.items(), key=lambda item: isinstance(item[1], Link | HardLink)):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(text, Link):
            path.symlink_to(text)
        elif isinstance(text, HardLink):
            os.link(root / text, path)
        else:
            path.write_bytes(text.encode())


@pytest.fixture
def repository(tmp_path: Path) -> Callable[[Mapping[str, str]], Path]:
    """Make a git repository of an example, all of it tracked."""

    def repository(files: Mapping[str, str]) -> Path:
        root = tmp_path / f"repo-{len(list(tmp_path.iterdir()))}"
        root.mkdir()
        write(root, files)
        subprocess.run(["git", "init", "-q", "."], cwd=root, check=True)
        subprocess.run(["git", "add", "-f", "."], cwd=root, check=True)
        return root

    return repository


@pytest.fixture
def checked(repository: Callable[[Mapping[str, str]], Path]) -> Callable[..., Checked]:
    """Make a git repository of an example and check it, with every rule or some."""

    def checked(files: Mapping[str, str], *only: str) -> Checked:
        root = os.path.realpath(repository(files))
        done = subprocess.run(
            ["git", "ls-files", "-z"], cwd=root, check=True, capture_output=True, text=True
        )
        tracked = [path for path in done.stdout.split("\0") if path]
        listed = Files(root, tracked)
        return check(
            listed, BASE, manifests(tracked), selected=lambda rule: not only or rule in only
        )

    return checked
