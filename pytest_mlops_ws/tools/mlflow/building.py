"""Having MLflow's own migrations make an empty store, once per user and release of MLflow."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from typing import TYPE_CHECKING

from pytest_mlops_ws.ground import files
from pytest_mlops_ws.model.errors import EnvironmentFailedError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import Any

    from pytest_mlops_ws.tools.mlflow.template import Zero

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


def build(scratch: Path, page_size: int) -> tuple[bytes, Mapping[str, Any], Zero | None]:
    """Build in *scratch*, which only the holder of the lock uses: a killed one's is removed.

    Returns:
        An empty store, what `prototype.learn` says of it, and what `template` splices.

    Raises:
        EnvironmentFailedError: MLflow or the disk did not do its part.
    """
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
        content = _adapt(database, page_size)
        return content, json.loads(noted.read_bytes()), _zero(content, page_size)
    except OSError as error:
        raise files.unwritable(scratch, error) from error
    finally:
        files.remove_tree(scratch)


def _adapt(database: Path, page_size: int) -> bytes:
    compact = database.with_name("compact.db")
    connection = sqlite3.connect(database, isolation_level=None)
    try:
        connection.execute(_ARTIFACT_ROOT_TRIGGER)
        connection.execute(f"PRAGMA page_size = {page_size}")
        connection.execute("VACUUM INTO ?", (str(compact),))
    finally:
        connection.close()
    return compact.read_bytes()


def _zero(content: bytes, page_size: int) -> Zero | None:
    """Return a database of ``experiments`` alone, and where each of its pages is in *content*.

    None if it has more pages than those that a table and its indexes begin with, or if they are
    not the same ones.
    """
    connection = sqlite3.connect(":memory:", isolation_level=None)
    try:
        connection.deserialize(content)
        places = _first_pages(connection)
        connection.execute("PRAGMA foreign_keys = OFF")
        others = connection.execute(
            "SELECT type, name FROM sqlite_master WHERE type IN ('table', 'trigger')"
            " AND name <> 'experiments' AND name NOT LIKE 'sqlite_%'"
        ).fetchall()
        for kind, name in others:
            connection.execute(f'DROP {kind} IF EXISTS "{name}"')
        connection.execute("VACUUM")
        own = _first_pages(connection)
        alone = connection.serialize()
    finally:
        connection.close()
    pages = [[own[name], places[name]] for name in own]

    def page(store: bytes, number: int) -> bytes:
        return store[(number - 1) * page_size : number * page_size]

    same = all(page(alone, mine) == page(content, place) for mine, place in pages)
    return (alone, pages) if same and len(alone) == (len(own) + 1) * page_size else None


def _first_pages(connection: sqlite3.Connection) -> dict[str, int]:
    rows = connection.execute(
        "SELECT name, rootpage FROM sqlite_master WHERE tbl_name = 'experiments' AND rootpage > 0"
    )
    return dict(rows.fetchall())


def _build_failed(error: Exception) -> EnvironmentFailedError:
    output = getattr(error, "stderr", None) or str(error)
    last = next((line for line in reversed(str(output).splitlines()) if line.strip()), "no output")
    attempt = 'import mlflow; mlflow.MlflowClient("sqlite:///t.db").get_experiment("0")'
    message = (
        f"MLflow could not create an empty tracking store: {last.strip()}. Try it by hand:"
        f" {sys.executable} -c '{attempt}'"
    )
    return EnvironmentFailedError(message, operation="template", details={"output": output})


def revision(content: bytes) -> str:
    """Return the revision of a store's schema."""
    connection = sqlite3.connect(":memory:")
    try:
        connection.deserialize(content)
        return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])
    finally:
        connection.close()
