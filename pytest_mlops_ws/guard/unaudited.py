"""What Python's audit events do not tell of: ``ATTACH``, threads, `multiprocessing`'s processes."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from functools import partial, wraps
from typing import TYPE_CHECKING, Any

from pytest_mlops_ws.ground.imports import when_imported
from pytest_mlops_ws.ground.unwatched import unwatched
from pytest_mlops_ws.guard.provenance import THREAD

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable
    from types import ModuleType

    from pytest_mlops_ws.guard.watch import Watch

    Function = Callable[..., Any]

_ATTACH = 24  # SQLITE_ATTACH
_DENY = 1  # SQLITE_DENY


class Unaudited:
    """Puts itself in the place of a few functions of the standard library.

    Args:
        watch: who is told.
        connected: is told of each database that is opened.
    """

    def __init__(self, watch: Watch, connected: Callable[[object], None]) -> None:
        self._watch = watch
        self._connected = connected
        self._undo = ExitStack()

    def install(self) -> None:
        """Replace them, at once or when they are imported."""
        for module, name, instead in (
            ("sqlite3", "connect", self._connect),
            ("sqlite3.dbapi2", "connect", self._connect),
            ("multiprocessing.util", "spawnv_passfds", self._spawn),
            ("threading", "Thread.start", self._start),
        ):
            replace = partial(self._replace, name=name, instead=instead)
            if module in sys.modules:
                replace(sys.modules[module])
            else:
                self._undo.enter_context(when_imported(module, replace))

    def remove(self) -> None:
        """Put back what nobody has replaced since."""
        self._undo.close()

    def _replace(
        self, module: ModuleType, name: str, instead: Callable[[Function], Function]
    ) -> None:
        path, _, name = name.rpartition(".")
        owner = getattr(module, path) if path else module
        original = getattr(owner, name, None)
        if callable(original):
            replacement = wraps(original)(instead(original))
            setattr(owner, name, replacement)
            self._undo.callback(_put_back, owner, name, original, replacement)

    def _connect(self, original: Function) -> Function:
        def connect(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 -- sqlite3's own
            connection = original(*args, **kwargs)
            if unwatched.depth:
                return connection
            if self._watch.subject is not None:
                self._watch_attach(connection)
            try:
                with unwatched:
                    self._connected(args[0] if args else kwargs.get("database"))
            except Exception as error:  # noqa: BLE001 -- a fault of ours must never be the test's
                self._watch.fault(error)
            return connection

        return connect

    def _watch_attach(self, connection: Any) -> None:  # noqa: ANN401 -- likewise
        """Ask SQLite to tell of ``ATTACH``, on connections that the suite's own code opens.

        Not on a library's, such as SQLAlchemy's: SQLite asks for each column of each statement.
        """
        if not self._watch.suite.calls():
            if self._watch.on_native is not None:
                self._watch.on_native()
            return

        def authorise(action: int, first: str | None, *_: object) -> int:
            attaches = action == _ATTACH and first
            return _DENY if attaches and self._watch.refuses_database(first) else 0

        connection.set_authorizer(authorise)

    def _start(self, original: Function) -> Function:
        def start(thread: threading.Thread) -> None:
            self._watch.judge_safely(THREAD, (thread,))
            original(thread)

        return start

    def _spawn(self, original: Function) -> Function:
        def spawnv_passfds(path: Any, args: Any, passfds: Any) -> Any:  # noqa: ANN401 -- likewise
            self._watch.judge_safely("os.posix_spawn", (path, args, None))
            return original(path, args, passfds)

        return spawnv_passfds


def _put_back(owner: object, name: str, original: Function, replacement: Function) -> None:
    if getattr(owner, name, None) is replacement:
        setattr(owner, name, original)
