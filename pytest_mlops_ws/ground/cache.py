"""The directory of this user's cache, private to them."""

from __future__ import annotations

import os
import stat
import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path

from pytest_mlops_ws.ground.files import unwritable
from pytest_mlops_ws.model.errors import EnvironmentFailedError

VARIABLE = "MLOPS_WS_CACHE_DIR"


def cache_directory() -> Path:
    """Return the cache's directory, which exists, is ours and can be written.

    ``MLOPS_WS_CACHE_DIR`` if set; else the platform's place for a user's caches; else, where the
    home directory is missing or read-only (containers), a private one among the temporary files.

    Raises:
        EnvironmentFailedError: none of them can be used.
    """
    return _usable(os.environ.get(VARIABLE) or None)


def existing() -> list[Path]:
    """Return the directories in which a cache of this user can be, and that exist."""
    return [place for place in _places(os.environ.get(VARIABLE) or None) if place.is_dir()]


@cache
def _usable(chosen: str | None) -> Path:
    *preferred, last = _places(chosen)
    for place in preferred:
        with suppress(EnvironmentFailedError):
            return _private(place)
    return _private(last)


def _places(chosen: str | None) -> list[Path]:
    if chosen is not None:
        return [Path(chosen).expanduser().absolute()]
    from platformdirs import user_cache_path  # not needed where the variable is set

    owner = os.getuid() if hasattr(os, "getuid") else "user"
    return [
        user_cache_path("mlops-ws", appauthor=False),
        Path(tempfile.gettempdir(), f"mlops-ws-cache-{owner}"),
    ]


def _private(path: Path) -> Path:
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = path.stat()
        with tempfile.TemporaryFile(dir=path):
            pass
    except OSError as error:
        remedy = f" Or use another place: {VARIABLE}=/some/where"
        raise unwritable(path, error, remedy=remedy) from error
    # What is kept here is copied into every test: nobody else may be able to put it there.
    foreign = hasattr(os, "getuid") and status.st_uid != os.getuid()
    shared = os.name != "nt" and status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    if foreign or shared:
        message = (
            f"The cache {path} can be written by other users: chmod 700 '{path}' if it is yours,"
            f" or choose another place: {VARIABLE}=/some/where"
        )
        raise EnvironmentFailedError(message, details={"path": str(path)})
    return path
