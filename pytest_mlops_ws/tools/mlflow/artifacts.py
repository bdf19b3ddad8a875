"""Artifacts on their way to a run: file by file, counted; and none of them if not all."""

from __future__ import annotations

import os
import posixpath
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from pytest_mlops_ws.ground import progress
from pytest_mlops_ws.model.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlflow import MlflowClient


class _File(Record):
    path: str
    #: The artifacts' directory that it goes to; None is the run's own.
    directory: str | None

    @property
    def size(self) -> int:
        return progress.size_of(self.path)


def upload(
    client: MlflowClient, run_id: str, root: str | None, path: str, artifact_path: str | None
) -> None:
    """Log the file or directory *path* to a run.

    Args:
        client: MLflow's own.
        run_id: the run.
        root: where the run's artifacts are on this machine, if they are: what has arrived when the
            rest cannot is removed there. A server takes each file whole, and keeps it.
        path: what to log.
        artifact_path: the directory among the artifacts that it goes to.
    """
    files = list(_files(path, artifact_path))
    if not files:
        client.log_artifact(run_id, path, artifact_path)
        return
    meter = progress.current()
    meter.of_files, meter.of_size = len(files), sum(each.size for each in files)
    new = [each for each in _targets(root, files) if not os.path.exists(each)]  # noqa: PTH110 -- texts throughout
    try:
        for each in files:
            client.log_artifact(run_id, each.path, each.directory)
            meter.files += 1
            meter.size += each.size
    except BaseException:
        for target in new:
            with suppress(OSError):
                os.unlink(target)  # noqa: PTH108 -- likewise
            _prune(os.path.dirname(target), str(root))  # noqa: PTH120 -- likewise
        raise


def _prune(directory: str, root: str) -> None:
    """Remove *directory*, and what is around it below *root*, as far as nothing is in it."""
    with suppress(OSError):
        while directory.rstrip("/") != root.rstrip("/"):
            os.rmdir(directory)  # noqa: PTH106 -- likewise
            directory = os.path.dirname(directory)  # noqa: PTH120 -- likewise


def local_root(artifact_uri: str) -> str | None:
    """Return the directory that *artifact_uri* is on this machine."""
    if "://" not in artifact_uri and not artifact_uri.startswith("file:"):
        return artifact_uri
    parts = urlsplit(artifact_uri)
    return unquote(parts.path) if parts.scheme == "file" else None


def _files(path: str, artifact_path: str | None) -> Iterator[_File]:
    if not os.path.isdir(path):  # noqa: PTH112 -- likewise
        yield _File(path, artifact_path)
        return
    top = os.path.abspath(path)  # noqa: PTH100 -- links stay as given
    name = os.path.basename(top)  # noqa: PTH119 -- likewise
    base = posixpath.join(artifact_path, name) if artifact_path else name
    for directory, _, names in os.walk(top, followlinks=True):
        inside = os.path.relpath(directory, top).replace(os.sep, "/")
        place = base if inside == "." else posixpath.join(base, inside)
        for each in sorted(names):
            yield _File(os.path.join(directory, each), place)  # noqa: PTH118 -- likewise


def _targets(root: str | None, files: list[_File]) -> Iterator[str]:
    if root is None:
        return
    for each in files:
        yield os.path.join(root, each.directory or "", os.path.basename(each.path))  # noqa: PTH118, PTH119 -- likewise
