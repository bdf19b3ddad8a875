"""Who set what outlives a call: a variable, the working directory, a thread, a process."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from pytest_mlops_ws.guard.attribution import printable
from pytest_mlops_ws.model.record import Record

if TYPE_CHECKING:
    from pytest_mlops_ws.guard.attribution import Line, Suite

#: The variables by which tools are steered.
_PYTESTS = b"PYTEST_"
#: What stands between a line that does something and the call that is seen.
_OS = (type(os.environ).__setitem__.__code__.co_filename, "<frozen _collections_abc>")
_THREADING = (threading.__file__, f"{os.path.dirname(os.__file__)}/concurrent/futures/thread.py")  # noqa: PTH120 -- a child loads this
_STEERING = (b"MLFLOW_", b"_MLFLOW_", b"DVC_", b"BENTOML_", b"GIT_")


VARIABLES = frozenset({"os.putenv", "os.unsetenv"})
#: What says where MLflow logs to.
ADDRESSES = frozenset({"MLFLOW_TRACKING_URI", "MLFLOW_REGISTRY_URI"})
#: Not one of Python's events: of threads there is none before 3.13.
THREAD = "thread"


class Origin(Record):
    """Who it was.

    Attributes:
        test: the test that ran; empty for a conftest that is being loaded.
        line: the line.
        direct: whether that line itself did it, and no library on its behalf.
    """

    test: str
    line: Line
    direct: bool = True


class Launch(Record):
    """A process that was started.

    Attributes:
        origin: by whom; None if by no line of the suite.
        command: what was started, for people.
    """

    origin: Origin | None
    command: str


class Provenance:
    """The last who touched each.

    Attributes:
        variables: by name.
        setters: of those the last who gave it a value; another may have unset it since.
        addresses: every line that gave MLflow's addresses a value, each once.
        directory: who changed the working directory last.
        threads: by the thread.
        launches: processes that were started since somebody emptied the list.
    """

    LAUNCHES = frozenset(
        {"subprocess.Popen", "os.system", "os.posix_spawn", "os.fork", "os.forkpty", "pty.spawn"}
    )
    EVENTS = LAUNCHES | VARIABLES | {"os.chdir", "os.fchdir", THREAD}

    def __init__(self, suite: Suite) -> None:
        self._suite = suite
        self.variables: dict[str, Origin] = {}
        self.setters: dict[str, Origin] = {}
        self.addresses: dict[Line, None] = {}
        self.directory: Origin | None = None
        self.threads: WeakKeyDictionary[threading.Thread, Origin] = WeakKeyDictionary()
        self.launches: list[Launch] = []
        self._has_threads = False

    def note(self, event: str, args: tuple[Any, ...], test: str) -> None:
        """Remember who causes *event*."""
        if event in VARIABLES:
            name = args[0] if isinstance(args[0], bytes) else os.fsencode(args[0])
            # A workspace that is entered or left takes back what it sets.
            if name.startswith(_PYTESTS) or self._suite.is_ours():
                return
            # Libraries set variables for themselves, which is nobody's leftover.
            if name.startswith(_STEERING) or self._suite.calls(through=_OS):
                self._set(os.fsdecode(name), test, has_value=event == "os.putenv")
        elif event in {"os.chdir", "os.fchdir"}:
            self.directory = self._origin(test) or self.directory
        elif event == THREAD:
            self._has_threads = True
            direct = self._suite.calls(through=_THREADING)
            origin = self._origin(test)
            if origin is not None:
                self.threads[args[0]] = origin._replace(direct=direct)
        else:
            self.launches.append(Launch(self._origin(test), printable(_command(event, args))))

    def of_thread(self) -> Origin | None:
        """Return who started the current thread; None for the main one."""
        if not self._has_threads:
            return None
        thread = threading._active.get(threading.get_ident())  # type: ignore[attr-defined]  # noqa: SLF001 -- `current_thread` would make one up
        return self.threads.get(thread) if thread is not None else None

    def _set(self, name: str, test: str, *, has_value: bool) -> None:
        origin = self._origin(test)
        if origin is None:
            return
        self.variables[name] = origin
        if has_value:
            self.setters[name] = origin
            if name in ADDRESSES:
                self.addresses[origin.line] = None

    def _origin(self, test: str) -> Origin | None:
        line = self._suite.line()
        if line is not None:
            return Origin(test, line)
        # A thread of a library that was started by a thread of the suite, and so on.
        return self.of_thread()


def _command(event: str, args: tuple[Any, ...]) -> str:
    if event == "subprocess.Popen":
        given = args[1]
        words = [given] if isinstance(given, (str, bytes, os.PathLike)) else list(given)
        return " ".join(os.fsdecode(word) for word in words)
    if event == "os.system":
        return os.fsdecode(args[0])
    if event == "os.posix_spawn":
        return " ".join(os.fsdecode(word) for word in args[1])
    return {"pty.spawn": "pty.spawn"}.get(event, "a forked process")
