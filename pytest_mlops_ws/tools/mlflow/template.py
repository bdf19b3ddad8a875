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
import subprocess
import sys
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

#: Raised whenever what is done to MLflow's own result, or noted down about it, changes.
FORMAT = 2
#: An empty store has some 220 pages, most of them nearly empty: 290 KB instead of 950 KB.
_PAGE_SIZE = 1024
#: SQLite's own limit is 512 (``MAX_PATHNAME`` in its ``os_unix.c``), with ``-journal`` appended.
_LONGEST_PATH = 500
#: Stands for the artifact root in a variant. No text that MLflow writes contains the character.
_PLACEHOLDER = "\x02"
_BUILD_TIMEOUT_SECONDS = 300

_BUILD = """
import sys
from mlflow import MlflowClient
MlflowClient(tracking_uri=sys.argv[1], registry_uri=sys.argv[1]).get_experiment("0")
from pytest_mlops_ws.tools.mlflow import prototype
with open(sys.argv[2], "w") as notes:
    notes.write(prototype.learn(sys.argv[1]))
"""

_ARTIFACT_ROOT_TRIGGER = """
CREATE TRIGGER mlops_ws_artifact_root AFTER UPDATE OF artifact_location ON experiments
WHEN coalesce(OLD.artifact_location, '') = '' AND NEW.experiment_id <> 0
BEGIN
  UPDATE experiments
     SET artifact_location = (
           SELECT substr(artifact_location, 1, length(artifact_location) - 1)
             FROM experiments WHERE experiment_id = 0
         ) || NEW.experiment_id
   WHERE experiment_id = NEW.experiment_id;
END
"""


def create_store(spec: WorkspaceSpec) -> None:
    """Write the embedded store of *spec*, unless there is one.

    Raises:
        EnvironmentFailedError: the template cannot be built, kept or copied.
    """
    length = len(os.fsencode(spec.database_path))
    if length > _LONGEST_PATH:
        message = (
            f"{spec.database_path} has {length} bytes, and SQLite opens no path longer than"
            f" {_LONGEST_PATH}. Use a shorter base directory: pytest --basetemp=/tmp/t"
        )
        raise EnvironmentFailedError(message, details={"path": str(spec.database_path)})
    root = os.fsencode(f"{spec.mlflow_artifact_location.rstrip('/')}/")
    try:
        head, tail = _variant(_template().content, spec.mlflow_experiment_name, len(root))
        files.write_new(spec.database_path, b"".join((head, root, tail)))
    except FileExistsError:
        return
    except OSError as error:
        raise files.unwritable(spec.database_path, error) from error


@cache
def available() -> bool:
    """Tell whether this interpreter's MLflow can keep runs in SQLite at all."""
    parts = ("mlflow", "sqlalchemy", "alembic")
    return all(distributions.package_directory(part) is not None for part in parts)


@lru_cache(maxsize=256)  # bounded: one entry is 290 KB, a suite's names have a few dozen lengths
def _variant(content: bytes, experiment_name: str, root_length: int) -> tuple[bytes, bytes]:
    """Return a store of one project's name, cut where the artifact root goes."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    try:
        connection.deserialize(content)
        connection.execute(
            "UPDATE experiments SET name = ?, artifact_location = ? WHERE experiment_id = 0",
            (experiment_name, _PLACEHOLDER * root_length + "0"),
        )
        complete = connection.serialize()
    finally:
        connection.close()
    # In one piece: a path that SQLite can open is shorter than what it splits over two pages.
    head, _, tail = complete.partition(_PLACEHOLDER.encode() * root_length)
    return head, tail


def notes() -> Mapping[str, Any]:
    """Return what `prototype.learn` said of this release; nothing if no store was made here."""
    return _template().notes if _template.cache_info().currsize else {}


class _Template:
    """The bytes of an empty store, and what is known of the release whose they are."""

    def __init__(self, content: bytes, notes: Mapping[str, Any]) -> None:
        self.content = content
        self.notes = notes


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
    intact = isinstance(record, dict) and record.get("sha256") == _hash(content)
    return _Template(content, record.get("stores", {})) if intact else None


def _keep(directory: Path, template: _Template) -> None:
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise files.unwritable(directory, error) from error
    record = {
        "sha256": _hash(template.content),
        "revision": _revision(template.content),
        "format": FORMAT,
        "stores": template.notes,
    }
    files.write_atomic(directory / "template.db", template.content, mode=0o600)
    # Last: a template without its hash is no template.
    files.write_atomic(directory / "template.json", json.dumps(record).encode(), mode=0o600)


def _build(scratch: Path) -> _Template:
    """Build in *scratch*, which only the holder of the lock uses: a killed one's is removed."""
    files.remove_tree(scratch)
    try:
        scratch.mkdir(mode=0o700, parents=True)
        database, noted = scratch / "template.db", scratch / "notes.json"
        environment = {
            name: value
            for name, value in os.environ.items()
            # MLflow's own import does not survive PYTHONWARNINGS=error.
            if not name.startswith(("MLFLOW_", "_MLFLOW_", "OTEL_", "PYTHONWARNINGS"))
        }
        environment |= {
            "MLFLOW_DISABLE_TELEMETRY": "true",
            "DO_NOT_TRACK": "true",
            "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        }
        command = [sys.executable, "-c", _BUILD, f"sqlite:///{database.as_posix()}", str(noted)]
        try:
            subprocess.run(  # noqa: S603 -- this interpreter, on the constant text above
                command,
                env=environment,
                cwd=scratch,
                check=True,
                capture_output=True,
                text=True,
                stdin=subprocess.DEVNULL,
                timeout=_BUILD_TIMEOUT_SECONDS,
            )
        except (subprocess.SubprocessError, OSError) as error:
            raise _build_failed(error) from error
        return _Template(_adapt(database), json.loads(noted.read_bytes()))
    except OSError as error:
        raise files.unwritable(scratch, error) from error
    finally:
        files.remove_tree(scratch)


def _adapt(database: Path) -> bytes:
    compact = database.with_name("compact.db")
    connection = sqlite3.connect(database, isolation_level=None)
    try:
        connection.execute(_ARTIFACT_ROOT_TRIGGER)
        connection.execute(f"PRAGMA page_size = {_PAGE_SIZE}")
        connection.execute("VACUUM INTO ?", (str(compact),))
    finally:
        connection.close()
    return compact.read_bytes()


def _build_failed(error: Exception) -> EnvironmentFailedError:
    output = getattr(error, "stderr", None) or str(error)
    last = next((line for line in reversed(str(output).splitlines()) if line.strip()), "no output")
    attempt = 'import mlflow; mlflow.MlflowClient("sqlite:///t.db").get_experiment("0")'
    message = (
        f"MLflow could not create an empty tracking store: {last.strip()}. Try it by hand:"
        f" {sys.executable} -c '{attempt}'"
    )
    return EnvironmentFailedError(message, operation="template", details={"output": output})


def _revision(content: bytes) -> str:
    connection = sqlite3.connect(":memory:")
    try:
        connection.deserialize(content)
        return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])
    finally:
        connection.close()


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
