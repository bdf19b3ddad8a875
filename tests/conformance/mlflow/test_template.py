"""The template: built once by MLflow's own migrations, kept, checked, copied."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from pytest_mlops_ws.ground.cache import VARIABLE, cache_directory
from pytest_mlops_ws.model.errors import EnvironmentFailedError
from pytest_mlops_ws.tools.mlflow import building, template
from pytest_mlops_ws.workspaces.scratch import ScratchWorkspace, create

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conformance.mlflow.conftest import Make

MAKE = """
import sys
from pytest_mlops_ws.workspaces.scratch import ScratchWorkspace, create
create(ScratchWorkspace("fraud", sys.argv[1]), with_git=False)
assert not [name for name in sys.modules if name.partition(".")[0] in ("mlflow", "dvc")]
"""


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty cache, and a process that has not read another one."""
    place = tmp_path / "cache with ü"
    monkeypatch.setenv(VARIABLE, str(place))
    template._template.cache_clear()
    yield place
    template._template.cache_clear()


@pytest.fixture
def warm(cache: Path) -> Path:
    """The directory of a template, copied from this machine's cache, where it is intact."""
    del os.environ[VARIABLE]
    intact = template._template()
    template._template.cache_clear()
    os.environ[VARIABLE] = str(cache)
    directory = cache_directory() / "mlflow" / template._key()
    template._keep(directory, intact)
    return directory


def _stands(workspace: ScratchWorkspace) -> bool:
    with closing(sqlite3.connect(workspace.mlflow_path / "mlflow.db")) as store:
        return bool(store.execute("SELECT name FROM experiments").fetchall() == [("fraud",)])


def test_two_processes_build_one_template_and_import_no_tool(cache: Path, tmp_path: Path) -> None:
    targets = [tmp_path / f"b{n}" / "fraud" for n in range(2)]
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", MAKE, str(target)],
            env={
                **os.environ,
                "PYTHONWARNINGS": "error",
            },  # MLflow's own import does not survive it
            stderr=subprocess.PIPE,
        )
        for target in targets
    ]
    errors = [process.communicate()[1].decode() for process in processes]
    assert errors == ["", ""]

    (directory,) = (path for path in (cache / "mlflow").iterdir() if path.is_dir())
    assert sorted(path.name for path in directory.iterdir()) == ["template.db", "template.json"]
    assert all((target / "mlflow" / "mlflow.db").stat().st_size > 0 for target in targets)
    record = json.loads((directory / "template.json").read_text())
    assert set(record) == {"format", "revision", "sha256", "stores", "zero"}


@pytest.mark.isolation
def test_a_second_process_reuses_it(warm: Path, make: Make) -> None:
    before = {path: path.stat().st_mtime_ns for path in warm.iterdir()}
    assert _stands(make("fraud"))
    assert {path: path.stat().st_mtime_ns for path in warm.iterdir()} == before


@pytest.mark.parametrize("file", ["template.db", "template.json"])
@pytest.mark.parametrize("content", [b"", b"garbage", b'{"sha256": "0"}', None])
def test_a_cache_with_garbage_in_it_is_not_believed(
    file: str, content: bytes | None, warm: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    intact = template._load(warm)
    assert intact is not None
    if content is None:
        (warm / file).unlink()
    else:
        (warm / file).write_bytes(content)
    assert template._load(warm) is None

    # The seconds of the real one are another test's.
    monkeypatch.setattr(template, "_build", lambda _: intact)
    assert template._template() is intact
    again = template._load(warm)
    assert again is not None
    assert (again.content, again.notes) == (intact.content, intact.notes)


def test_the_cache_is_the_users_own(warm: Path) -> None:
    assert (warm / "template.db").stat().st_mode & 0o077 == 0
    cache_directory().chmod(0o777)
    with pytest.raises(EnvironmentFailedError, match=r"chmod 700 '.*cache with ü'"):
        _fresh_cache_directory()


def _fresh_cache_directory() -> Path:
    from pytest_mlops_ws.ground import cache

    cache._usable.cache_clear()
    return cache_directory()


def test_a_cache_that_is_a_file_is_one_clear_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv(VARIABLE, str(tmp_path / "file" / "cache"))
    with pytest.raises(EnvironmentFailedError) as caught:
        _fresh_cache_directory()
    assert str(caught.value) == (
        f"Cannot write {tmp_path}/file/cache: Not a directory. Check the permissions and the free"
        f" space there. Or use another place: {VARIABLE}=/some/where"
    )


def test_without_a_home_the_cache_is_a_private_one_among_the_temporary_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "home").write_text("")
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home" / "cache"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert _fresh_cache_directory() == tmp_path / f"mlops-ws-cache-{os.getuid()}"


@pytest.fixture(autouse=True)
def _forget_caches() -> Iterator[None]:
    from pytest_mlops_ws.ground import cache

    yield
    cache._usable.cache_clear()


@pytest.mark.isolation
def test_a_migration_more_is_another_template(monkeypatch: pytest.MonkeyPatch) -> None:
    """A development build adds migrations without a new version."""
    key = template._key()
    listing = os.listdir
    monkeypatch.setattr(template.os, "listdir", lambda path: [*listing(path), "abc_new.py"])
    assert template._key() != key
    assert template._key().split("-")[0] == key.split("-")[0]


def test_a_build_that_fails_says_what_mlflow_said(
    cache: Path, make: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(building, "_BUILD", "raise RuntimeError('no disk, no luck')")
    with pytest.raises(EnvironmentFailedError, match=r"no disk, no luck\. Try it by hand"):
        make()
    assert list((cache / "mlflow").iterdir()) == [cache / "mlflow" / f"{template._key()}.lock"]
    del tmp_path


def test_a_builder_that_was_killed_leaves_nothing_in_the_way(
    cache: Path, warm: Path, make: Make, tmp_path: Path
) -> None:
    intact = template._load(warm)
    assert intact is not None
    for path in warm.iterdir():
        path.unlink()
    process = subprocess.Popen([sys.executable, "-c", MAKE, str(tmp_path / "b" / "fraud")])
    lock = cache / "mlflow" / f"{warm.name}.lock"
    deadline = time.monotonic() + 30
    while not lock.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    process.kill()
    process.wait()

    template._keep(warm, intact)
    assert _stands(make("fraud"))


def _base_of(length: int, tmp_path: Path) -> Path:
    """Return a path of *length* bytes below *tmp_path*, not all of them ASCII."""
    base = tmp_path
    while length - len(os.fsencode(base)) > 90:
        base /= "ä" * 30
    return base / ("x" * (length - len(os.fsencode(base)) - 1))


@pytest.mark.isolation
def test_the_longest_path_makes_a_store_that_mlflow_can_use(tmp_path: Path) -> None:
    base = _base_of(500 - len("/fraud/mlflow/mlflow.db"), tmp_path)
    workspace = ScratchWorkspace("fraud", base / "fraud")
    create(workspace, with_git=False)
    client = workspace.mlflow.client
    experiment = client.get_experiment(client.create_experiment("eval"))

    assert len(os.fsencode(workspace.mlflow_path / "mlflow.db")) == 500
    assert experiment.artifact_location == f"{workspace.mlflow_path}/artifacts/1"
    with closing(sqlite3.connect(workspace.mlflow_path / "mlflow.db")) as store:
        assert store.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_a_path_that_sqlite_cannot_open_is_refused(tmp_path: Path) -> None:
    base = _base_of(501 - len("/fraud/mlflow/mlflow.db"), tmp_path)
    with pytest.raises(EnvironmentFailedError, match=r"has 501 bytes.*pytest --basetemp="):
        create(ScratchWorkspace("fraud", base / "fraud"), with_git=False)


def test_a_store_that_is_there_is_left_alone(make: Make) -> None:
    workspace = make()
    database = workspace.mlflow_path / "mlflow.db"
    database.write_bytes(b"somebody's")
    template.create_store(workspace.effective)
    assert database.read_bytes() == b"somebody's"


@pytest.mark.isolation
@pytest.mark.parametrize(("name", "root"), [("fraud", 10), ("é" * 25, 490), ("x" * 300, 60)])
def test_a_spliced_store_is_what_sqlite_would_have_written(name: str, root: int) -> None:
    """But for the counters of its header, which only grow; a name that needs a page is written."""
    whole = template._template()
    location = f"{template._PLACEHOLDER * root}0"
    written = template._renamed(whole.content, name, location)
    spliced = template._spliced(whole, name, location)

    def body(*parts: bytes | bytearray | memoryview) -> bytes:
        store = b"".join(parts)
        return store[:24] + store[28:92] + store[100:]

    if len(name) < 300:
        assert spliced is not None
        assert body(spliced) == body(written)
    else:
        assert spliced is None
    head, tail = template._variant(whole, name, root)
    assert body(head, template._PLACEHOLDER.encode() * root, tail) == body(written)


@pytest.mark.isolation
def test_without_notes_about_experiments_the_whole_store_is_asked() -> None:
    whole = template._template()
    alone = template._Template(whole.content, whole.notes, None)
    location = f"{template._PLACEHOLDER * 60}0"
    head, tail = template._variant(alone, "fraud", 60)
    written = template._renamed(whole.content, "fraud", location)
    assert b"".join((head, location[:-1].encode(), tail)) == written
