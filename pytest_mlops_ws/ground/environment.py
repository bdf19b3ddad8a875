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


def put(variables: Mapping[str, str | None], present: Collection[str] | None = None) -> None:
    """Set the variables; None unsets one.

    Args:
        variables: what to set.
        present: the variables that there are, where that is known.
    """
    # To ask for each that is not there costs an exception.
    known = set(os.environ) if present is None else present
    for name, value in variables.items():
        if value is not None:
            os.environ[name] = value
        elif name in known:
            del os.environ[name]


@contextmanager
def changed(
    variables: Mapping[str, str | None], *, owned: Collection[str]
) -> Iterator[Mapping[str, str]]:
    """Set *variables*, and on exit put back every variable that is one's own to put back.

    Yields what the variables were before.

    Args:
        variables: what to set; None unsets.
        owned: patterns of names. Whatever happened inside to a name that matches, or to one of
            *variables*, is undone; other names are left as they are.
    """
    patterns = tuple(owned)
    before = dict(os.environ)
    try:
        put(variables, before)
        yield before
    finally:
        after = dict(os.environ)
        put(
            {
                name: before.get(name)
                for name in {name for name, _ in before.items() ^ after.items()}
                if name in variables or _matches(name, patterns)
            },
            after,
        )


@lru_cache(maxsize=4096)
def _matches(name: str, patterns: tuple[str, ...]) -> bool:
    whole, begins, ends, others = _sorted(patterns)
    if name in whole or name.startswith(begins) or name.endswith(ends):
        return True
    if not others:
        return False
    from fnmatch import fnmatchcase

    return any(fnmatchcase(name, pattern) for pattern in others)


@lru_cache(maxsize=16)
def _sorted(
    patterns: tuple[str, ...],
) -> tuple[frozenset[str], tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Return the names, the beginnings and the ends among *patterns*, and the few others."""
    kinds: dict[str, list[str]] = {"whole": [], "begins": [], "ends": [], "others": []}
    for pattern in patterns:
        begins, ends = pattern.removesuffix("*"), pattern.removeprefix("*")
        for kind, plain in (("whole", pattern), ("begins", begins), ("ends", ends)):
            if plain and not any(special in plain for special in "*?["):
                kinds[kind].append(plain)
                break
        else:
            kinds["others"].append(pattern)
    whole, *rest = map(tuple, kinds.values())
    return frozenset(whole), *rest  # type: ignore[return-value]  # three of them
