"""From what a call was given to the real place it means: relative, by descriptor, through links."""

from __future__ import annotations

import os
import stat
from contextlib import suppress

_directories: dict[str, str] = {}
_KEPT = 4096


#: Real directories that were made for this test: below them is no link until one is made.
_trusted: tuple[str, ...] = ()


def forget() -> None:
    """Forget where directories really are: a link may have been made or moved."""
    global _trusted  # noqa: PLW0603 -- one process, one file system
    _trusted = ()
    _directories.clear()


def trust(place: str) -> None:
    """Take paths below *place*, a real directory that is new, for real until `forget`."""
    global _trusted  # noqa: PLW0603 -- likewise
    _trusted = (*_trusted, f"{place}/")


def is_trusted(path: str) -> bool:
    """Tell whether *path* is real as it is spelt."""
    return path.startswith(_trusted) and "/../" not in path and not path.endswith(("/", "/.."))


def real(path: object, directory: object = None, *, follow: bool = True) -> str | None:
    """Return the real, absolute path of *path*; None if it is no path.

    Args:
        path: as `open` takes it; a descriptor is the file it stands for.
        directory: what a relative *path* counts from: a descriptor, or a path.
        follow: whether a link as the last part is followed, as `open` does and `os.remove` not.
    """
    if isinstance(path, int):
        return of_descriptor(path)
    text = _absolute(path, directory)
    if text is None or is_trusted(text):
        return text
    parent, _, name = text.rstrip("/").rpartition("/")
    if name in {"", ".", ".."}:
        return os.path.realpath(text)
    whole = f"{_real_directory(parent)}/{name}"
    return _followed(whole) if follow else whole


def _real_directory(path: str) -> str:
    """Return where the directory *path* really is, without a slash at the end."""
    found = _directories.get(path)
    if found is None:
        above, _, name = path.rpartition("/")
        if not path or name in {"", ".", ".."}:
            found = os.path.realpath(path or "/").rstrip("/")
        else:
            found = _followed(f"{_real_directory(above)}/{name}")
        if len(_directories) > _KEPT:
            _directories.clear()
        _directories[path] = found
    return found


def _followed(path: str) -> str:
    """Return what *path* stands for, if it is a link in a real directory."""
    with suppress(OSError):
        if stat.S_ISLNK(os.lstat(path).st_mode):
            return os.path.realpath(path)
    return path


def _absolute(path: object, directory: object) -> str | None:
    if not isinstance(path, (str, bytes, os.PathLike)):
        return None
    text = os.fsdecode(path)
    if not text or "\0" in text:
        return None
    if text[0] == "/":
        return text
    start = _start(directory)
    return f"{start}/{text}" if start is not None else None


def of_descriptor(descriptor: int) -> str | None:
    """Return what an open descriptor stands for, where the system tells."""
    try:
        found = os.readlink(f"/proc/self/fd/{descriptor}")  # noqa: PTH115 -- strings
    except OSError:
        return None
    return found if found.startswith("/") else None


def _start(directory: object) -> str | None:
    if isinstance(directory, int) and directory >= 0:
        return of_descriptor(directory)
    if isinstance(directory, (str, bytes)):
        return os.fsdecode(directory)
    try:
        return os.getcwd()  # noqa: PTH109 -- a plain string, for every call a test makes
    except FileNotFoundError:
        return None


def database(address: object) -> tuple[str, bool] | None:
    """Return the path that `sqlite3.connect` was given, and whether it only reads.

    None of a database in memory.
    """
    if not isinstance(address, (str, bytes, os.PathLike)):
        return None
    text = os.fsdecode(address)
    if text in {"", ":memory:"}:
        return None
    if not text.startswith("file:"):
        return text, False
    from urllib.parse import parse_qs, unquote, urlsplit

    parts = urlsplit(text)
    query = parse_qs(parts.query)
    if "memory" in query.get("mode", ()) or parts.path == ":memory:":
        return None
    return unquote(parts.path), query.get("mode") == ["ro"] or "immutable" in query
