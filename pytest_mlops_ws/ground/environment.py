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
    chosen, kept = tuple(patterns), tuple(keep)
    return [
        name
        for name, value in settings.started_with.items()
        if _matches(name, chosen) and os.environ.get(name) == value and not _matches(name, kept)
    ]


def put(variables: Mapping[str, str | None]) -> None:
    """Set the variables; None unsets one."""
    for name, value in variables.items():
        if value is not None:
            os.environ[name] = value
        else:
            os.environ.pop(name, None)


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
        after = dict(os.environ)
        put(
            {
                name: before.get(name)
                for name in {*before, *after}
                if before.get(name) != after.get(name)
                and (name in variables or _matches(name, patterns))
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
