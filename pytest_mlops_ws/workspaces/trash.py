"""Deleting without losing: what goes to the trash, and how it comes back.

An entry is ``<base>/.mlops-ws/trash/<name>-<utc time>/`` and holds up to three directories:
``workspace``, the derived ``remote`` and what tools kept (``private``). A remote that the manifest
names is somebody else's place and stays where it is.

The workspace's own directory decides. It is the first to go and the last to come back, each by one
rename, so a kill in between leaves a workspace that is there or deleted, and the data where either
`delete` or `restore` finds them.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_mlops_ws.ground.files import unwritable
from pytest_mlops_ws.model.directories import INTERNAL, REMOTES
from pytest_mlops_ws.model.errors import WorkspaceExistsError, WorkspaceMissingError
from pytest_mlops_ws.workspaces.layout import exists

if TYPE_CHECKING:
    from pathlib import Path

_TIME = "%Y%m%dT%H%M%S.%fZ"


@dataclass(frozen=True, slots=True)
class Deleted:
    """A workspace in the trash.

    Attributes:
        project_name: the project's name.
        deleted_at: when.
        path: the entry's directory.
    """

    project_name: str
    deleted_at: dt.datetime
    path: Path


def places(base: Path, name: str) -> dict[str, Path]:
    """Return where the parts of a workspace are, by what they are called in the trash."""
    return {
        "workspace": base / name,
        "remote": base / REMOTES / name,
        "private": base / INTERNAL / "private" / name,
    }


def delete(base: Path, name: str) -> Deleted:
    """Move a workspace to the trash. The caller holds the base's lock."""
    now = dt.datetime.now(dt.UTC)
    path = _trash(base) / f"{name}-{now.strftime(_TIME)}"
    try:
        path.mkdir(parents=True)
        for part, place in places(base, name).items():
            if exists(place):
                place.rename(path / part)
    except OSError as error:
        raise unwritable(path, error) from error
    return Deleted(name, now, path)


def deleted(base: Path) -> list[Deleted]:
    """Return what is in the trash, the newest first."""
    found: list[Deleted] = []
    for path in sorted(_trash(base).glob("*")):
        name, _, time = path.name.rpartition("-")
        if exists(path / "workspace"):
            found.append(Deleted(name, _parse(time), path))
    return sorted(found, key=lambda entry: entry.deleted_at, reverse=True)


def restore(base: Path, name: str) -> None:
    """Bring the newest workspace of that name back. The caller holds the base's lock.

    Raises:
        WorkspaceMissingError: there is none in the trash.
        WorkspaceExistsError: something is where it would go.
    """
    entries = deleted(base)
    entry = next((entry for entry in entries if entry.project_name == name), None)
    if entry is None:
        others = ", ".join(sorted({entry.project_name for entry in entries})) or "nothing"
        message = f"No deleted workspace {name!r} in {_trash(base)}; {others} can be restored"
        raise WorkspaceMissingError(message, workspace=name)
    moves = [(entry.path / part, place) for part, place in places(base, name).items()]
    moves = [(source, place) for source, place in reversed(moves) if exists(source)]
    for source, place in moves:
        if exists(place):
            message = (
                f"Workspace already exists: {place} is in the way of what was deleted;"
                f" move it aside, or fetch what you need from {source}"
            )
            raise WorkspaceExistsError(message, workspace=name)
    try:
        for source, place in moves:
            place.parent.mkdir(parents=True, exist_ok=True)
            source.rename(place)
        entry.path.rmdir()
    except OSError as error:
        raise unwritable(entry.path, error) from error


def _trash(base: Path) -> Path:
    return base / INTERNAL / "trash"


def _parse(time: str) -> dt.datetime:
    try:
        return dt.datetime.strptime(time, _TIME).replace(tzinfo=dt.UTC)
    except ValueError:
        # Put there by hand: it can be restored, after all that was deleted.
        return dt.datetime.min.replace(tzinfo=dt.UTC)
