"""Writes down what the guard found, and takes one detector away where that is asked for."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from pytest_mlops_ws.guard import (
    afterwards,
    child,
    left_behind,
    operations,
    outlived,
    unaudited,
    watch,
)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    from pytest_mlops_ws.fixtures.verdict import Collected

    if hasattr(session.config, "workeroutput"):
        return
    collected = Collected.of(session.config)
    plain = [each.plain() for each in collected.crossings]
    text = json.dumps({"crossings": plain, "faults": collected.faults})
    Path(os.environ["LEAK_REPORT"]).write_text(text, encoding="utf-8")


def _nothing(*_: Any, **__: Any) -> tuple[()]:
    return ()


def _take_away(detector: str) -> None:
    if detector in operations.FILES:
        operations.FILES[detector] = _nothing
    elif detector == "dir_fd":
        operations._directory_of_call = lambda _: None
    elif detector == "attach":
        unaudited.Unaudited._watch_attach = lambda *_: None  # type: ignore[method-assign]
    elif detector == "multiprocessing":
        unaudited.Unaudited._spawn = lambda _, original: original  # type: ignore[method-assign]
    elif detector == "threads":
        unaudited.Unaudited._start = lambda _, original: original  # type: ignore[method-assign]
    elif detector == "network":
        watch.Watch._judge_address = lambda *_: None  # type: ignore[method-assign]
    elif detector == "neighbours":
        watch.Watch._neighbour = lambda *_: None  # type: ignore[method-assign]
    elif detector == "children":
        child.Children.enable = lambda _: None  # type: ignore[method-assign]
    elif detector == "notifications":
        afterwards.Afterwards.arm = lambda _: None  # type: ignore[method-assign]
    elif detector == "left behind":
        left_behind.LeftBehind.look = _nothing  # type: ignore[method-assign]
    elif detector == "outlived":
        outlived.threads = outlived.processes = _nothing  # type: ignore[assignment]
    else:
        message = f"there is no detector {detector!r}"
        raise ValueError(message)


for _each in filter(None, os.environ.get("LEAK_WITHOUT", "").split(",")):
    _take_away(_each)
