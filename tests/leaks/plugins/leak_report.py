"""Writes down what the guard found, and takes one detector away where that is asked for."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from pytest_mlops_ws.guard import (
    afterwards,
    child,
    counters,
    first_imports,
    left_behind,
    left_open,
    operations,
    outlived,
    unaudited,
    watch,
)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    from pytest_mlops_ws.fixtures.guarding import Guarding

    if hasattr(session.config, "workeroutput"):
        return
    guarding = Guarding.of(session.config)
    found: dict[str, object] = {"crossings": [], "faults": []}
    if guarding is not None:
        plain = [each.plain() for each in guarding.collected.crossings]
        found = {"crossings": plain, "faults": guarding.collected.faults}
    text = json.dumps(found)
    Path(os.environ["LEAK_REPORT"]).write_text(text, encoding="utf-8")


def _nothing(*_: object, **__: object) -> tuple[()]:
    return ()


def _unseen(*_: object) -> None:
    pass


def _stock(_: object, original: object) -> object:
    return original


#: What is put where, so that a detector sees nothing.
_WITHOUT: dict[str, list[tuple[object, str, object]]] = {
    "dir_fd": [(operations, "_directory_of_call", _unseen)],
    "attach": [(unaudited.Unaudited, "_watch_attach", _unseen)],
    "multiprocessing": [(unaudited.Unaudited, "_spawn", _stock)],
    "threads": [(unaudited.Unaudited, "_start", _stock)],
    "network": [(watch.Watch, "_judge_address", _unseen)],
    "neighbours": [(watch.Watch, "_neighbour", _unseen)],
    "counters": [(counters.Counters, "changed", _nothing)],
    "imports": [(first_imports.FirstImports, "install", _unseen)],
    "left open": [(left_open.LeftOpen, "look", _nothing)],
    "children": [(child.Children, "enable", _unseen)],
    "notifications": [(afterwards.Afterwards, "arm", _unseen)],
    "left behind": [
        (left_behind.LeftBehind, "look", _nothing),
        (left_behind.LeftBehind, "landed", _nothing),
    ],
    "outlived": [(outlived, "threads", _nothing), (outlived, "processes", _nothing)],
}

for _detector in filter(None, os.environ.get("LEAK_WITHOUT", "").split(",")):
    if _detector in operations.FILES:
        operations.FILES[_detector] = _nothing  # type: ignore[assignment]  # it yields nothing
    else:
        for _owner, _name, _instead in _WITHOUT[_detector]:
            setattr(_owner, _name, _instead)
