"""A workspace in a process that has loaded MLflow and DVC, or all four tools."""

from __future__ import annotations

import importlib
import os
import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Record = Callable[[str, object], None]

for tool in os.environ["BENCHMARK_TOOLS"].split():
    importlib.import_module(tool)

if "bentoml" in os.environ["BENCHMARK_TOOLS"]:
    # As in a process that has used it: what it remembers is there to be set aside.
    importlib.import_module("bentoml.models")


@pytest.mark.parametrize("n", range(int(os.environ["BENCHMARK_ROUNDS"])))
def test_workspace(n: int, tmp_path_factory: pytest.TempPathFactory, workspace: object) -> None:
    pass


@pytest.fixture(autouse=True)
def _cpu(record_property: Record) -> Iterator[None]:
    """Note the CPU time from before the workspace is made to after it is gone."""
    begun = time.process_time()
    yield
    record_property("cpu", time.process_time() - begun)
