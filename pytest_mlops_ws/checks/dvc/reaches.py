"""What one project's DVC files name that is another project's."""

from __future__ import annotations

import os
import re
import stat
from functools import cached_property
from typing import TYPE_CHECKING

from pytest_mlops_ws.checks.dvc.meetings import Holder, Meetings
from pytest_mlops_ws.checks.dvc.storage import Storage, located
from pytest_mlops_ws.ground.foreign import is_foreign
from pytest_mlops_ws.model.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pytest_mlops_ws.checks.dvc.pipelines import Reference
    from pytest_mlops_ws.checks.dvc.repositories import Repositories
    from pytest_mlops_ws.checks.project import Project
    from pytest_mlops_ws.checks.workspaces import Workspaces
    from pytest_mlops_ws.ground.locations import Location

#: How many files and directories are looked at for links, in all data directories together.
MAX_ENTRIES = 20_000
_LIMIT = "after {} files and directories, the rest was not searched for links"

#: What a stage reads or writes the content of.
_DATA = frozenset({"dependency", "output"})


class Reach(Record):
    """A reference that leads into another project.

    Attributes:
        reference: the reference.
        project: whose file it stands in.
        victim: whose it leads to.
        target: what it leads to, as the repository calls it, or a URL.
        link: the link that leads there, if the path itself stays at home.
    """

    reference: Reference
    project: Project
    victim: Project
    target: str
    link: str | None = None


class Reaches:
    """Finds them, file by file."""

    def __init__(self, workspaces: Workspaces, repositories: Repositories) -> None:
        self._workspaces = workspaces
        self._repositories = repositories
        self._nothing = Storage({}, None, None)
        self._entries = 0
        self._scanned: set[str] = set()
        #: Of each file with several names: the first one seen, and whose data it is.
        self._names: dict[tuple[int, int], tuple[str, Project]] = {}

    def find(
        self, path: str, owners: Sequence[Project], references: Iterable[Reference]
    ) -> Iterator[Reach]:
        """Yield the references of a file that lead into another project.

        Args:
            path: the file.
            owners: whose it is: what belongs to one of them is theirs to use.
            references: what it names.
        """
        repository = self._repositories.around(path)
        storage = repository.storage if repository is not None else None
        away: set[str] = set()
        for reference in references:
            if reference.directory in away:
                continue  # one word about the working directory is enough
            for place in self._places(reference, path, storage or self._nothing):
                reach = self._reach(reference, place, owners)
                if reach is not None:
                    if reference.role == "working directory":
                        away.add(f"{reference.directory}/{reference.text}")
                        away.add(reference.text)
                    yield reach
                    break
                if place.path is not None and reference.role in _DATA:
                    yield from self._within(reference, place.path, owners)

    def _places(self, reference: Reference, path: str, storage: Storage) -> Iterator[Location]:
        real = self._workspaces.real
        if reference.role != "import":
            yield storage.locate(reference.text, reference.directory, real)
            return
        text = f"{reference.text.rstrip('/')}/{reference.inside}".rstrip("/")
        if "://" in text or re.match(r"[\w.-]+@[\w.-]+:", text):
            place = located(text, reference.directory, real)
            if place.path is not None:
                yield place
            return
        # DVC takes another repository's path from wherever the command is typed.
        repository = self._repositories.around(path)
        roots = {reference.directory, self._workspaces.files.root}
        roots |= {repository.root} if repository is not None else set()
        for directory in sorted(roots, key=len, reverse=True):
            found = located(reference.text, directory, real).path
            if found is not None and os.path.isdir(found):  # noqa: PTH112 -- no pathlib in a hook
                yield located(text, directory, real)

    def _reach(
        self, reference: Reference, place: Location, owners: Sequence[Project]
    ) -> Reach | None:
        if place.path is None:
            return self._reach_remote(reference, place, owners)
        holders = self._workspaces.territory.holders(place.path)
        if any(holder in owners for holder in holders):
            return None
        if not holders:
            other = self._workspaces.territory.others_inside(place.path, owners[0])
            if other is None or other in owners or reference.role == "working directory":
                return self._reach_remote(reference, place, owners)
            holders = [other]
        relative = self._workspaces.files.relative(place.path)
        target = place.path if relative is None else relative or "."
        return Reach(reference, owners[0], holders[0], target, self._link(reference, owners))

    def _reach_remote(
        self, reference: Reference, place: Location, owners: Sequence[Project]
    ) -> Reach | None:
        claim = None if place.problem else self._meetings.project_at(place.key)
        if claim is None or not isinstance(claim.project, Holder):
            return None
        victim = claim.project.project
        return None if victim in owners else Reach(reference, owners[0], victim, place.text)

    @cached_property
    def _meetings(self) -> Meetings:
        return Meetings(self._workspaces, self._repositories)

    def _link(self, reference: Reference, owners: Sequence[Project]) -> str | None:
        """Return the outermost link on a path that would stay at home without it."""
        path = reference.text
        if reference.directory and path[:1] != "/":
            path = f"{reference.directory}/{path}"
        path = os.path.normpath(path)
        territory = self._workspaces.territory
        if not any(holder in owners for holder in territory.holders(path)):
            return None
        end = 0
        while end < len(path):
            end = path.find(os.sep, end + 1) if os.sep in path[end + 1 :] else len(path)
            here = path[:end]
            if self._workspaces.real(here) != here:
                return self._workspaces.files.relative(here) or here
        return None

    def _within(
        self, reference: Reference, path: str, owners: Sequence[Project]
    ) -> Iterator[Reach]:
        """Yield the links that lead from a file or directory of one's own to another project's."""
        if path in self._scanned:
            return
        self._scanned.add(path)
        try:
            status = os.lstat(path)
        except (OSError, ValueError):
            return
        if not stat.S_ISDIR(status.st_mode):
            yield from self._twin(reference, path, status, owners)
            return
        files = self._workspaces.files
        open_directories = [path]
        while open_directories:
            if self._entries >= MAX_ENTRIES:
                files.give_up(path, _LIMIT.format(MAX_ENTRIES))
                return
            for entry in files.entries(open_directories.pop()):
                self._entries += 1
                if entry.is_symlink():
                    yield from self._linked(reference, entry.path, owners)
                elif entry.is_dir(follow_symlinks=False):
                    if not is_foreign(entry.name):
                        open_directories.append(entry.path)
                else:
                    yield from self._twin(reference, entry.path, _status(entry), owners)

    def _linked(
        self, reference: Reference, path: str, owners: Sequence[Project]
    ) -> Iterator[Reach]:
        target = self._workspaces.real(path)
        holders = self._workspaces.territory.holders(target)
        if holders and not any(holder in owners for holder in holders):
            shown = self._workspaces.files.relative(target) or target
            link = self._workspaces.files.relative(path) or path
            yield Reach(reference, owners[0], holders[0], shown, link)

    def _twin(
        self,
        reference: Reference,
        path: str,
        status: os.stat_result | None,
        owners: Sequence[Project],
    ) -> Iterator[Reach]:
        if status is None or status.st_nlink < 2:  # noqa: PLR2004 -- one name is the usual
            return
        known = self._names.setdefault((status.st_dev, status.st_ino), (path, owners[0]))
        if known[1] not in owners:
            shown = self._workspaces.files.relative(known[0]) or known[0]
            link = self._workspaces.files.relative(path) or path
            yield Reach(reference, owners[0], known[1], shown, link)


def _status(entry: os.DirEntry[str]) -> os.stat_result | None:
    try:
        return entry.stat(follow_symlinks=False)
    except OSError:
        return None
