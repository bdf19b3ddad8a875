"""What belongs to whom on the disk. Plain data and dictionary look-ups: a child process loads it.

A path is judged by climbing from it to the first directory that has an entry, so a judgement costs
the same in a repository of ten projects and of ten thousand.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any, Literal

from pytest_mlops_ws.model.directories import REMOTES
from pytest_mlops_ws.model.record import Record

if TYPE_CHECKING:
    from collections.abc import Mapping

Kind = Literal["base", "repository", "workspace", "source", "scratch", "tests", "user", "free"]
Verb = Literal["write", "read"]

#: What tools write below a repository, by the name of a directory on the way.
TRACKING = frozenset({"mlruns", "mlartifacts"})
DATABASE = "mlflow.db"
#: What only git itself should move; the index and the logs change when somebody merely looks.
_GIT_STATE = frozenset({"HEAD", "config", "packed-refs"})
#: Written by interpreters and linters wherever they work.
_FREE_DIRECTORIES = frozenset(
    {"__pycache__", ".pytest_cache", ".hypothesis", ".mypy_cache", ".ruff_cache", ".benchmarks"}
)
#: What git tracks of a workspace: anybody may read it.
_PUBLIC_NAMES = frozenset(
    {"workspace.yaml", ".gitignore", ".dvcignore", "dvc.yaml", "dvc.lock", "params.yaml"}
)
#: A test's workspace, or its remote, below pytest's temporary directory or a worker's in it.
_SCRATCH = re.compile(
    rf"((?:popen-[^/]+/)?mlops-ws/[^/]+)(?:/(?:{re.escape(REMOTES)}/)?\.?([^/]+))?"
)
#: What any directory may have in it, and git's own has.
_SOMETHING = "refs"


class Zone(Record):
    """A protected directory or file.

    Attributes:
        root: its real path.
        kind: what is known of it.
        owner: the project it belongs to; empty for the repository's and the user's own.
        title: what it is, for people: ``the real workspace of churn``.
        reads: whether reading is protected too.
    """

    root: str
    kind: Kind
    owner: str = ""
    title: str = ""
    reads: bool = False


class Territory:
    """Every zone, by path.

    Attributes:
        zones: the entries by their real path. ``base``, ``tests`` and ``repository`` are not
            protected as a whole: what lies in them is told apart by name.
    """

    def __init__(self, zones: Mapping[str, Zone] | None = None) -> None:
        self.zones = dict(zones or {})

    def add(self, zone: Zone) -> None:
        """Protect one more place; the first to claim a place has it."""
        self.zones.setdefault(zone.root, zone)

    def zone_of(self, path: str) -> Zone | None:
        """Return the zone that holds *path*, an absolute one; None where anybody may write."""
        zones, place = self.zones, path
        while place:
            found = zones.get(place)
            if found is not None:
                return _inside(found, path)
            place = place.rpartition("/")[0]
        return None

    def held_by(self, directory: str, project: str) -> Zone | None:
        """Return the first zone that *directory*, which is in none, has in it.

        Who moves or removes it, does so with the zone. The code of *project* is its own to move.
        """
        if not os.path.isdir(directory):  # noqa: PTH112 -- a child loads this
            return None
        inside = f"{directory}/"
        zones = [zone for zone in self.zones.values() if f"{zone.root}/".startswith(inside)]
        candidates = (self.zone_of(f"{inside}{_SOMETHING}"), *map(_whole, zones))
        return next(
            (
                each
                for each in candidates
                if each and (each.kind, each.owner) != ("source", project)
            ),
            None,
        )

    def plain(self) -> list[list[Any]]:
        """Return what JSON can hold, for a child process."""
        return [list(zone) for zone in self.zones.values()]

    @classmethod
    def from_plain(cls, plain: list[list[Any]]) -> Territory:
        """Return what `plain` was made of."""
        return cls({zone[0]: Zone(*zone) for zone in plain})


def _whole(zone: Zone) -> Zone | None:
    match zone.kind:
        case "base":
            return zone._replace(title="the real workspaces")
        case "repository":
            return zone._replace(title="the repository")
        case "free" | "tests":
            return None
    return zone


def _inside(zone: Zone, path: str) -> Zone | None:
    below = path[len(zone.root) + 1 :]
    match zone.kind:
        case "free":
            return None
        case "base":
            return _workspace(zone, below)
        case "tests":
            return _scratch(zone, below)
        case "repository":
            return _tracking(zone, below)
    return zone


def _workspace(base: Zone, below: str) -> Zone | None:
    """Below ``<base>``, a directory is a project's, and so is its remote."""
    first, _, rest = below.partition("/")
    if first == REMOTES and rest:
        owner = rest.partition("/")[0]
        return Zone(
            f"{base.root}/{first}/{owner}", "workspace", owner, f"the remote of {owner}", True
        )
    if not first or first.startswith(".") or not rest:
        return None  # the base's own files; a lock or the trash is its manager's business
    return Zone(f"{base.root}/{first}", "workspace", first, f"the real workspace of {first}", True)


def _scratch(tests: Zone, below: str) -> Zone | None:
    """Of pytest's temporary directory, ``mlops-ws/0007-test_train/fraud`` is a test's workspace.

    ``popen-gw1/mlops-ws/…`` is one of another worker's; whatever else there is, is free.
    """
    found = _SCRATCH.match(below)
    if found is None:
        return None
    place, owner = found.groups("")
    whose = f"{owner} in another test" if owner else "another test"
    return Zone(f"{tests.root}/{place}", "scratch", owner, f"the workspace of {whose}", True)


def _tracking(repository: Zone, below: str) -> Zone | None:
    parts = below.split("/")
    place = repository.root
    for index, part in enumerate(parts):
        place = f"{place}/{part}"
        if part in TRACKING:
            return Zone(place, "repository", "", f"the repository's {part}", True)
        if part == ".dvc":
            return Zone(place, "repository", "", "the repository's DVC", False)
        if part == ".git":
            after = parts[index + 1 :]
            moved = after[:1] == ["refs"] or (len(after) == 1 and after[0] in _GIT_STATE)
            return Zone(place, "repository", "", "the repository's git", False) if moved else None
    if parts[-1].startswith(DATABASE):
        return Zone(
            f"{place[: -len(parts[-1])]}{DATABASE}",
            "repository",
            "",
            "the repository's mlflow.db",
            True,
        )
    return None


def belongs(path: str, root: str) -> bool:
    """Tell whether *path* is the business of the workspace at *root*.

    What it holds, its remote, and the private files of the directory it stands in: DVC's caches
    and git's repository are there.
    """
    base, _, name = root.rpartition("/")
    if path == base:
        return True
    if not path.startswith(f"{base}/"):
        return False
    first, _, rest = path[len(base) + 1 :].partition("/")
    if first == REMOTES:
        return rest.partition("/")[0] in {"", name}
    return first == name or first.startswith(".")


def harmless(path: str, verb: Verb) -> bool:
    """Tell whether *path*, wherever it lies, may be written or read: no project is touched."""
    directory, _, name = path.rpartition("/")
    if verb == "read":
        if directory.endswith("/.dvc"):
            return name.startswith("config") or name == ".gitignore"
        return name in _PUBLIC_NAMES or name.endswith(".dvc")
    if name.startswith(".coverage") or name.endswith(".pyc"):
        return True
    return not _FREE_DIRECTORIES.isdisjoint(directory.split("/")) or name in _FREE_DIRECTORIES
