"""Environment variables: changed together, put back exactly."""

from __future__ import annotations

import os
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING

from pytest_mlops_ws import settings

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping


def inherited(patterns: Iterable[str], *, keep: Collection[str] = ()) -> list[str]:
    """Return the names that match *patterns* and still have the value the process started with.

    Args:
        patterns: `fnmatch` patterns of names.
        keep: patterns of names to leave out.
    """
    given = settings.started_with
    names = _chosen(tuple(given), tuple(patterns), tuple(keep))
    return [name for name in names if os.environ.get(name) == given[name]]


@lru_cache(maxsize=16)
def _chosen(
    names: tuple[str, ...], patterns: tuple[str, ...], kept: tuple[str, ...]
) -> tuple[str, ...]:
    return tuple(name for name in names if _matches(name, patterns) and not _matches(name, kept))


def put(variables: Mapping[str, str | None]) -> None:
    """Set the variables; None unsets one."""
    present = set(os.environ)  # to ask for each that is not there costs an exception
    for name, value in variables.items():
        if value is not None:
            os.environ[name] = value
        elif name in present:
            del os.environ[name]


@contextmanager
def changed(variables: Mapping[str, str | None], *, owned: Collection[str]) -> Iterator[None]:
    """Set *variables*, and on exit put back every variable that is one's own to put back.

    Args:
        variables: what to set; None unsets.
        owned: patterns of names. Whatever happened inside to a name that matches, or to one of
            *variables*, is undone; other names are left as they are.
    """
    patterns = tuple(owned)
    before = dict(os.environ)
    try:
        put(variables)
        yield
    finally:
        put(
            {
                name: before.get(name)
                for name in {name for name, _ in before.items() ^ dict(os.environ).items()}
                if name in variables or _matches(name, patterns)
            }
        )


@lru_cache(maxsize=4096)
def _matches(name: str, patterns: tuple[str, ...]) -> bool:
    return any(_match(name, pattern) for pattern in patterns)


def _match(name: str, pattern: str) -> bool:
    # Most patterns are a beginning, an end or a name: none of them is worth compiling.
    plain = pattern.strip("*")
    if not plain or "*" in plain or "?" in plain or "[" in plain:
        from fnmatch import fnmatchcase

        return fnmatchcase(name, pattern)
    begins, ends = pattern.startswith("*"), pattern.endswith("*")
    if begins:
        return plain in name if ends else name.endswith(plain)
    return name.startswith(plain) if ends else name == plain
