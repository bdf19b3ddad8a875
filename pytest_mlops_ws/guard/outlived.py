"""Threads and processes that a test started and that are still there after it."""

from __future__ import annotations

import os
import signal
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from pytest_mlops_ws.guard.crossing import Crossing
from pytest_mlops_ws.guard.strangers import command, descendants

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from pytest_mlops_ws.guard.watch import Subject, Watch

#: What is about to end may do so.
_GRACE_SECONDS = 0.05
#: Kept by the standard library, or by libraries, for as long as the process lives.
_LIBRARIES_OWN = (
    "multiprocessing.resource_tracker",
    "multiprocessing.forkserver",
    "loky",
    "daemon",
)
_FENCED = "what it touches from now on is charged to this test"


def threads(
    watch: Watch, subject: Subject, before: Collection[threading.Thread]
) -> Iterator[Crossing]:
    """Yield each thread that the suite's own code started in *subject*.

    A daemon says by its kind that nobody need wait for it, and libraries leave many: it is told,
    and its test fails only if it touches something.
    """
    for thread in _alive(watch, subject, before):
        origin = watch.provenance.threads[thread]
        yield Crossing(
            "WS705",
            f"thread {thread.name!r} outlives {subject.line.function}; {_FENCED}",
            origin.line,
            test=subject.test,
            culprit=subject.project,
            subject=thread.name,
            remedy="end it and join it in the test, or in the fixture that starts it",
            fails=not thread.daemon,
        )


def _alive(
    watch: Watch, subject: Subject, before: Collection[threading.Thread]
) -> list[threading.Thread]:
    if not watch.provenance.threads:
        return []
    candidates = [
        thread
        for thread in threading.enumerate()
        if thread not in before
        and (origin := watch.provenance.threads.get(thread)) is not None
        and origin.test == subject.test
        and origin.direct
    ]
    if candidates:
        until = time.monotonic() + _GRACE_SECONDS
        for thread in candidates:
            thread.join(max(until - time.monotonic(), 0))
    return [thread for thread in candidates if thread.is_alive()]


def processes(
    watch: Watch, subject: Subject, before: Collection[int], *, ends: bool
) -> Iterator[Crossing]:
    """Yield each process that *subject* started and that goes on; *ends* it."""
    launches = watch.provenance.launches
    if not launches:
        return
    for process, running in _running(before):
        launch = next((each for each in launches if _same(each.command, running)), launches[-1])
        yield Crossing(
            "WS705",
            f"process {process} (`{running[:60]}`) outlives {subject.line.function}"
            + (" and was ended" if ends else ""),
            launch.origin.line if launch.origin else subject.line,
            test=subject.test,
            culprit=subject.project,
            subject=running,
            remedy="end it and wait for it in the test, or in the fixture that starts it",
        )
        if ends:
            with suppress(OSError):
                os.kill(process, signal.SIGTERM)


def _running(before: Collection[int]) -> list[tuple[int, str]]:
    until = time.monotonic() + _GRACE_SECONDS
    while True:
        found = [
            (process, running)
            for process in descendants()
            if process not in before
            and (running := command(process))
            and not any(word in running for word in _LIBRARIES_OWN)
        ]
        if not found or time.monotonic() > until:
            return found
        time.sleep(_GRACE_SECONDS / 5)


def _same(launched: str, running: str) -> bool:
    return launched.split()[-1:] == running.split()[-1:]
