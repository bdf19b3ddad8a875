"""What a test has left open for others to write through: databases, and repositories of DVC.

Who uses them later is seen by nobody, for no file is opened any more. Only what the suite's own
code has opened is looked at, and of databases only those that are somebody's.
"""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from pytest_mlops_ws.guard import paths
from pytest_mlops_ws.guard.counters import held_open
from pytest_mlops_ws.guard.crossing import Crossing
from pytest_mlops_ws.tools.dvc.openings import MODULES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from types import FrameType

    from pytest_mlops_ws.guard.attribution import Line
    from pytest_mlops_ws.guard.counters import Counters
    from pytest_mlops_ws.guard.watch import Subject, Watch

_DATABASE = "use `with contextlib.closing(…):`, or dispose of the engine in a `finally`"
_REPOSITORY = "write `with Repo(…) as repo:`, or use `workspace.dvc.repo`"


class LeftOpen:
    """Looks for what was opened in a test and is open after it.

    Args:
        watch: knows who runs, and what belongs to whom.
        counters: sees what is written through what stays open.
        closes: whether what was left is closed.
    """

    def __init__(self, watch: Watch, counters: Counters, *, closes: bool) -> None:
        self._watch = watch
        self._counters = counters
        self._closes = closes
        self._databases: dict[str, Line] = {}
        self._repositories: WeakKeyDictionary[Any, Line] = WeakKeyDictionary()

    def connected(self, address: object) -> None:
        """Take note of a database that is opened."""
        meant = paths.database(address)
        path = paths.real(meant[0]) if meant is not None else None
        if path is None:
            return
        subject = self._watch.subject
        if subject is None or self._watch.zone_for(subject, path) is not None:
            self._counters.meet([path])
        if subject is not None and self._is_direct("sqlalchemy"):
            self._databases.setdefault(path, self._watch.line_of(subject))

    def opened(self, repository: object) -> None:
        """Take note of a DVC repository that is opened."""
        subject = self._watch.subject
        if subject is not None and self._owned(_inside(repository)) and self._is_direct(*MODULES):
            self._repositories[repository] = self._watch.line_of(subject)

    def closed(self, repository: object) -> None:
        """Take note of a DVC repository that is closed."""
        self._repositories.pop(repository, None)

    def accept(self) -> None:
        """Take what is open for what should be: a fixture of a wider scope has opened it."""
        self._databases.clear()
        self._repositories.clear()

    def look(self, subject: Subject, shared: Collection[str]) -> Iterator[Crossing]:
        """Yield what *subject* has left open.

        Args:
            subject: the test that is over.
            shared: the directories of workspaces that later tests have, too.
        """
        if not self._databases and not self._repositories:
            return
        tops = tuple(f"{top}/" for top in shared)
        databases = {
            path: line
            for path, line in self._databases.items()
            if self._owned(path) and not path.startswith(tops)
        }
        repositories, self._repositories = self._repositories, WeakKeyDictionary()
        self._databases.clear()
        # A test that has failed lives on in its traceback, with all it held.
        if getattr(sys, "last_value", None) is None:
            yield from self._look_at_databases(subject, _held(databases))
            yield from self._look_at_repositories(subject, repositories, tops)

    def _look_at_databases(
        self, subject: Subject, databases: dict[str, Line]
    ) -> Iterator[Crossing]:
        if databases:
            gc.collect()  # what nobody holds any more is not left
            databases = _held(databases)
        for path, line in sorted(databases.items()):
            shown = self._watch.suite.relative(path)
            yield self._left(subject, line, f"database {shown}", _DATABASE)
        if self._closes and databases:
            _close(databases)
        self._counters.meet(databases)

    def _look_at_repositories(
        self, subject: Subject, repositories: WeakKeyDictionary[Any, Line], tops: tuple[str, ...]
    ) -> Iterator[Crossing]:
        if repositories:
            gc.collect()
        for repository, line in list(repositories.items()):
            if _inside(repository).startswith(tops):
                continue
            shown = self._watch.suite.relative(os.path.realpath(repository.root_dir))
            yield self._left(subject, line, f"DVC repository {shown}", _REPOSITORY)
            if self._closes:
                with suppress(Exception):
                    repository.close()

    def _left(self, subject: Subject, line: Line, what: str, remedy: str) -> Crossing:
        closed = "; it was closed" if self._closes else ""
        return Crossing(
            "WS704",
            f"{subject.line.function or subject.test} leaves the {what} open{closed}",
            line,
            test=subject.test,
            culprit=subject.project,
            subject=what,
            remedy=remedy,
        )

    def _owned(self, path: str) -> bool:
        """Tell whether *path* is somebody's; what is left of a temporary directory harms nobody."""
        return self._watch.territory.zone_of(path) is not None

    def _is_direct(self, *between: str) -> bool:
        """Tell whether the suite's own code does it, with only these modules between."""
        skipped = ("pytest_mlops_ws.guard", "pytest_mlops_ws.tools.dvc", "contextlib", *between)
        here: FrameType | None = sys._getframe(1)  # noqa: SLF001 -- the way to ask who calls
        while here is not None and here.f_globals.get("__name__", "").startswith(skipped):
            here = here.f_back
        return here is not None and self._watch.suite.shown(here.f_code.co_filename) is not None


def _held(databases: dict[str, Line]) -> dict[str, Line]:
    held = held_open() if databases else ()
    return {path: line for path, line in databases.items() if path in held}


def _inside(repository: Any) -> str:  # noqa: ANN401 -- DVC ships no types
    return f"{os.path.realpath(repository.root_dir)}/.dvc/tmp"


def _close(databases: Iterable[str]) -> None:
    """Close *databases*, whoever holds them: an engine connects anew, and is seen then."""
    wanted = set(databases)
    engines, connections = _holders()
    for engine in engines:
        if _real(engine.url.database) in wanted:
            with suppress(Exception):
                engine.dispose()
    for connection in connections:
        # One of another thread is that thread's to close.
        with suppress(Exception):
            rows = connection.execute("pragma database_list").fetchall()
            if any(_real(row[2]) in wanted for row in rows):
                connection.close()


def _holders() -> tuple[list[Any], list[Any]]:
    """Return SQLAlchemy's engines and SQLite's connections."""
    engine = getattr(sys.modules.get("sqlalchemy.engine"), "Engine", ())
    connection = getattr(sys.modules.get("sqlite3"), "Connection", ())
    found: tuple[list[Any], list[Any]] = ([], [])
    for each in gc.get_objects():
        # By type: objects may say what they like of their class.
        if issubclass(type(each), engine):
            found[0].append(each)
        elif issubclass(type(each), connection):
            found[1].append(each)
    return found


def _real(path: object) -> str | None:
    return os.path.realpath(path) if isinstance(path, str) and path else None
