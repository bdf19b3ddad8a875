from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from pytest_mlops_ws.checks.files import Files
from pytest_mlops_ws.checks.run import manifests
from pytest_mlops_ws.checks.workspaces import Workspaces
from pytest_mlops_ws.ground.listing import listing
from pytest_mlops_ws.manifest.reading import read

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from pytest_mlops_ws.checks.claims import Claim


@pytest.fixture
def workspaces(repository: Callable[[Mapping[str, str]], Path]) -> Callable[..., Workspaces]:
    """Make a git repository of files and take its projects together."""

    def workspaces(
        files: Mapping[str, str], *ignored: str, others: dict[str, list[Claim]] | None = None
    ) -> Workspaces:
        root = os.path.realpath(repository(files))
        for path in ignored:
            subprocess.run(["git", "rm", "-q", "--cached", path], cwd=root, check=True)
            with open(f"{root}/.git/info/exclude", "a", encoding="utf-8") as file:  # noqa: PTH123 -- as short as it gets
                file.write(f"/{path}\n")
        found = listing(root)
        held = Files(root, found.tracked, found.untracked)
        names = manifests(held.paths)
        contents = ((held.read(name) or b"", name) for name in names)
        return Workspaces(held, "mlops/workspace", [read(*each) for each in contents], others)

    return workspaces
