"""What of a process a test can leave changed, in words: what people call it and what to type."""

from __future__ import annotations

import linecache
from typing import TYPE_CHECKING

from pytest_mlops_ws.guard.attribution import Line
from pytest_mlops_ws.tools.bentoml import leftovers as bentoml
from pytest_mlops_ws.tools.mlflow import leftovers as mlflow

if TYPE_CHECKING:
    from types import CodeType

EXPERIMENT = "MLflow's experiment"
TRACKING = "MLflow's tracking URI"
STORES = "BentoML's stores"
WORKSPACE = "ask for the fixture `workspace`, which undoes it"
REMEDIES = {
    "working directory": "use monkeypatch.chdir(…), or `with contextlib.chdir(…):`",
    "umask": "put it back in a `finally`, or in the fixture that sets it",
    "log handlers": "remove the handler in a `finally`, or use caplog",
    "MLflow's open run": "write `with mlflow.start_run():`, or ask for the fixture `workspace`",
}
#: The variable that goes with a piece, and that knows who set it.
VARIABLES = {
    f"MLflow's {name}": variable for name, (variable, _) in mlflow.TRACES.items() if variable
} | {STORES: bentoml.VARIABLE}
#: MLflow tells its children by them; the piece itself is reported.
TOLD = frozenset(variable.encode() for variable, _ in mlflow.TRACES.values() if variable)
#: How it looks in a test's source, for what no variable tells.
_NEEDLES = {
    "umask": ("umask(",),
    "log handlers": ("addHandler(", "basicConfig(", "dictConfig("),
    "working directory": ("chdir(",),
    STORES: (".set(", "BentoMLContainer.", "bentoml."),
} | {f"MLflow's {name}": needles for name, (_, needles) in mlflow.TRACES.items()}
#: What a needle may be part of, and which leaves nothing behind.
_NOT = ("with ", "def ", "async ", "@", "#", "import ", "from ")


def in_source(code: CodeType | None, name: str, fallback: Line) -> Line:
    """Return the line of a test's own source that leaves the piece *name* changed."""
    if code is None:
        return fallback
    last = max((line for *_, line in code.co_lines() if line), default=code.co_firstlineno)
    lines = linecache.getlines(code.co_filename)[code.co_firstlineno - 1 : last]
    for needle in _NEEDLES.get(name, ()):
        for number, text in enumerate(lines, code.co_firstlineno):
            if needle in text and not text.lstrip().startswith(_NOT):
                return Line(fallback.path, number, fallback.function)
    return fallback


def shown(value: object) -> str:
    """Return a piece's value for people."""
    if value is None or value == ():
        return "unset"
    if isinstance(value, tuple):
        return ", ".join(shown(each) for each in value)
    return f"{value:#o}" if isinstance(value, int) else f"'{value}'"
