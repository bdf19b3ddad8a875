"""A store's newest runs in a few lines, read from SQLite: nothing is imported, nothing changed."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_mlops_ws.model.spec import WorkspaceSpec

_SHOWN_RUNS = 6
_SHOWN_VALUES = 6

_RUNS = """
SELECT run_uuid, runs.name, experiments.name, status
  FROM runs JOIN experiments USING (experiment_id)
 ORDER BY start_time DESC, runs.rowid DESC
"""


def run_lines(spec: WorkspaceSpec) -> list[str]:
    """Return a line per run, newest first; six and a count at most."""
    if not spec.embedded or not spec.database_path.exists():
        return []
    try:
        with closing(sqlite3.connect(f"{spec.database_path.as_uri()}?mode=ro", uri=True)) as store:
            runs = store.execute(_RUNS).fetchall()
            lines = [_line(store, *run) for run in runs[:_SHOWN_RUNS]]
    except sqlite3.Error as error:
        return [f"runs: the store cannot be read: {error}"]
    if len(runs) > _SHOWN_RUNS:
        lines.append(f"… and {len(runs) - _SHOWN_RUNS} more runs")
    return lines


def _line(store: sqlite3.Connection, run: str, name: str, experiment: str, status: str) -> str:
    metrics = store.execute(
        "SELECT key, value FROM latest_metrics WHERE run_uuid = ? ORDER BY key", (run,)
    ).fetchall()
    params = store.execute(
        "SELECT key, value FROM params WHERE run_uuid = ? ORDER BY key", (run,)
    ).fetchall()
    values = [f"{key}={value:g}" for key, value in metrics]
    values += [f"{key}={value}" for key, value in params]
    shown = " ".join(values[:_SHOWN_VALUES])
    rest = f" +{len(values) - _SHOWN_VALUES}" if len(values) > _SHOWN_VALUES else ""
    return f"run {name} ({experiment}, {status.lower()}) {shown}{rest}".rstrip()
