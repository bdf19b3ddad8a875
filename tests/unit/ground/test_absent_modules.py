"""What cannot be imported is searched for once, and found as soon as it is there."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from importlib.machinery import ModuleSpec
from typing import TYPE_CHECKING

import pytest

from pytest_mlops_ws.ground.imports import absent_ones_remembered

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAME = "a_module_that_nobody_has"


class Searched:
    """A finder that finds nothing and counts how often it was asked."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def find_spec(self, name: str, *_: object) -> None:
        self.names.append(name)


@pytest.fixture
def searched(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Searched:
    finder = Searched()
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, finder])
    monkeypatch.syspath_prepend(tmp_path)
    return finder


@pytest.fixture
def _remembered(searched: Searched) -> Iterator[None]:
    with absent_ones_remembered(frozenset({NAME})):
        fail_to_import()
    searched.names.clear()
    with absent_ones_remembered(frozenset({NAME})):
        fail_to_import()
        yield
    sys.modules.pop(NAME, None)


def fail_to_import(name: str = NAME) -> None:
    with pytest.raises(ModuleNotFoundError, match=f"^No module named '{name}'$") as failed:
        importlib.import_module(name)
    assert failed.value.name == name


@pytest.mark.usefixtures("_remembered")
def test_it_is_searched_for_once(searched: Searched) -> None:
    for _ in range(3):
        fail_to_import()
    assert searched.names == [NAME]


@pytest.mark.usefixtures("_remembered")
def test_a_question_is_answered_as_ever(searched: Searched) -> None:
    assert importlib.util.find_spec(NAME) is None
    assert searched.names == [NAME, NAME]


@pytest.mark.usefixtures("_remembered")
def test_others_are_searched_for_each_time(searched: Searched) -> None:
    for _ in range(2):
        fail_to_import("another_that_nobody_has")
    assert searched.names.count("another_that_nobody_has") == 2


@pytest.mark.usefixtures("_remembered")
def test_one_that_has_come_is_found(tmp_path: Path) -> None:
    (tmp_path / f"{NAME}.py").write_text("HERE = True\n", encoding="utf-8")
    assert importlib.import_module(NAME).HERE


@pytest.mark.usefixtures("_remembered")
def test_one_in_a_directory_that_has_come_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / f"{NAME}.py").write_text("HERE = True\n", encoding="utf-8")
    fail_to_import()
    monkeypatch.setattr(sys, "path", [str(other), *sys.path])
    assert importlib.import_module(NAME).HERE


@pytest.mark.usefixtures("_remembered")
def test_one_that_a_new_finder_knows_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    class Finder:
        def find_spec(self, name: str, *_: object) -> ModuleSpec | None:
            asked.append(name)
            return ModuleSpec(name, Loader()) if name == NAME else None  # type: ignore[arg-type]  # enough of one

    class Loader:
        def create_module(self, spec: ModuleSpec) -> None:
            """Leave it to Python."""

        def exec_module(self, module: object) -> None:
            """Leave it empty."""

    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, Finder()])
    assert importlib.import_module(NAME).__name__ == NAME
    assert asked == [NAME]


@pytest.mark.usefixtures("_remembered")
def test_forgotten_caches_are_forgotten(searched: Searched) -> None:
    importlib.invalidate_caches()
    fail_to_import()
    assert searched.names == [NAME, NAME]


def test_afterwards_nothing_is_remembered(searched: Searched) -> None:
    with absent_ones_remembered(frozenset({NAME})):
        fail_to_import()
    for _ in range(2):
        fail_to_import()
    assert searched.names == [NAME] * 3
