"""Write how long each test took, set-up and tear-down included, and what it recorded."""

from __future__ import annotations

import json
import os
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

_seconds: dict[str, float] = defaultdict(float)
_properties: dict[str, dict[str, Any]] = {}


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    _seconds[report.nodeid] += report.duration
    _properties[report.nodeid] = dict(report.user_properties)


def pytest_sessionfinish(session: pytest.Session) -> None:
    if hasattr(session.config, "workerinput"):
        return
    rows = [
        {"test": _kind(nodeid), "seconds": seconds, **_properties[nodeid]}
        for nodeid, seconds in _seconds.items()
    ]
    Path(os.environ["BENCHMARK_OUTPUT"]).write_text(json.dumps(rows), encoding="utf-8")


def _kind(nodeid: str) -> str:
    return nodeid.rpartition("::")[2].partition("[")[0]


@pytest.fixture(autouse=True, scope="session")
def _count_builds() -> Iterator[None]:
    """Note each time that a template is built, by whichever process.

    Only where that is asked: the first workspace of a process has to load the module itself.
    """
    if "BENCHMARK_BUILDS" not in os.environ:
        yield
        return
    from pytest_mlops_ws.tools.mlflow import template

    stock = template._build

    def build(scratch: Path) -> bytes:
        with Path(os.environ["BENCHMARK_OUTPUT"] + ".builds").open("a", encoding="utf-8") as log:
            log.write("built\n")
        return stock(scratch)

    template._build = build
    yield
    template._build = stock


@pytest.fixture(scope="session")
def mlops_workspace_files(
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, bytes | None]:
    """Everything that is in a fresh workspace's base: path to content, None for a directory."""
    from pytest_mlops_ws.workspaces.scratch import ScratchWorkspace, create

    base = tmp_path_factory.mktemp("floor") / "base"
    create(ScratchWorkspace("fraud", base / "fraud"), with_git=True)
    return {
        path.relative_to(base).as_posix(): None if path.is_dir() else path.read_bytes()
        for path in sorted(base.rglob("*"))
    }
