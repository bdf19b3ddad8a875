from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING

import pytest

from pytest_mlops_ws.ground.imports import before_import, when_imported

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a module that can be imported and has not been."""
    (tmp_path / "a_module_of_nobody.py").write_text("import builtins\nbuiltins.seen.append('it')\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr("builtins.seen", [], raising=False)
    monkeypatch.delitem(sys.modules, "a_module_of_nobody", raising=False)
    return "a_module_of_nobody"


@pytest.fixture
def seen(module: str) -> list[str]:
    import builtins

    return builtins.seen  # type: ignore[attr-defined, no-any-return]  # put there above


def _says(seen: list[str], word: str) -> Callable[..., None]:
    return lambda *_: seen.append(word)


def test_before_comes_before_and_when_after(module: str, seen: list[str]) -> None:
    with before_import(module, _says(seen, "before")), when_imported(module, _says(seen, "after")):
        importlib.import_module(module)
        importlib.import_module(module)
    assert seen == ["before", "it", "after"]


def test_of_nested_contexts_the_outer_one_is_told_first_and_undoes_last(
    module: str, seen: list[str]
) -> None:
    entered = []

    def enter(word: str) -> Callable[[], None]:
        def callback() -> None:
            seen.append(f"before {word}")
            context = when_imported(module, _says(seen, f"after {word}"))
            context.__enter__()
            entered.append(context)

        return callback

    with before_import(module, enter("outer")), before_import(module, enter("inner")):
        importlib.import_module(module)
    for context in reversed(entered):
        context.__exit__(None, None, None)
    # As if each had hooked the module when its context was entered: the inner hook lies on top.
    assert seen == ["before outer", "before inner", "it", "after outer", "after inner"]


def test_nothing_is_left_behind(module: str, seen: list[str]) -> None:
    finders = list(sys.meta_path)
    with before_import(module, _says(seen, "before")), before_import("no_such_module", seen.clear):
        pass
    importlib.import_module(module)
    assert (seen, sys.meta_path) == (["it"], finders)


def test_what_is_not_there_is_still_not_there(seen: list[str]) -> None:
    with before_import("no_such_module", _says(seen, "before")):
        for _ in range(2):
            with pytest.raises(ModuleNotFoundError, match="No module named 'no_such_module'"):
                importlib.import_module("no_such_module")
    assert seen == ["before"]
