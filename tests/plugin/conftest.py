from __future__ import annotations

import os
import subprocess
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import pytest

from pytest_mlops_ws.ground.cache import cache_directory
from pytest_mlops_ws.tools import all_tools

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


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
    patterns |= {"GIT_*", "MLOPS_WS_*"}
    # The matrix runs us on the stock path too.
    for name in os.environ.keys() - {"MLOPS_WS_STOCK"}:
        if any(fnmatchcase(name, pattern) for pattern in patterns):
            monkeypatch.delenv(name)
    monkeypatch.setenv("MLOPS_WS_CACHE_DIR", str(users_cache))
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    return pytester


@pytest.fixture
def run(suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Callable[..., pytest.RunResult]:
    """Run the suite in a process of its own; the arguments are pytest's.

    Of the plugins that happen to be installed only those named in *plugins* are loaded: the
    others cost more than the suite.
    """
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")

    def run(*arguments: str, plugins: tuple[str, ...] = ()) -> pytest.RunResult:
        loaded = ("mlops_ws", *plugins, *(("xdist",) if "-n" in arguments else ()))
        by_name = [word for plugin in loaded for word in ("-p", plugin)]
        return suite.runpytest_subprocess(*by_name, *arguments, timeout=120)

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
