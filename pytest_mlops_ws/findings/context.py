"""What a report knows beside the findings: where they are from, and who reads it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from pytest_mlops_ws.model.record import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TextIO

_WIDTH = 100


class Terminal(Record):
    """A terminal that somebody looks at.

    Attributes:
        width: in columns.
        colour: whether colours are wanted.
    """

    width: int = _WIDTH
    colour: bool = True

    @classmethod
    def of(cls, stream: TextIO, environment: Mapping[str, str]) -> Terminal | None:
        """Return the terminal behind *stream*; None if it is a pipe or a file."""
        if not stream.isatty():
            return None
        import os

        try:
            width = os.get_terminal_size(stream.fileno()).columns
        except (OSError, ValueError):
            width = 0
        colour = not environment.get("NO_COLOR") and environment.get("TERM") != "dumb"
        return cls(width or _WIDTH, colour=colour)


def installed_version() -> str:
    """Return this package's version."""
    from pytest_mlops_ws.ground.distributions import version

    return version("pytest-mlops-ws") or "0"


class Context(Record):
    """What a run was.

    Attributes:
        root: the absolute path that findings' paths count from.
        manifests: the manifests that were judged.
        files: how many files were read.
        read: how a file's text is had, by its path; None if it cannot be.
        terminal: who looks on; None for a pipe or a file.
        version: how this package's version is had.
    """

    root: str
    manifests: tuple[str, ...] = ()
    files: int = 0
    read: Callable[[str], str | None] = lambda _: None
    terminal: Terminal | None = None
    version: Callable[[], str] = installed_version


def reader(root: str) -> Callable[[str], str | None]:
    """Return how the text of a file below *root* is had; of one with many findings, once."""

    @lru_cache(maxsize=16)
    def read(path: str) -> str | None:
        from pathlib import Path

        try:
            return Path(root, path).read_bytes().decode("utf-8-sig", "replace")
        except (OSError, ValueError):
            return None

    return read
