"""Tests that store a model in BentoML each, and look what is there."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import bentoml
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Record = Callable[[str, object], None]

ROUNDS = int(os.environ["BENCHMARK_ROUNDS"])


def store_and_list(n: int) -> bool:
    name = f"model-{n}"
    with bentoml.models.create(name):
        pass
    return [model.tag.name for model in bentoml.models.list()] == [name]


@pytest.mark.parametrize("n", range(ROUNDS))
def test_variable(
    n: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, record_property: Record
) -> None:
    monkeypatch.setenv("BENTOML_HOME", str(tmp_path))
    record_property("own", store_and_list(n))


@pytest.mark.parametrize("n", range(ROUNDS))
def test_workspace(n: int, workspace: object, record_property: Record) -> None:
    record_property("own", store_and_list(n))
