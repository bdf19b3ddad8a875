"""Each scenario runs in a forked child: what it leaves behind dies with it."""

from __future__ import annotations

import contextlib
import importlib
import os
import pickle
import sys
import traceback
import warnings
from typing import TYPE_CHECKING, Protocol, TypeVar

import pytest

from pytest_mlops_ws.tools.mlflow import engines, row
from pytest_mlops_ws.tools.mlflow.state import StateNotUndoneWarning
from pytest_mlops_ws.workspaces.scratch import ScratchWorkspace, create

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytest.importorskip("mlflow")
pytest.importorskip("sqlalchemy")

T = TypeVar("T")


class Make(Protocol):
    """Makes a workspace for a scenario."""

    def __call__(self, name: str = "fraud") -> ScratchWorkspace:
        """Make one that bears *name*."""


@pytest.fixture(scope="session", autouse=True)
def _warm_template(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Build the template, and do once what is slow the first time, so that no child has to."""
    for module in ("mlflow.genai", "mlflow.sklearn", "mlflow.pyfunc", "sklearn.linear_model"):
        with contextlib.suppress(ImportError), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # MLflow's own, of MLflow
            importlib.import_module(module)
    root = tmp_path_factory.mktemp("warm") / "base" / "warm-up"
    warm = ScratchWorkspace("warm-up", root)
    create(warm, with_git=False)
    # Not in an activation, of which each scenario's is to be the first: what is configured once
    # for all statements (SQLAlchemy's mappers, MLflow's converters) is so for every child.
    client = warm.mlflow.client
    run = client.create_run("0").info.run_id
    client.log_metric(run, "auc", 0.9)
    client.log_param(run, "depth", 3)
    client.log_text(run, "x", "x.txt")
    client.set_terminated(run)
    client.create_registered_model("m")
    warm.mlflow.runs()
    row.lookup(engines.SERVICE, "_artifact_repos_cache", {}).clear()
    for opened in engines.engine_maps():
        for engine in opened.values():
            engines.close(
                engine.pool
            )  # or the collector tells of it, in whichever test it comes by
    _forget_the_parents_stores()


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """Make workspaces, each below a base of its own."""
    counter = iter(range(100))

    def make(name: str = "fraud") -> ScratchWorkspace:
        workspace = ScratchWorkspace(name, tmp_path / f"bäse {next(counter)}" / name)
        create(workspace, with_git=False)
        return workspace

    yield make
    # What a handle opened outside of any activation; left to the collector it would warn.
    for opened in engines.engine_maps():
        for engine in opened.values():
            engines.close(engine.pool)
    _forget_the_parents_stores()


def in_child(scenario: Callable[[], T]) -> T:
    """Return what *scenario* returns in a forked process; an exception there is one here."""
    reader, writer = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child == 0:
        os.close(reader)
        # MLflow swallows what -W error makes of its own warnings, and then does nothing.
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", StateNotUndoneWarning)
        try:
            _forget_the_parents_stores()
            answer = (True, scenario())
        except BaseException:  # noqa: BLE001 -- all of it goes to the parent
            answer = (False, traceback.format_exc())
        with os.fdopen(writer, "wb") as stream:
            stream.write(pickle.dumps(answer))
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as stream:
        content = stream.read()
    _, status = os.waitpid(child, 0)
    assert content, f"the child died: {os.waitstatus_to_exitcode(status)}"
    succeeded, value = pickle.loads(content)  # noqa: S301 -- written by our own child
    assert succeeded, value
    answered: T = value
    return answered


def _forget_the_parents_stores() -> None:
    """Handles have opened some, in the parent: each test and each scenario looks for its own."""
    for cached in engines._store_caches():
        cached.cache_clear()
    for opened in engines.engine_maps():
        opened.clear()


@pytest.fixture
def child() -> Callable[[Callable[[], T]], T]:
    """Run a scenario in a forked process."""
    return in_child
