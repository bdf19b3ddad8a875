"""The guard of one pytest process: what is protected, who is charged, what was found."""

from __future__ import annotations

import atexit
import os
import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING

from pytest_mlops_ws.ground.unwatched import unwatched
from pytest_mlops_ws.guard import hook, outlived, process_state
from pytest_mlops_ws.guard.afterwards import Afterwards
from pytest_mlops_ws.guard.attribution import Suite
from pytest_mlops_ws.guard.channel import Channel
from pytest_mlops_ws.guard.child import Children
from pytest_mlops_ws.guard.counters import Counters, held_open
from pytest_mlops_ws.guard.discovery import Protected
from pytest_mlops_ws.guard.first_imports import FirstImports
from pytest_mlops_ws.guard.left_behind import LeftBehind
from pytest_mlops_ws.guard.left_open import LeftOpen
from pytest_mlops_ws.guard.provenance import ADDRESSES
from pytest_mlops_ws.guard.strangers import descendants
from pytest_mlops_ws.guard.unaudited import Unaudited
from pytest_mlops_ws.guard.watch import Watch
from pytest_mlops_ws.model.record import Record
from pytest_mlops_ws.tools.dvc.openings import Openings
from pytest_mlops_ws.workspaces import activation

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path
    from types import CodeType

    from pytest_mlops_ws.guard.attribution import Line
    from pytest_mlops_ws.guard.crossing import Crossing
    from pytest_mlops_ws.guard.process_state import Snapshot
    from pytest_mlops_ws.guard.watch import Subject


class Surroundings(Record):
    """Where a session runs.

    Attributes:
        root: what names are shown relative to.
        repository: the repository's root.
        base: the directory of its workspaces.
        temporary: pytest's temporary directory; that of its workers, if this is one, too.
        private: a directory of this process's own in it, or the same.
        variables: the environment the process was started with.
    """

    root: Path
    repository: Path
    base: Path
    temporary: Path
    private: Path
    variables: Mapping[str, str]


class Guard:
    """Watches tests, one after the other.

    Args:
        around: where the session runs.
        refuses: whether a crossing is stopped.
        alone: whether no other worker runs tests of the same session.

    Attributes:
        watch: sees what this process does.
        late: crossings that nobody could be failed for any more.
        migrations: the seconds of each of MLflow's, if somebody wants to know.
    """

    def __init__(self, around: Surroundings, *, refuses: bool, alone: bool) -> None:
        tops = dict.fromkeys((around.root, around.repository))
        protected = Protected(tops, around.base, around.temporary, around.variables)
        self.late: list[Crossing] = []
        self.migrations: list[float] = []
        self._audit = ExitStack()
        self._shell = around.variables
        self._set_early = False
        self.watch = Watch(
            protected.territory,
            Suite([str(top) for top in tops]),
            refuses=refuses,
            endpoints=lambda: protected.endpoints,
            entered=self._entered,
        )
        self.watch.report = self._report
        self._endpoints = protected.endpoints
        private = str(around.private)
        self._channel = Channel(f"{private}/guard-{os.getpid()}.jsonl")
        self._children = Children(f"{private}/guard-{os.getpid()}.json", self._channel)
        self._counters = Counters(protected.territory)
        self._afterwards = Afterwards(self.watch, self._counters, alone=alone)
        self._open = LeftOpen(self.watch, self._counters, closes=refuses)
        self._unaudited = Unaudited(self.watch, self._open.connected)
        self._repositories = Openings(self._open.opened, self._open.closed)
        self._left = LeftBehind(self.watch, cleans=refuses)
        self._imports = FirstImports(self.watch, cleans=refuses)
        self._refuses = refuses
        self._wider: list[Snapshot] = []
        self._processes: set[int] = set()
        self.watch.on_launch = self._launched
        self.watch.on_native = self._met_library
        self._pid = os.getpid()
        self._taken = 0
        self._begun = False
        self._entered_before: int | None = None

    def audit(self) -> None:
        """Take the time of MLflow's migrations, too."""
        from pytest_mlops_ws.tools.mlflow.migrations import timed

        self._audit.enter_context(timed(self.migrations.append))
        self._set_early = any(
            (value := os.environ.get(name)) and value != self._shell.get(name) for name in ADDRESSES
        )

    @property
    def addresses(self) -> list[str]:
        """Where MLflow's addresses were set, in an audit."""
        early = ["a conftest, or the top of a module"] if self._set_early else []
        return early + [str(line) for line in self.watch.provenance.addresses]

    def begin(self, subject: Subject) -> None:
        """Charge what happens from now on to *subject*."""
        if not self._begun:
            self._begun = True
            self._children.enable()
            self._unaudited.install()
            self._repositories.install()
            self._imports.install()
            # What a conftest has opened is written to without an event.
            self._counters.meet(held_open())
        with unwatched:
            self._afterwards.forget()
        self._left.begin()
        self.watch.begin(subject)
        hook.watch(self.watch)

    def called(self, *, now: bool) -> None:
        """Take what is active now for the fixtures' doing; what comes is the test's own code's."""
        self._entered_before = len(activation.entered) if now else None

    def widening(self) -> None:
        """Look at how things are before a fixture of a wider scope changes them."""
        self._wider.append(process_state.take())
        self._imports.meant = True

    def widened(self) -> None:
        """Take what a fixture of a wider scope has done for how things should be."""
        before, after = self._wider.pop(), process_state.take()
        self._imports.meant = bool(self._wider)
        self._left.accept(before, after)
        self._open.accept()
        self._processes |= descendants() if self.watch.provenance.launches else set()

    def ran(self) -> None:
        """Look at where the runs of the test's own code went; not of one with a workspace."""
        subject = self.watch.subject
        if subject is not None and "mlflow" in sys.modules:
            with unwatched:
                self.watch.found += self._left.landed(subject)

    def finish(self, code: CodeType | None, shared: Collection[str], *, undone: bool) -> None:
        """Look at what the test has left behind.

        Args:
            code: its function's.
            shared: where the workspaces are that later tests have, too.
            undone: whether a workspace has taken back what steers tools.
        """
        watch, subject = self.watch, self.watch.subject
        if subject is None:
            return
        with unwatched:
            watch.found += outlived.threads(watch, subject, self._left.threads)
            watch.found += outlived.processes(watch, subject, self._processes, ends=self._refuses)
            watch.found += self._open.look(subject, shared)
            watch.found += self._left.look(subject, code, undone=undone)

    def end(self) -> None:
        """Let what happens from now on be nobody's; a thread that is left stays its starter's."""
        self.watch.subject = None
        self.watch.provenance.launches.clear()
        if not self.watch.provenance.threads:
            hook.watch(None)

    def take(self) -> list[Crossing]:
        """Return what was found since the last call, in the order it happened."""
        found, subject = self.watch.found, self.watch.subject
        if self._afterwards.hears:
            with unwatched:
                found += self._channel.receive()
                if subject is not None:
                    found += self._afterwards.look(subject, self.watch.provenance.launches)
        elif len(found) == self._taken:
            return []
        new, self._taken = found[self._taken :], len(found)
        return new

    def close(self) -> None:
        """Watch no more, until the process ends: then what tests have left to do is done."""
        hook.watch(None)
        self._audit.close()
        self._channel.close()
        self._children.disable()
        self._unaudited.remove()
        self._repositories.remove()
        self._imports.remove()
        if self._begun and self._refuses:
            # The last to be registered is the first to be called.
            atexit.register(self._exit)

    def _exit(self) -> None:
        self.watch.subject = next(reversed(self.watch.subjects.values()), None)
        self.watch.report = lambda crossing: print(crossing.diagnostic, file=sys.stderr)  # noqa: T201 -- pytest has said its last
        if os.getpid() == self._pid:
            hook.watch(self.watch)

    def _launched(self, subject: Subject, line: Line) -> None:
        if os.getpid() == self._pid:
            self._channel.open()
            self._afterwards.arm()
            self._children.tell(self.watch, subject, line, self._endpoints)

    def _met_library(self) -> None:
        with unwatched:
            self._afterwards.arm()

    def _report(self, crossing: Crossing) -> None:
        if os.getpid() == self._pid:
            self.watch.found.append(crossing)
        else:  # a forked child: its memory ends with it
            self._channel.send(crossing)

    def _entered(self) -> tuple[str, str] | None:
        """Return the workspace that the test's own code has made the current one."""
        before = self._entered_before
        if before is None or len(activation.entered) <= before:
            return None
        spec = activation.entered[-1]
        return spec.project_name, os.path.realpath(spec.root_path)
