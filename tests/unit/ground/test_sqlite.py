from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from pytest_mlops_ws.ground.sqlite import count

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_mlops_ws.ground.sqlite import Count

MODES = ("delete", "truncate", "persist", "wal")


@pytest.fixture(params=MODES)
def store(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(tmp_path / "mlflow.db", isolation_level=None)) as store:
        store.execute(f"pragma journal_mode = {request.param}")
        store.execute("create table runs (id)")
        store.execute("insert into runs values (1)")
        yield store


def test_a_transaction_is_counted_whatever_size_and_time_say(
    store: sqlite3.Connection, tmp_path: Path
) -> None:
    path = tmp_path / "mlflow.db"
    before, status = taken(str(path)), path.stat()
    store.execute("update runs set id = 2")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert path.stat().st_size == status.st_size
    assert taken(str(path)).is_later_than(before)


def test_who_reads_or_rolls_back_is_not_counted(store: sqlite3.Connection, tmp_path: Path) -> None:
    path = str(tmp_path / "mlflow.db")
    before = taken(path)
    with closing(sqlite3.connect(path)) as reader:
        assert reader.execute("select id from runs").fetchall() == [(1,)]
    store.execute("begin immediate")
    store.execute("update runs set id = 2")
    store.execute("rollback")
    assert not taken(path).is_later_than(before)


def test_who_closes_last_and_moves_the_log_is_not_counted(
    store: sqlite3.Connection, tmp_path: Path
) -> None:
    path = str(tmp_path / "mlflow.db")
    before = taken(path)
    store.execute("pragma wal_checkpoint(passive)")
    assert not taken(path).is_later_than(before)
    store.close()
    assert not taken(path).is_later_than(before)


def test_a_transaction_of_somebody_who_has_gone_is_counted(
    store: sqlite3.Connection, tmp_path: Path
) -> None:
    path = str(tmp_path / "mlflow.db")
    store.close()
    before = taken(path)
    with closing(sqlite3.connect(path)) as writer, writer:
        writer.execute("update runs set id = 2")
    assert taken(path).is_later_than(before)


def test_another_database_in_its_place_is_a_change(
    store: sqlite3.Connection, tmp_path: Path
) -> None:
    path = str(tmp_path / "mlflow.db")
    store.close()
    before = taken(path)
    other = tmp_path / "other.db"
    with closing(sqlite3.connect(other)) as made:
        made.execute("create table experiments (id)")
    shutil.copyfile(other, path)
    assert taken(path).is_later_than(before)


def test_what_is_no_database_has_no_count(tmp_path: Path) -> None:
    (tmp_path / "empty.db").touch()
    (tmp_path / "text.db").write_text("SQLite, but as text", encoding="utf-8")
    assert count(str(tmp_path / "empty.db")) is None
    assert count(str(tmp_path / "text.db")) is None
    assert count(str(tmp_path / "missing.db")) is None


def taken(path: str) -> Count:
    found = count(path)
    assert found is not None
    return found
