"""The directory of this user's cache, private to them."""

from __future__ import annotations

import errno
import os
import stat
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


@cache
def _usable(chosen: str | None) -> Path:
    if chosen is not None:
        return _private(Path(chosen).expanduser().absolute())
    from platformdirs import user_cache_path  # not needed where the variable is set

    try:
        return _private(user_cache_path("mlops-ws", appauthor=False))
    except EnvironmentFailedError:
        import tempfile

        owner = os.getuid() if hasattr(os, "getuid") else "user"
        return _private(Path(tempfile.gettempdir(), f"mlops-ws-cache-{owner}"))


def _private(path: Path) -> Path:
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = path.stat()
        if not os.access(path, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
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
