"""Stores opened fast: taken where we know the release, correct, closed; and never in the way."""

from __future__ import annotations

import gc
import importlib
import os
import re
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import mlflow
import pytest

from pytest_mlops_ws.model.errors import WorkspaceBoundaryError
from pytest_mlops_ws.tools.mlflow import (
    autologging,
    engines,
    prototype,
    row,
    state,
    stores,
    template,
    tracing,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_mlops_ws.workspaces.scratch import ScratchWorkspace
    from tests.conformance.mlflow.conftest import Make

    Child = Callable[[Callable[[], Any]], Any]

pytestmark = pytest.mark.isolation

STOCK = bool(os.environ.get(stores.STOCK_VARIABLE))
fast_only = pytest.mark.skipif(STOCK, reason="about the fast path")


def _log(value: float = 0.9) -> None:
    with mlflow.start_run():
        mlflow.log_metric("auc", value)
        mlflow.log_text("x", "x.txt")


def _metrics(workspace: ScratchWorkspace) -> list[float]:
    return [run.data.metrics["auc"] for run in workspace.mlflow.runs()]


def _forget_notes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the first store of a process built by MLflow's constructor, which tells."""
    monkeypatch.setattr(template, "notes", dict)


@fast_only
def test_what_was_noted_of_a_release_is_what_its_first_store_tells(
    make: Make, child: Child, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If this fails with a new release, the fast path must learn it: it is only slow, not wrong."""

    one, two, spec = make(), make(), make().effective

    def scenario(workspace: ScratchWorkspace) -> list[object]:
        with workspace.activate():
            _log()
            mlflow.MlflowClient().create_registered_model("m")
        alike = [prototype.alike(spec, kind) is not None for kind in prototype.known.attributes]
        return [prototype.known.attributes, prototype.known.settings, alike]

    noted = child(lambda: scenario(one))
    _forget_notes(monkeypatch)
    assert child(lambda: scenario(two)) == noted
    attributes, settings, alike = noted
    assert (attributes.keys(), alike) == ({"tracking", "registry"}, [True, True])
    assert tuple(setting.lower() for setting in settings) == (
        "pragma foreign_keys = on;",
        "pragma busy_timeout = 20000;",
        "pragma case_sensitive_like = true;",
    )


@fast_only
@pytest.mark.parametrize("noted", [True, False])
def test_a_noted_release_is_asked_nothing_when_a_store_is_opened(
    make: Make, child: Child, monkeypatch: pytest.MonkeyPatch, *, noted: bool
) -> None:
    if not noted:
        _forget_notes(monkeypatch)

    def scenario() -> list[int]:
        said: list[str] = []
        event, engine = row.lookup("sqlalchemy", "event"), row.lookup("sqlalchemy", "Engine")
        event.listen(engine, "before_cursor_execute", lambda _1, _2, sql, *_: said.append(sql))
        counts = []
        for _ in range(2):
            with make().activate():
                said.clear()
                assert mlflow.MlflowClient()._tracking_client.store
                counts.append(len(said))
        return counts

    first, second = child(scenario)
    assert (first == 0, second) == (noted, 0)


def test_a_connection_has_the_settings_that_mlflow_makes(make: Make, child: Child) -> None:
    def scenario() -> list[int]:
        settings = ("foreign_keys", "busy_timeout", "synchronous")
        answers = []
        for _ in range(2):
            workspace = make()
            with workspace.activate():
                _log()
                store = workspace.mlflow.client._tracking_client.store
                with store.ManagedSessionMaker() as session:
                    text = row.lookup("sqlalchemy", "text")
                    questions = [f"PRAGMA {setting}" for setting in settings]
                    questions.append("SELECT 'A' LIKE 'a'")
                    answers += [session.execute(text(each)).scalar() for each in questions]
        return answers

    assert child(scenario) == [1, 20000, 0, 0] * 2


@fast_only
def test_an_engine_without_the_settings_gets_them_in_each_session(
    make: Make, child: Child, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first engine may be MLflow's own, and a store made after another one come to it later."""
    _forget_notes(monkeypatch)

    def scenario() -> int:
        outer = make("outer")
        with outer.activate():
            _log()
            with make("inner").activate():
                mlflow.MlflowClient().create_registered_model("m")
            client = mlflow.MlflowClient()
            client.create_registered_model("m")
            store = row.lookup("mlflow.tracking._model_registry.utils", "_get_store")()
            with store.ManagedSessionMaker() as session:
                text = row.lookup("sqlalchemy", "text")
                return int(session.execute(text("PRAGMA foreign_keys")).scalar())

    assert child(scenario) == 1


@fast_only
@pytest.mark.parametrize("imported", ["before", "inside"])
def test_the_first_store_of_a_process_is_opened_fast_too(
    imported: str, make: Make, tmp_path: Path
) -> None:
    """Of the 70 migrations, which MLflow reads to see whether a schema is the newest, none is."""
    code = f"""
import sys
from pytest_mlops_ws.workspaces.scratch import ScratchWorkspace
read = []
def watch(event, arguments):
    if event == "open" and "db_migrations/versions" in str(arguments[0]).replace("\\\\", "/"):
        read.append(arguments[0])
sys.addaudithook(watch)
if {imported == "before"}:
    import mlflow
with ScratchWorkspace("fraud", {str(make().root_path)!r}).activate():
    import mlflow
    with mlflow.start_run():
        mlflow.log_metric("auc", 0.9)
    mlflow.MlflowClient().create_registered_model("m")
print(len(read))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert done.stdout == "0\n", done.stderr


def test_two_workspaces_entered_in_turn_keep_apart(make: Make, child: Child) -> None:
    def scenario() -> list[list[float]]:
        fraud, churn = make("fraud"), make("churn")
        for value in (1.0, 2.0):
            with fraud.activate():
                _log(value)
            with churn.activate():
                _log(10 * value)
        with fraud.activate(), churn.activate():
            _log(30.0)
        return [_metrics(fraud), _metrics(churn)]

    assert child(scenario) == [[2.0, 1.0], [30.0, 20.0, 10.0]]


def test_handles_of_two_workspaces_work_side_by_side(make: Make, child: Child) -> None:
    """Explicit clients, whichever workspace is current, and none."""

    def scenario() -> list[list[str]]:
        fraud, churn = make("fraud"), make("churn")
        with fraud.activate():
            for workspace in (fraud, churn):
                workspace.mlflow.client.create_experiment(f"{workspace.project_name}-eval")
        return [
            sorted(each.name for each in workspace.mlflow.experiments())
            for workspace in (fraud, churn)
        ]

    assert child(scenario) == [["fraud", "fraud-eval"], ["churn", "churn-eval"]]


def test_threads_of_one_workspace_write_to_one_store(make: Make, child: Child) -> None:
    def scenario() -> int:
        workspace = make()
        with workspace.activate():
            threads = [threading.Thread(target=_log, args=(float(n),)) for n in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            return len(workspace.mlflow.runs())

    assert child(scenario) == 4


def test_a_child_process_logs_to_the_workspace(make: Make, tmp_path: Path) -> None:
    code = "import mlflow; mlflow.set_experiment('sub'); mlflow.start_run(); "
    code += "mlflow.log_text('x', 'x')"
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    workspace = make()
    with workspace.activate():
        subprocess.run([sys.executable, "-c", code], check=True, cwd=elsewhere, capture_output=True)

    (experiment,) = (each for each in workspace.mlflow.experiments() if each.name == "sub")
    assert experiment.artifact_location == f"{workspace.mlflow_path}/artifacts/1"
    assert len(workspace.mlflow.runs("sub")) == 1
    # Before 3.10 MLflow makes an empty ./mlruns when it opens a store, whatever is put where.
    assert [path for path in elsewhere.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("name", [None, "fraud-eval"])
def test_artifacts_are_below_the_workspace_wherever_the_test_stands(
    name: str | None,
    make: Make,
    child: Child,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    strays: set[str],
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    workspace = make()

    def scenario() -> str:
        with workspace.activate():
            if name is not None:
                mlflow.set_experiment(name)
            _log()
            return str(workspace.mlflow.runs()[0].info.artifact_uri)

    assert Path(child(scenario)).is_relative_to(workspace.mlflow_path / "artifacts")
    assert {path.name for path in elsewhere.rglob("*")} <= strays


def test_a_run_without_an_experiment_belongs_to_the_projects(make: Make, child: Child) -> None:
    def scenario() -> list[str]:
        workspace = make("fraud-detection")
        with workspace.activate():
            _log()
            return [each.name for each in workspace.mlflow.experiments()]

    assert child(scenario) == ["fraud-detection"]


def _descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts descriptors in /proc")
def test_fifty_workspaces_leave_no_descriptor_and_no_thread(make: Make, child: Child) -> None:
    def scenario() -> list[tuple[int, int]]:
        counts = []
        for n in range(50):
            with make().activate():
                _log()
                mlflow.MlflowClient().create_registered_model("classifier")
            if n in {4, 49}:
                gc.collect()  # what the process had before may go at any time
                counts.append((_descriptors(), threading.active_count()))
        return counts

    (early_descriptors, early_threads), (late_descriptors, late_threads) = child(scenario)
    assert late_descriptors <= early_descriptors
    assert late_threads <= early_threads


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="looks for descriptors in /proc")
def test_a_connection_that_the_test_opened_itself_is_closed(make: Make, child: Child) -> None:
    """Through SQLAlchemy, to the workspace's database, by an engine MLflow knows nothing of."""

    def scenario() -> list[bool]:
        workspace = make()
        answers = []
        with workspace.activate():
            _log()
            engine = row.lookup("sqlalchemy", "create_engine")(workspace.mlflow.tracking_uri)
            engine.connect().close()  # back to the engine's pool, open
            answers.append(_is_open(workspace))
        answers.append(_is_open(workspace))
        del engine
        return answers

    assert child(scenario) == [True, False]


def _is_open(workspace: ScratchWorkspace) -> bool:
    database = str(workspace.mlflow_path / "mlflow.db")
    return any(os.path.realpath(each) == database for each in Path("/proc/self/fd").iterdir())


def test_a_suites_own_store_is_neither_closed_nor_opened_again(
    make: Make, child: Child, tmp_path: Path
) -> None:
    """Two suites in one: those who use a store of their own do not pay for those who use us."""
    own = make("own")

    def scenario() -> list[bool]:
        os.environ["MLFLOW_TRACKING_URI"] = own.mlflow.tracking_uri
        _log(1.0)
        before = mlflow.MlflowClient()._tracking_client.store
        engine = before.engine
        with make().activate():
            _log(2.0)
        after = mlflow.MlflowClient()._tracking_client.store
        _log(3.0)
        return [after is before, after.engine is engine, _metrics(own) == [3.0, 1.0]]

    same_store, same_engine, right = child(scenario)
    assert right
    assert same_engine
    assert same_store or STOCK


def test_an_outer_workspaces_store_survives_an_inner_ones(make: Make, child: Child) -> None:
    def scenario() -> list[list[float]]:
        outer, inner = make("outer"), make("inner")
        with outer.activate():
            with mlflow.start_run():
                mlflow.log_metric("auc", 1.0)
                with inner.activate():
                    assert mlflow.active_run() is None
                    _log(2.0)
                mlflow.log_metric("auc", 3.0)
            return [_metrics(outer), _metrics(inner)]

    assert child(scenario) == [[3.0], [2.0]]


def test_what_was_there_before_comes_back(make: Make, child: Child) -> None:
    def scenario() -> list[bool]:
        own = make("own")
        mlflow.set_tracking_uri(own.mlflow.tracking_uri)
        mlflow.set_registry_uri(own.mlflow.tracking_uri)
        mlflow.set_experiment("mine")
        run = mlflow.start_run()
        before = dict(os.environ)
        with make().activate():
            mlflow.set_experiment("theirs")
            mlflow.start_run()
            os.environ["MLFLOW_RUN_ID"] = "x"
        active = mlflow.active_run()
        answers = [
            dict(os.environ) == before,
            mlflow.get_tracking_uri() == mlflow.get_registry_uri() == own.mlflow.tracking_uri,
            active is not None and active.info.run_id == run.info.run_id,
        ]
        mlflow.end_run()
        _log()
        return [*answers, len(own.mlflow.runs("mine")) == 2]

    assert child(scenario) == [True] * 4


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_it_comes_back_after_any_exception(
    error: type[BaseException], make: Make, child: Child
) -> None:
    def scenario() -> bool:
        before = dict(os.environ)
        with suppress(error), make().activate():
            mlflow.start_run()
            raise error
        return dict(os.environ) == before and mlflow.active_run() is None

    assert child(scenario)


def test_a_run_left_open_is_ended_as_killed(make: Make, child: Child) -> None:
    def scenario() -> str:
        workspace = make()
        with workspace.activate():
            mlflow.start_run()
        return str(workspace.mlflow.runs()[0].info.status)

    assert child(scenario) == "KILLED"


def test_a_sessions_autolog_stays_in_force_and_comes_back(make: Make, child: Child) -> None:
    linear_model = pytest.importorskip("sklearn.linear_model")

    def fit() -> None:
        linear_model.LinearRegression().fit([[0.0], [1.0]], [0.0, 1.0])

    def scenario() -> list[int]:
        import mlflow.sklearn

        mlflow.sklearn.autolog(log_models=False, silent=True)
        first, second = make(), make()
        with first.activate():
            fit()
            mlflow.sklearn.autolog(disable=True)
            fit()
        with second.activate():
            fit()
        return [len(first.mlflow.runs()), len(second.mlflow.runs())]

    assert child(scenario) == [1, 1]


@fast_only
@pytest.mark.parametrize("uri", [None, "mlruns", "sqlite:///mlflow.db"])
def test_the_store_of_the_developers_directory_is_refused(
    uri: str | None, make: Make, child: Child, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    def scenario() -> str:
        with make().activate():
            if uri is None:
                os.environ.pop("MLFLOW_TRACKING_URI")
            else:
                mlflow.set_tracking_uri(uri)
            try:
                mlflow.start_run()
            except WorkspaceBoundaryError as error:
                return str(error)
        return "not refused"

    message = child(scenario)
    assert "chdir=True" in message
    assert "'fraud'" in message
    assert not (tmp_path / "mlflow.db").exists()
    assert not (tmp_path / "mlruns").exists()


def test_a_store_that_the_test_makes_elsewhere_is_its_own(
    make: Make, child: Child, tmp_path: Path
) -> None:
    other = make("other")

    def scenario() -> int:
        with make().activate():
            mlflow.set_tracking_uri(other.mlflow.tracking_uri)
            _log()
        return len(other.mlflow.runs())

    assert child(scenario) == 1


def test_a_release_of_which_no_private_name_is_left_still_works(
    make: Make, child: Child, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next release must never break a suite: what is gone is not undone, and nothing raises."""

    def only_public(module: str, path: str, default: object = None) -> Any:
        private = "._" in module or path.startswith("_") or "._" in path
        return default if private else row.lookup(module, path, default)

    for each in (state, tracing, autologging, engines, stores, prototype):
        monkeypatch.setattr(each, "lookup", only_public)

    def scenario() -> list[list[float]]:
        fraud, churn = make("fraud"), make("churn")
        for workspace, value in ((fraud, 1.0), (churn, 2.0)):
            with workspace.activate():
                _log(value)
        return [_metrics(fraud), _metrics(churn)]

    assert child(scenario) == [[1.0], [2.0]]


def test_a_release_whose_stores_hold_something_new_is_opened_its_own_way(
    make: Make, child: Child, monkeypatch: pytest.MonkeyPatch
) -> None:
    def scenario() -> list[float]:
        with make().activate():
            _log()
        if not STOCK:
            prototype.known.attributes["tracking"] |= {"something_new"}
        workspace = make()
        with workspace.activate():
            _log(2.0)
            return _metrics(workspace)

    assert child(scenario) == [2.0]


def test_a_real_workspaces_store_of_another_release_is_mlflows_to_judge(
    make: Make, child: Child
) -> None:
    def scenario() -> str:
        workspace = make()
        with closing(sqlite3.connect(workspace.mlflow_path / "mlflow.db")) as store:
            store.execute("UPDATE alembic_version SET version_num = '451aebb31d03'")
            store.commit()
        with workspace.activate("inherit"):
            try:
                mlflow.search_experiments()
            except Exception as error:  # noqa: BLE001 -- before 3.10 that of a migration it starts
                return str(error)
            return "it was opened"

    assert re.search(r"out-of-date database schema|already exists|duplicate", child(scenario))


def test_hooks_are_gone_after_the_last_workspace(make: Make, child: Child) -> None:
    def scenario() -> list[bool]:
        registry = row.lookup(*stores._LOOKUPS["tracking"])
        importlib.import_module("mlflow.store.db.utils")
        directory = row.lookup("alembic.script", "ScriptDirectory")
        event = row.lookup("sqlalchemy", "event")
        pool, engine = row.lookup("sqlalchemy.pool", "Pool"), row.lookup("sqlalchemy", "Engine")
        before = vars(registry)[stores._LOOKUP], directory.get_heads
        with make().activate(), make().activate():
            pass
        return [
            vars(registry)[stores._LOOKUP] is before[0],
            directory.get_heads is before[1],
            not event.contains(pool, "connect", stores._connected),
            not event.contains(engine, "engine_connect", stores._used),
        ]

    assert child(scenario) == [True] * 4


def test_runs_of_one_millisecond_are_newest_first(make: Make, child: Child) -> None:
    def scenario() -> list[float]:
        workspace = make()
        client = workspace.mlflow.client
        for n in range(20):
            run = client.create_run("0", start_time=1_700_000_000_000)
            client.log_metric(run.info.run_id, "auc", float(n))
        return _metrics(workspace)

    assert child(scenario) == [float(n) for n in reversed(range(20))]


def test_runs_of_an_experiment_that_is_not_there_name_those_that_are(make: Make) -> None:
    with pytest.raises(LookupError, match=r"No experiment 'fraude' here; there are: fraud$"):
        make().mlflow.runs("fraude")


def test_every_table_but_three_is_empty_in_a_new_store(make: Make) -> None:
    """What the template brings along is MLflow's own: a revision, experiment 0, its workspace."""
    with closing(sqlite3.connect(make().mlflow_path / "mlflow.db")) as store:
        listing = store.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        tables = [name for (name,) in listing]
        filled = {
            name: store.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608 -- names of tables
            for name in tables
        }
    assert {name: rows for name, rows in filled.items() if rows} == {
        "alembic_version": 1,
        "experiments": 1,
        **({"workspaces": 1} if "workspaces" in tables else {}),
    }


def test_whether_this_is_databricks_is_looked_up_once(make: Make, child: Child) -> None:
    fraud = make()

    def searches() -> dict[str, int]:
        asked: list[str] = []

        class Finder:
            def find_spec(self, name: str, *_: object) -> None:
                asked.append(name)

        with fraud.activate():
            _log()  # and what is imported the first time
            sys.meta_path.append(Finder())  # type: ignore[arg-type]  # enough of one
            for _ in range(3):
                _log()
        return {name: asked.count(name) for name in asked}

    assert child(searches)
    assert set(child(searches).values()) == {1}
