"""The settings of a check, from all places they are written in."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from pytest_mlops_ws.settings import OPTIONS
from pytest_mlops_ws.settings.values import (
    CHECK_OPTIONS,
    Settings,
    Source,
    from_environment,
    from_pyproject,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

_EVERY = (*OPTIONS, *CHECK_OPTIONS)


def settled(root: str, typed: Mapping[str, object] | None = None) -> Settings:
    """Return every option's value.

    Args:
        root: the repository's real path, whose ``pyproject.toml`` is read.
        typed: what the command line says, by option name; None is nothing.

    Raises:
        UsageError: a value is wrong, or a key of the file is none of ours.
    """
    sources = [from_pyproject(root), from_environment(os.environ, _EVERY)]
    if typed is not None:
        sources.append(Source("command line", typed))
    return Settings(sources, _EVERY)
