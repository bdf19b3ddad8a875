from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pytest_mlops_ws.cli.demo.evidence import Evidence, Run, look
from pytest_mlops_ws.cli.demo.scratch import Half

if TYPE_CHECKING:
    from pathlib import Path

DIGEST = "0123456789abcdef0123456789abcdef"
POINTER = f"outs:\n- md5: {DIGEST}\n  hash: md5\n  path: parcels.csv\n"
REPORT = """<testsuites><testsuite>
<testcase name="test_good" time="0.250"/>
<testcase name="test_bad" time="1.500"><failure message="no">no</failure></testcase>
</testsuite></testsuites>"""
STORE = """
create table experiments (experiment_id integer primary key, name text);
create table runs (run_uuid text, name text, experiment_id integer, start_time integer);
create table tags (run_uuid text, key text, value text);
insert into experiments values (1, 'churn'), (2, 'demand');
insert into runs values ('a', 'ridge', 2, 2), ('b', 'outlook', 1, 1), ('c', 'untagged', 1, 3);
insert into tags values ('a', 'project', 'demand'), ('b', 'project', 'demand'), ('b', 'x', 'y');
"""


@pytest.fixture
def half(tmp_path: Path) -> Half:
    """A half after its tests: two tests, a store, a committed data set that is in the storage."""
    half = Half(tmp_path / "scratch" / "half", plugin="no:mlops_ws")
    (half.repo / "data").mkdir(parents=True)
    (half.repo / "data" / "parcels.csv.dvc").write_text(POINTER)
    half.git("init", "--quiet")
    half.commit("data")
    stored = half.storage / "files" / "md5" / DIGEST[:2] / DIGEST[2:]
    stored.parent.mkdir(parents=True)
    stored.touch()
    half.tests.mkdir()
    with closing(sqlite3.connect(half.tests / "mlflow.db")) as connection:
        connection.executescript(STORE)
    with closing(sqlite3.connect(half.tests / "other.db")) as connection:
        connection.execute("create table no_runs_here (x)")
    half.report.write_text(REPORT)
    return half


def test_reads_what_the_tests_did_and_left(half: Half) -> None:
    store = half.tests / "mlflow.db"
    stray = Run("outlook", "demand", "churn", store)
    found = look(half)
    assert found == Evidence(
        root=half.root,
        tests=2,
        failed=("test_bad",),
        seconds=(0.25, 1.5),
        runs=(stray, Run("ridge", "demand", "demand", store)),
        dropped=(),
        rewritten=(),
        published=("data/parcels.csv",),
        lost=(),
    )
    assert found.passed == 1
    assert found.strays == (stray,)


def test_sees_files_that_git_would_take_in_or_has_otherwise(half: Half) -> None:
    (half.repo / "mlruns").mkdir()
    (half.repo / "mlruns" / "größe.json").touch()
    (half.repo / "data" / "parcels.csv.dvc").write_text(POINTER + "  size: 9\n")
    found = look(half)
    assert found.dropped == ("mlruns/größe.json",)
    assert found.rewritten == ("data/parcels.csv.dvc",)


def test_data_is_lost_when_the_storage_lacks_the_committed_version(half: Half) -> None:
    (half.storage / "files" / "md5" / DIGEST[:2] / DIGEST[2:]).unlink()
    assert look(half).lost == ("data/parcels.csv",)


def test_store_in_the_repository_is_looked_at_too(half: Half) -> None:
    (half.tests / "mlflow.db").rename(half.repo / "mlflow.db")
    assert [run.store for run in look(half).runs] == [half.repo / "mlflow.db"] * 2


@pytest.mark.parametrize("kind", ["failed", "dropped", "rewritten", "lost", "runs"])
def test_one_thing_out_of_place_is_not_spotless(tmp_path: Path, kind: str) -> None:
    spotless = Evidence(
        root=tmp_path,
        tests=1,
        failed=(),
        seconds=(1.0,),
        runs=(Run("ridge", "demand", "demand", tmp_path),),
        dropped=(),
        rewritten=(),
        published=("a.csv",),
        lost=(),
    )
    assert spotless.spotless
    stain = Run("ridge", "demand", "churn", tmp_path) if kind == "runs" else "a.csv"
    assert not replace(spotless, **{kind: (stain,)}).spotless  # type: ignore[arg-type]  # by name
