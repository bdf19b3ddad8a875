from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from pytest_mlops_ws.ground.cache import cache_directory
from pytest_mlops_ws.tools import all_tools

if TYPE_CHECKING:
    from collections.abc import Callable
    from fnmatch import fnmatchcase
    from pathlib import Path
else:
    from fnmatch import fnmatchcase

#: Other people's plugins, out of the way unless a test asks for one: Hydra's comes with DVC and
#: costs a second, and a test that fails in one order only must say so in its name.
QUIET = ("-p", "no:hydra_pytest", "-p", "no:randomly", "-p", "no:cacheprovider")


@pytest.fixture(scope="session")
def users_cache() -> Path:
    """The cache of whoever runs us, asked for while their home directory is still known."""
    return cache_directory()


@pytest.fixture
def suite(
    users_cache: Path, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> pytest.Pytester:
    """An empty suite, to be run as by somebody who has set no variable of any tool."""
    patterns = {pattern for tool in all_tools() for pattern in (*tool.ambient, *tool.telemetry)}
    for name in list(os.environ):
        if any(fnmatchcase(name, pattern) for pattern in (*patterns, "GIT_*", "MLOPS_WS_*")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("MLOPS_WS_CACHE_DIR", str(users_cache))
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    return pytester


@pytest.fixture
def run(suite: pytest.Pytester) -> Callable[..., pytest.RunResult]:
    """Run the suite in a process of its own; the arguments are pytest's."""

    def run(*arguments: str, random_order: bool = False) -> pytest.RunResult:
        quiet = [each for each in QUIET if not (random_order and each == "no:randomly")]
        if random_order:
            quiet.remove("-p")
        return suite.runpytest_subprocess(*quiet, *arguments, timeout=120)

    return run


@pytest.fixture
def project(suite: pytest.Pytester) -> Callable[..., Path]:
    """Write the manifest of a project of the repository that holds the suite."""

    def project(name: str, *lines: str) -> Path:
        path = suite.path / "mlops" / "workspace" / name / "workspace.yaml"
        path.parent.mkdir(parents=True)
        text = "\n".join(["schema_version: 1", f"project_name: {name}", *lines, ""])
        path.write_text(text, encoding="utf-8")
        return path

    return project


@pytest.fixture
def repository(suite: pytest.Pytester) -> Path:
    """Make the suite's directory a git repository; return it."""
    subprocess.run(["git", "init", "-q", "."], cwd=suite.path, check=True)
    return suite.path
