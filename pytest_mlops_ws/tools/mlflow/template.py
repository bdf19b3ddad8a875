"""The migrated, empty tracking store that every embedded store is a copy of.

Migrating a fresh SQLite file costs MLflow a second or more; copying a migrated one costs 0.1 ms.
MLflow's own migrations make the template, in a process of their own, once per user and MLflow
release. Two things are then added in plain SQL:

- a trigger that puts an experiment's artifacts below the store's own root. MLflow takes the root
  from the current directory of whoever opens the store (``./mlruns``); with the trigger it is
  right in every process and every release, and no private variable has to travel;
- experiment 0, the one of runs that name none, bears the project's experiment name.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from pytest_mlops_ws.ground import distributions, files
from pytest_mlops_ws.ground.cache import cache_directory
from pytest_mlops_ws.model.errors import EnvironmentFailedError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import Any

    from pytest_mlops_ws.model.spec import WorkspaceSpec

    Zero = tuple[bytes, list[list[int]]]

#: Raised whenever what is done to MLflow's own result, or noted down about it, changes.
FORMAT = 3
#: An empty store has some 220 pages, most of them nearly empty: 290 KB instead of 950 KB.
_PAGE_SIZE = 1024
#: SQLite's own limit is 512 (``MAX_PATHNAME`` in its ``os_unix.c``), with ``-journal`` appended.
_LONGEST_PATH = 500
#: Stands for the artifact root in a variant. No text that MLflow writes contains the character.
_PLACEHOLDER = "\x02"


def create_store(spec: WorkspaceSpec) -> None:
    """Write the embedded store of *spec*, unless there is one.

    Raises:
        EnvironmentFailedError: the template cannot be built, kept or copied.
    """
    database = spec.database_path
    length = len(os.fsencode(database))
    if length > _LONGEST_PATH:
        message = (
            f"{database} has {length} bytes, and SQLite opens no path longer than"
            f" {_LONGEST_PATH}. Use a shorter base directory: pytest --basetemp=/tmp/t"
        )
        raise EnvironmentFailedError(message, details={"path": str(database)})
    root = os.fsencode(f"{spec.mlflow_artifact_location.rstrip('/')}/")
    try:
        head, tail = _variant(_template(), spec.mlflow_experiment_name, len(root))
        files.write_new(database, head, root, tail)
    except FileExistsError:
        return
    except OSError as error:
        raise files.unwritable(database, error) from error


@cache
def available() -> bool:
    """Tell whether this interpreter's MLflow can keep runs in SQLite at all."""
    parts = ("mlflow", "sqlalchemy", "alembic")
    return all(distributions.package_directory(part) is not None for part in parts)


@lru_cache(maxsize=256)  # bounded: one entry is 290 KB, a suite's names have a few dozen lengths
def _variant(
    template: _Template, experiment_name: str, root_length: int
) -> tuple[memoryview, memoryview]:
    """Return a store of one project's name, cut where the artifact root goes."""
    root = _PLACEHOLDER * root_length
    complete = _spliced(template, experiment_name, f"{root}0")
    if complete is None:
        complete = _renamed(template.content, experiment_name, f"{root}0")
    # In one piece: a path that SQLite can open is shorter than what it splits over two pages.
    start = complete.index(root.encode())
    whole = memoryview(complete)  # a copy would take as long as writing it
    return whole[:start], whole[start + root_length :]


def _renamed(content: bytes, name: str, location: str) -> bytes | bytearray:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    try:
        connection.deserialize(content)
        connection.execute(
            "UPDATE experiments SET name = ?, artifact_location = ? WHERE experiment_id = 0",
            (name, location),
        )
        return connection.serialize()
    finally:
        connection.close()


def _spliced(template: _Template, name: str, location: str) -> bytes | bytearray | None:
    """Do the same where SQLite need not read the definitions of all 217 tables and indexes.

    The pages of ``experiments`` are taken from a database that has nothing else. None if they are
    unknown, or if something is so long that it needs a page more.
    """
    if template.zero is None:
        return None
    alone, places = template.zero
    renamed = _renamed(alone, name, location)
    if len(renamed) != len(alone):
        return None
    content = bytearray(template.content)
    for own, place in places:
        start, source = (place - 1) * _PAGE_SIZE, (own - 1) * _PAGE_SIZE
        content[start : start + _PAGE_SIZE] = renamed[source : source + _PAGE_SIZE]
    return content


def notes() -> Mapping[str, Any]:
    """Return what `prototype.learn` said of this release; nothing if no store was made here."""
    return _template().notes if _template.cache_info().currsize else {}


class _Template:
    """The bytes of an empty store, and what is known of the release whose they are.

    Attributes:
        content: the store.
        notes: what `prototype.learn` said.
        zero: a database of ``experiments`` alone, and where each of its pages is in *content*.
    """

    def __init__(self, content: bytes, notes: Mapping[str, Any], zero: Zero | None) -> None:
        self.content = content
        self.notes = notes
        self.zero = zero


@lru_cache(maxsize=1)
def _template() -> _Template:
    """Return the template: from the user's cache, else built and put there."""
    directory = cache_directory() / "mlflow" / _key()
    intact = _load(directory)
    if intact is not None:
        return intact
    with files.locked(directory.parent / f"{directory.name}.lock", purpose="building a template"):
        intact = _load(directory)  # somebody else was faster
        if intact is None:
            intact = _build(directory.with_name(f"{directory.name}.building"))
            _keep(directory, intact)
    return intact


def _key() -> str:
    """Name the release: its version, and its migrations, which a development build may add to."""
    package = distributions.package_directory("mlflow")
    if package is None:
        raise distributions.missing("mlflow", None, "3.5")  # noqa: EM101 -- a name, not a message
    version = _version(package)
    migrations = package / "store" / "db_migrations" / "versions"
    names = sorted(name for name in os.listdir(migrations) if name.endswith(".py"))  # noqa: PTH208 -- names only
    revisions = hashlib.sha256("\n".join(names).encode()).hexdigest()[:12]
    return f"{version}-{revisions}-{FORMAT}"


def _version(package: Path) -> str:
    """Return MLflow's version as it says itself: to ask for the distribution's costs 5 ms."""
    try:
        lines = (package / "version.py").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    said = next((line for line in lines if line.startswith("VERSION")), "")
    quoted = said.split('"')
    if len(quoted) == len(("before", "version", "after")):
        return quoted[1]
    return distributions.version("mlflow-skinny", "mlflow") or "unknown"


def _load(directory: Path) -> _Template | None:
    """Return what the cache holds if it is exactly what was put there."""
    try:
        record = json.loads((directory / "template.json").read_bytes())
        content = (directory / "template.db").read_bytes()
    except (OSError, ValueError):
        return None
    if not isinstance(record, dict) or record.get("sha256") != _hash(content):
        return None
    zero = record.get("zero")
    return _Template(
        content,
        record.get("stores", {}),
        (bytes.fromhex(zero["database"]), zero["pages"]) if zero else None,
    )


def _keep(directory: Path, template: _Template) -> None:
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise files.unwritable(directory, error) from error
    from pytest_mlops_ws.tools.mlflow import building

    record = {
        "sha256": _hash(template.content),
        "revision": building.revision(template.content),
        "format": FORMAT,
        "stores": template.notes,
        "zero": None
        if template.zero is None
        else {"database": template.zero[0].hex(), "pages": template.zero[1]},
    }
    files.write_atomic(directory / "template.db", template.content, mode=0o600)
    # Last: a template without its hash is no template.
    files.write_atomic(directory / "template.json", json.dumps(record).encode(), mode=0o600)


def _build(scratch: Path) -> _Template:
    from pytest_mlops_ws.tools.mlflow import building  # once per user and release

    return _Template(*building.build(scratch, _PAGE_SIZE))


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
