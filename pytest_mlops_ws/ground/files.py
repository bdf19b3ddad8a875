"""Writes that leave the old file or the new one, never half of either; locks between processes."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_mlops_ws.model.errors import EnvironmentFailedError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

LOCK_TIMEOUT_SECONDS = 60.0


def write_atomic(path: Path, content: bytes, *, mode: int = 0o666) -> bool:
    """Make *path* hold *content*; a kill at any instant leaves the old file or the new one.

    A symbolic link stays one: its target is replaced. The permissions of an existing file are
    kept; a new one gets *mode* less the umask.

    Returns:
        False if the file already held exactly this, and nothing was written.

    Raises:
        EnvironmentFailedError: the disk did not take it; the old file is untouched.
    """
    target = Path(os.path.realpath(path))
    try:
        existing = _read(target)
        if existing == content:
            return False
        permissions = stat.S_IMODE(target.stat().st_mode) if existing is not None else None
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            Path(name).chmod(mode & ~_umask() if permissions is None else permissions)
            Path(name).replace(target)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(name).unlink()
            raise
    except OSError as error:
        raise unwritable(path, error) from error
    _sync_directory(target.parent)
    return True


def write_new(path: str | Path, *content: bytes | memoryview) -> None:
    """Write a file that nobody else can know of yet: no rename, no sync. For scratch trees.

    Raises:
        FileExistsError: something is there already.
        OSError: the disk did not take all of it.
    """
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | _O_BINARY, 0o666)
    try:
        size = sum(map(len, content))
        # A disk that is nearly full takes a part and says nothing; of the rest it complains.
        written = _write(descriptor, content)
        while written < size:
            written += os.write(descriptor, b"".join(content)[written:])
    finally:
        os.close(descriptor)


def _write(descriptor: int, content: Sequence[bytes | memoryview]) -> int:
    if len(content) > 1 and hasattr(os, "writev"):  # spares copying what is large
        return os.writev(descriptor, content)
    return os.write(descriptor, b"".join(content))


def write_tree(root: Path, files: Mapping[str, bytes]) -> None:
    """Write *files*, by their path relative to *root*, making directories as needed.

    A file that exists is left alone: this completes a tree, it overwrites nothing.
    """
    for relative, content in files.items():
        path = f"{root}{os.sep}{relative}"
        try:
            write_new(path, content)
        except FileExistsError:
            pass
        except FileNotFoundError:
            os.makedirs(os.path.dirname(path), exist_ok=True)  # noqa: PTH103, PTH120 -- pathlib costs a third of the setup time
            write_new(path, content)


@contextlib.contextmanager
def locked(path: Path, *, purpose: str, timeout: float = LOCK_TIMEOUT_SECONDS) -> Iterator[None]:
    """Hold the lock file *path*, shared with every process of this machine.

    Raises:
        EnvironmentFailedError: it stayed taken for *timeout* seconds, or cannot be made.
    """
    from filelock import FileLock, Timeout  # a third of what loading the plugin would cost

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(path, timeout=timeout)
        lock.acquire()
    except Timeout as error:
        message = (
            f"Waited {timeout:.0f} s for {path} while {purpose}: another process holds it."
            " Wait for that process, or end it; the lock goes with it."
        )
        raise EnvironmentFailedError(message, operation="lock") from error
    except OSError as error:
        raise unwritable(path, error) from error
    try:
        yield
    finally:
        lock.release()


def remove_tree(path: Path) -> None:
    """Remove a directory and all below it; what is read-only is made writable first."""

    def unlock_and_retry(function: Callable[[str], object], name: str, _error: object) -> None:
        parent = Path(name).parent
        parent.chmod(parent.stat().st_mode | stat.S_IRWXU)
        with contextlib.suppress(OSError):
            Path(name).chmod(stat.S_IRWXU)
        function(name)

    with contextlib.suppress(FileNotFoundError):
        shutil.rmtree(path, onerror=unlock_and_retry)


def fingerprints(
    top: Path, relative_to: Path, *, skip: Collection[str] = ()
) -> Iterator[tuple[str, str]]:
    """Yield every file below *top*, by its path relative to *relative_to*, with size and time.

    Args:
        top: where to look; nothing there yields nothing.
        relative_to: an ancestor of *top*.
        skip: names of files and directories to leave out.
    """
    waiting = [str(top)]
    while waiting:
        try:
            entries = sorted(os.scandir(waiting.pop()), key=lambda entry: entry.name, reverse=True)
        except FileNotFoundError:
            continue
        for entry in entries:
            if entry.name in skip:
                continue
            if entry.is_dir(follow_symlinks=False):
                waiting.append(entry.path)
            else:
                status = entry.stat(follow_symlinks=False)
                name = Path(entry.path).relative_to(relative_to).as_posix()
                yield name, f"{status.st_size} bytes, {status.st_mtime_ns}"


def unwritable(path: Path, error: OSError, *, remedy: str = "") -> EnvironmentFailedError:
    """Say what the operating system refused, where, and what to look at."""
    reason = error.strerror or str(error)
    message = (
        f"Cannot write {path}: {reason}. Check the permissions and the free space there.{remedy}"
    )
    return EnvironmentFailedError(message, details={"path": str(path), "errno": error.errno})


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _umask() -> int:
    # POSIX has no way to read it but to set it; the window is two system calls.
    current = os.umask(0o077)
    os.umask(current)
    return current


def _sync_directory(path: Path) -> None:
    """Make a rename survive a power cut, where directories can be synced at all."""
    if os.name == "nt":
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


_O_BINARY = getattr(os, "O_BINARY", 0)
