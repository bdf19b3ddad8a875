"""What an audit event is about to do, to which paths. One small function an event."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from pytest_mlops_ws.guard import paths
from pytest_mlops_ws.guard.zones import TRACKING
from pytest_mlops_ws.model.record import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

    from pytest_mlops_ws.guard.zones import Verb

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
#: Inside these nobody has a project: most of what a process opens is a module of a library.
_LIBRARIES = tuple(
    {f"{os.path.realpath(place)}/" for place in (sys.prefix, sys.base_prefix) if len(place) > 1}
    | {f"{sys.prefix}/", "/proc/", "/dev/", "/sys/"}
)


#: Below are input, output and errors.
_STREAMS = 2


class Touch(Record):
    """One path that is about to be touched.

    Attributes:
        verb: whether its content changes.
        path: its real, absolute path.
        what: the same for people: ``removed``.
        there: whether something changes only if the path is there, or only if it is not.
        whole: whether all that is below goes with it.
    """

    verb: Verb
    path: str
    what: str
    there: bool | None = None
    whole: bool = False

    @property
    def is_vain(self) -> bool:
        """Tell whether nothing can come of it."""
        return self.there is not None and os.path.lexists(self.path) is not self.there


def is_of_a_library(path: object, flags: int) -> bool:
    """Tell whether what is opened is only read, and lies where no project can be."""
    return isinstance(path, str) and not flags & _WRITING and path.startswith(_LIBRARIES)


def opened(args: tuple[Any, ...]) -> Iterator[Touch]:
    """``open``: the flags tell."""
    path, mode, flags = args
    if flags & _WRITING:
        start = _directory_of_call(path) if mode is None else None
        found = paths.real(path, start)
        if found is not None and not (flags & os.O_EXCL and os.path.lexists(found)):
            yield Touch("write", found, "opened for writing")
    else:
        found = paths.real(path)
        if found is not None:
            # Of a directory only its names are seen.
            yield Touch("read", found, "read")


def _directory_of_call(path: object) -> int | None:
    """Guess the ``dir_fd`` of `os.open`, of which its event does not tell.

    The call that is running says whether it has one; which, only the process's open directories.
    """
    if os.path.isabs(os.fspath(path)):  # type: ignore[call-overload]  # noqa: PTH117 -- str or bytes
        return None
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 -- the way to ask who calls
    while frame is not None and frame.f_globals.get("__name__", "").startswith(__package__):
        frame = frame.f_back
    if frame is None or "dir_fd" not in _keywords(frame):
        return None
    # The value itself is out of reach: what the caller has in a variable and is a directory.
    values = {id(value): value for value in frame.f_locals.values() if type(value) is int}
    return next(
        (value for value in values.values() if value > _STREAMS and _is_directory(value)), None
    )


def _keywords(frame: Any) -> set[str]:  # noqa: ANN401 -- a frame
    names: set[str] = set()
    for constant in frame.f_code.co_consts:
        if isinstance(constant, tuple) and all(isinstance(each, str) for each in constant):
            names.update(constant)
    return names


def _is_directory(descriptor: int) -> bool:
    found = paths.of_descriptor(descriptor)
    return found is not None and os.path.isdir(found)  # noqa: PTH112 -- a string


def _one(
    what: str, directory: int | None = None, *, follow: bool = True, whole: bool = False
) -> Callable[..., Any]:
    def touched(args: tuple[Any, ...]) -> Iterator[Touch]:
        start = args[directory] if directory is not None else None
        found = paths.real(args[0], start, follow=follow)
        if found is not None:
            yield Touch("write", found, what, None if follow else True, whole)

    return touched


def made_directory(args: tuple[Any, ...]) -> Iterator[Touch]:
    """``os.mkdir``: of what is there it changes nothing.

    Nor does an empty ``mlruns``, which MLflow makes before 3.10 in the working directory whatever
    its store: what goes into one is looked at.
    """
    found = paths.real(args[0], args[2], follow=False)
    if found is not None and found.rpartition("/")[2] not in TRACKING:
        yield Touch("write", found, "made", there=False)


def renamed(args: tuple[Any, ...]) -> Iterator[Touch]:
    """``os.rename`` and ``os.replace``: what goes, and what is replaced."""
    source = paths.real(args[0], args[2], follow=False)
    target = paths.real(args[1], args[3], follow=False)
    if not (source and target and paths.is_trusted(source) and paths.is_trusted(target)):
        paths.forget()
    if source is not None and os.path.lexists(source):
        yield Touch("write", source, "moved away", whole=True)
        if target is not None:
            yield Touch("write", target, "replaced")


def linked(args: tuple[Any, ...]) -> Iterator[Touch]:
    """``os.link``: a second name for a protected file is a way round every later look."""
    source = paths.real(args[0], args[2])
    target = paths.real(args[1], args[3], follow=False)
    if source is not None:
        yield Touch("write", source, "given a second name (hard link)", there=True)
    if target is not None:
        yield Touch("write", target, "linked", there=False)


def symlinked(args: tuple[Any, ...]) -> Iterator[Touch]:
    """``os.symlink``: only where the link stands is written to."""
    paths.forget()
    target = paths.real(args[1], args[2], follow=False)
    if target is not None:
        yield Touch("write", target, "linked", there=False)


def connected(args: tuple[Any, ...]) -> Iterator[Touch]:
    """``sqlite3.connect``: a store, unless it is in memory."""
    address = paths.database(args[0])
    if address is not None:
        found = paths.real(address[0])
        if found is not None:
            yield Touch("read" if address[1] else "write", found, "opened as a database")


FILES: dict[str, Callable[[tuple[Any, ...]], Iterator[Touch]]] = {
    "open": opened,
    "os.mkdir": made_directory,
    "os.rename": renamed,
    "os.link": linked,
    "os.symlink": symlinked,
    "os.remove": _one("removed", 1, follow=False),
    "os.rmdir": _one("removed", 1, follow=False),
    "os.truncate": _one("truncated"),
    "os.chmod": _one("given other permissions", 2),
    "os.utime": _one("given another time", 3),
    "shutil.rmtree": _one("removed with all below it", follow=False, whole=True),
    "sqlite3.connect": connected,
}
