"""Whose line it was: the innermost one of the suite's own code, not of a library's."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from pytest_mlops_ws.model.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import FrameType

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep  # noqa: PTH100, PTH120 -- a child loads this, without pathlib

#: The guard's own frames, and those of `os.environ`.
_STANDING_BETWEEN = (
    f"{_PACKAGE}guard{os.sep}",
    type(os.environ).__setitem__.__code__.co_filename,
    "<frozen _collections_abc>",
)


class Line(Record):
    """A place in somebody's code.

    Attributes:
        path: the file, as the reader would type it.
        line: counted from 1.
        function: the function it is in.
    """

    path: str
    line: int
    function: str = ""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


class Suite:
    """Tells a suite's own files from everybody else's.

    Args:
        tops: the directories the suite is in; names are shown relative to the first.
    """

    def __init__(self, tops: Iterable[str]) -> None:
        self.tops = tuple(dict.fromkeys(os.path.realpath(top) for top in tops))
        self._ours: dict[str, str | None] = {}

    def line(self, frame: FrameType | None = None) -> Line | None:
        """Return the innermost line of the suite's own code that is running, if any is."""
        here = frame or sys._getframe(1)  # noqa: SLF001 -- the way to ask who calls
        while here is not None:
            shown = self.shown(here.f_code.co_filename)
            if shown is not None:
                return Line(shown, here.f_lineno, here.f_code.co_name)
            here = here.f_back  # type: ignore[assignment]  # None ends the loop
        return None

    def calls(self, *, through: tuple[str, ...] = ()) -> bool:
        """Tell whether the suite's own code made the call that is seen, and no library did.

        Args:
            through: files of the standard library that may stand between.
        """
        here: FrameType | None = sys._getframe(1)  # noqa: SLF001 -- likewise
        while here is not None and (
            here.f_code.co_filename.startswith(_PACKAGE) or here.f_code.co_filename in through
        ):
            here = here.f_back
        return here is not None and self.shown(here.f_code.co_filename) is not None

    @staticmethod
    def is_ours() -> bool:
        """Tell whether this package itself made the call that is seen, the guard aside."""
        here: FrameType | None = sys._getframe(1)  # noqa: SLF001 -- likewise
        while here is not None and here.f_code.co_filename.startswith(_STANDING_BETWEEN):
            here = here.f_back
        return here is not None and here.f_code.co_filename.startswith(_PACKAGE)

    def shown(self, filename: str) -> str | None:
        """Return how the reader would type the suite's file *filename*; None of another file."""
        try:
            return self._ours[filename]
        except KeyError:
            found = self._ours[filename] = self._judge(filename)
            return found

    def relative(self, path: str) -> str:
        """Return *path* as the reader would type it, whosever it is."""
        top = self.tops[0]
        return printable(path[len(top) + 1 :] if path.startswith(f"{top}/") else path)

    def _judge(self, filename: str) -> str | None:
        if filename.startswith(("<", _PACKAGE)):
            return None
        path = os.path.realpath(filename)
        if path.startswith((_STANDARD_LIBRARY, os.path.realpath(_PACKAGE) + os.sep)):
            return None
        if "/site-packages/" in path or "/dist-packages/" in path:
            return None
        if not any(path.startswith(f"{top}/") for top in self.tops):
            return None
        return self.relative(path)


#: Of others, the directory's name tells.
_STANDARD_LIBRARY = os.path.dirname(os.path.realpath(os.__file__)) + os.sep  # noqa: PTH120 -- as above


def printable(text: str) -> str:
    """Return *text* as reports and pytest-xdist take it: names of files may be no UTF-8."""
    return text.encode("utf-8", "backslashreplace").decode()
