"""What a test has left behind: said with the line that did it, and taken back."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from pytest_mlops_ws.guard import pieces, process_state
from pytest_mlops_ws.guard.crossing import Crossing
from pytest_mlops_ws.tools.mlflow import leftovers

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator
    from types import CodeType

    from pytest_mlops_ws.guard.attribution import Line
    from pytest_mlops_ws.guard.process_state import Snapshot
    from pytest_mlops_ws.guard.provenance import Origin
    from pytest_mlops_ws.guard.watch import Subject, Watch

_VARIABLE = "use monkeypatch.setenv(…), or ask for the fixture `workspace`"
#: Set by pytest around each phase.
_IGNORED = (b"PYTEST_",)


class LeftBehind:
    """Compares before and after.

    Args:
        watch: knows who set what.
        cleans: whether what was left is taken back.
    """

    def __init__(self, watch: Watch, *, cleans: bool) -> None:
        self._watch = watch
        self._cleans = cleans
        self._before: Snapshot | None = None
        self._last_run: str | None = None
        self._experiment: str | None = None
        #: What is as an earlier test left it, and the finding that says so.
        self._lying: dict[str, tuple[object, Crossing]] = {}
        #: What a fixture of a wider scope found and may put back when it ends.
        self._accepted: dict[object, list[Any]] = {}

    @property
    def threads(self) -> frozenset[threading.Thread]:
        """The threads that there should be."""
        return self._before.threads if self._before else frozenset()

    def begin(self) -> None:
        """Take how things are for how they should be."""
        self._before = process_state.take()
        self._last_run = leftovers.last_run()

    def accept(self, before: Snapshot, after: Snapshot) -> None:
        """Take what a fixture of a wider scope has changed for how things should be."""
        if self._before is None:
            return
        mine = self._before
        self._accept(mine.variables, before.variables, after.variables)
        self._accept(mine.pieces, before.pieces, after.pieces)
        self._before = self._before._replace(
            threads=self._before.threads | (after.threads - before.threads)
        )

    def _accept(self, mine: dict[Any, Any], was: dict[Any, Any], now: dict[Any, Any]) -> None:
        for key in was.keys() | now.keys():
            if was.get(key) != now.get(key):
                self._accepted.setdefault(key, []).append(was.get(key))
                if key in now:
                    mine[key] = now[key]
                else:
                    mine.pop(key, None)

    def look(self, subject: Subject, code: CodeType | None, *, undone: bool) -> Iterator[Crossing]:
        """Yield what *subject* has left behind.

        Args:
            subject: the test that is over.
            code: its function's, to look for the line in.
            undone: whether a workspace has taken back what steers tools.
        """
        before, self._before = self._before, None
        if before is None:
            return
        after = process_state.take()
        told: set[bytes] = set()
        for name, value in after.pieces.items():
            was = before.pieces.get(name, _pristine(value))
            if not self._is_left(name, was, value) or (undone and name != "umask"):
                continue
            left = self._left(subject, code, name, (was, value))
            yield left
            told.add(pieces.VARIABLES.get(name, "").encode())
            if self._cleans:
                process_state.put_back(name, was)
            else:
                self._lying[name] = value, left
        if not undone:
            yield from self._variables(subject, before, after, told)

    def _is_left(self, name: str, was: object, value: object) -> bool:
        if value == was or value in self._accepted.get(name, ()):
            return False
        return name != "log handlers" or _of_the_suite(value, was)

    def _variables(
        self, subject: Subject, before: Snapshot, after: Snapshot, told: set[bytes]
    ) -> Iterator[Crossing]:
        for name in _changed(before.variables, after.variables):
            value, was = after.variables.get(name), before.variables.get(name)
            if value in self._accepted.get(name, ()):
                continue
            origin = self._watch.provenance.variables.get(os.fsdecode(name))
            if name not in told and origin is not None and origin.test == subject.test:
                yield self._variable(subject, origin, os.fsdecode(name), value)
            if self._cleans and (name in pieces.TOLD or origin is not None):
                process_state.put_back_variable(name, was)

    def _left(
        self, subject: Subject, code: CodeType | None, name: str, change: tuple[object, object]
    ) -> Crossing:
        earlier, shown = map(pieces.shown, change)
        said = f"leaves {name} {shown} behind; it was {earlier}"
        if name == pieces.EXPERIMENT and self._experiment:
            said = (
                f"leaves the experiment {self._experiment!r} (id {change[1]}) active: runs of later"
                " tests land in whatever has that id in their own store"
            )
        return Crossing(
            "WS704",
            f"{_test(subject)} {said}",
            self._line(subject, code, name),
            test=subject.test,
            culprit=subject.project,
            subject=name,
            remedy=pieces.REMEDIES.get(name, pieces.WORKSPACE),
        )

    def _variable(
        self, subject: Subject, origin: Origin, name: str, value: bytes | None
    ) -> Crossing:
        what = f"the variable {name} set" if value is not None else f"the variable {name} unset"
        return Crossing(
            "WS704",
            f"{_test(subject)} leaves {what} behind",
            origin.line,
            test=subject.test,
            culprit=subject.project,
            subject=name,
            remedy=_VARIABLE,
        )

    def _line(self, subject: Subject, code: CodeType | None, name: str) -> Line:
        provenance = self._watch.provenance
        # A fixture that unsets the variable for good measure leaves the piece as it is.
        origin = provenance.setters.get(pieces.VARIABLES.get(name, ""))
        if name == "working directory":
            origin = provenance.directory
        if origin is not None and origin.test == subject.test:
            return origin.line
        return pieces.in_source(code, name, subject.line)

    def landed(self, subject: Subject) -> Iterator[Crossing]:
        """Yield it if a run of this test is where an earlier one's experiment sent it.

        To be asked while the fixtures still stand: they say where the store is.
        """
        before = self._before
        if before is None:
            return
        active = leftovers.observe().get("experiment")
        self._experiment = None
        if active is not None and active != before.pieces.get(pieces.EXPERIMENT):
            self._experiment = leftovers.experiment_name(active)
        run = leftovers.last_run()
        if run is None or run == self._last_run:
            return
        yield from self._in_left_experiment(subject, run, before.pieces.get(pieces.EXPERIMENT))
        yield from self._in_left_store(subject, run)

    def _in_left_store(self, subject: Subject, run: str) -> Iterator[Crossing]:
        value, left = self._lying.get(pieces.TRACKING, (None, None))
        if left is None or value != leftovers.observe().get("tracking URI"):
            return
        who = left.test.rpartition("::")[2]
        yield Crossing(
            "WS706",
            f"{_test(subject)} logs run {run[:8]} to '{value}', which it never names:"
            f" {who} left MLflow's tracking URI there",
            subject.line,
            test=subject.test,
            culprit=who,
            subject=pieces.TRACKING,
            remedy=f"let both tests {pieces.WORKSPACE}",
            poison=left.line,
        )

    def _in_left_experiment(self, subject: Subject, run: str, left: object) -> Iterator[Crossing]:
        origin = self._watch.provenance.setters.get("MLFLOW_EXPERIMENT_ID")
        if left is None or origin is None or origin.test in {subject.test, ""}:
            return
        found = leftovers.landing(run)
        if found is None or found[0] != str(left):
            return
        yield Crossing(
            "WS706",
            f"{_test(subject)} logs run {run[:8]} to experiment {found[1]!r}, which it never names:"
            f" {origin.test.rpartition('::')[2]} left the experiment id {left} active",
            subject.line,
            test=subject.test,
            culprit=origin.test.rpartition("::")[2],
            victim=found[1],
            subject=found[1],
            remedy=f"let both tests {pieces.WORKSPACE}",
            poison=origin.line,
        )


def _pristine(value: object) -> object:
    """Return what a piece was before MLflow was imported."""
    return () if isinstance(value, tuple) else None


def _changed(before: dict[bytes, bytes], after: dict[bytes, bytes]) -> list[bytes]:
    if before == after:
        return []
    names = sorted(before.keys() | after.keys())
    return [
        name
        for name in names
        if before.get(name) != after.get(name) and not name.startswith(_IGNORED)
    ]


def _of_the_suite(value: object, was: object) -> bool:
    """Tell whether a new handler is of the kind that people add; libraries bring their own."""
    if not isinstance(value, tuple) or not isinstance(was, tuple):
        return False
    return any(type(each).__module__ == "logging" for each in value if each not in was)


def _test(subject: Subject) -> str:
    return subject.line.function or subject.test
