"""A workspace's store, made after the first one that this process opened.

The first is built by MLflow's own constructor; only its two questions to the database (are all
tables there? is the schema the newest?) are answered beforehand, because the template was made by
this very release. Later ones share its SQL dialect and compiled statements, and have their own
pool of connections and their own file.
"""

from __future__ import annotations

import importlib
import re
import sqlite3
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pytest_mlops_ws.tools.mlflow.engines import engine_maps
from pytest_mlops_ws.tools.mlflow.row import lookup

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_mlops_ws.model.spec import WorkspaceSpec

_DATABASE = "mlflow.store.db.utils"
_CLASSES = {
    "tracking": "mlflow.store.tracking.sqlalchemy_store",
    "registry": "mlflow.store.model_registry.sqlalchemy_store",
}
_SETTING = re.compile(r"PRAGMA \w+ = \w+;?", re.IGNORECASE)


@dataclass(slots=True)
class _First:
    """The first store of its kind in this process."""

    store: Any
    #: What MLflow tells SQLite at the start of each session; None if it says anything else too.
    settings: tuple[str, ...] | None


_engine: Any = None
_first: dict[str, _First] = {}


def open_store(spec: WorkspaceSpec, kind: str) -> Any | None:  # noqa: ANN401 -- an MLflow store
    """Return an open store of *spec*, or None where MLflow's own way must be taken.

    Args:
        spec: a workspace with an embedded store made by this release's template.
        kind: ``tracking`` or ``registry``.
    """
    if lookup("mlflow.environment_variables", "MLFLOW_ENABLE_WORKSPACES.get", bool)():
        return None  # another class of store
    first = _first.get(kind)
    if first is None:
        store = _construct(spec, kind)
        _first[kind] = _First(store, _session_settings(store))
        return store
    return _alike(first, spec) or _construct(spec, kind)


def _construct(spec: WorkspaceSpec, kind: str) -> Any:  # noqa: ANN401 -- an MLflow store
    store_class = importlib.import_module(_CLASSES[kind]).SqlAlchemyStore
    arguments = [spec.mlflow_tracking_uri]
    if kind == "tracking":
        arguments.append(spec.mlflow_artifact_location)
    with _questions_answered(_engine_of(spec)):
        return store_class(*arguments)


def _alike(first: _First, spec: WorkspaceSpec) -> Any | None:  # noqa: ANN401 -- an MLflow store
    kind = type(first.store)
    store = object.__new__(kind)
    super(kind, store).__init__()
    store.db_uri = spec.mlflow_tracking_uri
    store.db_type = first.store.db_type
    store.engine = _engine_of(spec)
    if hasattr(first.store, "artifact_root_uri"):
        store.artifact_root_uri = spec.mlflow_artifact_location
    if hasattr(first.store, "read_engine"):
        store.read_engine = None
    store.ManagedSessionMaker = _sessions(first, store)
    # A release that keeps anything else in a store gets its own constructor.
    return store if vars(store).keys() == vars(first.store).keys() else None


def _sessions(first: _First, store: Any) -> Any:  # noqa: ANN401 -- MLflow's factory of sessions
    """Return MLflow's own factory, spared of repeating its settings in every session.

    They hold for a connection, so they are made once when it is opened.
    """
    orm = importlib.import_module("sqlalchemy.orm")
    database_type = store.db_type
    if first.settings is not None:
        event = lookup("sqlalchemy", "event")
        settings = first.settings
        event.listen(store.engine, "connect", lambda connection, _: _apply(connection, settings))
        database_type = ""
    return lookup(_DATABASE, "_get_managed_session_maker")(
        orm.sessionmaker(bind=store.engine), database_type
    )


def _apply(connection: sqlite3.Connection, settings: tuple[str, ...]) -> None:
    for setting in settings:
        connection.execute(setting)


def _session_settings(store: Any) -> tuple[str, ...] | None:  # noqa: ANN401 -- an MLflow store
    """Watch one session of MLflow's from SQLite's side."""
    text = lookup("sqlalchemy", "text")
    said: list[str] = []
    with store.engine.connect() as held:
        connection = held.connection.dbapi_connection
        held.close()  # back to the pool, which hands out the same one next
    connection.set_trace_callback(said.append)
    try:
        with store.ManagedSessionMaker() as session:
            session.execute(text("SELECT 1"))
    finally:
        connection.set_trace_callback(None)
    settings = tuple(line for line in said if line not in {"SELECT 1", "BEGIN ", "COMMIT", "ROLLBACK"})
    complete = "SELECT 1" in said and all(_SETTING.fullmatch(line) for line in settings)
    return settings if complete else None


def _engine_of(spec: WorkspaceSpec) -> Any:  # noqa: ANN401 -- an SQLAlchemy engine
    """Return the workspace's engine, where MLflow itself will look for it."""
    global _engine  # noqa: PLW0603 -- one per process is the point
    uri = spec.mlflow_tracking_uri
    for engines in engine_maps():
        if uri in engines:
            return engines[uri]
    if _engine is None:
        engine = _engine = lookup(_DATABASE, "create_sqlalchemy_engine")(uri)
    else:
        engine = _sibling(_engine, uri)
    for engines in engine_maps():
        engines[uri] = engine
    return engine


def _sibling(engine: Any, uri: str) -> Any:  # noqa: ANN401 -- an SQLAlchemy engine
    sqlalchemy = importlib.import_module("sqlalchemy")
    url = sqlalchemy.make_url(uri)
    positional, named = engine.dialect.create_connect_args(url)
    pool = engine.pool.recreate()  # with MLflow's listeners, which define SQL functions
    pool._creator = lambda *_: engine.dialect.connect(*positional, **named)  # noqa: SLF001 -- the constructor takes it, recreate() does not
    sibling = sqlalchemy.engine.Engine(pool, engine.dialect, url)
    sibling._compiled_cache = engine._compiled_cache  # noqa: SLF001 -- as execution option it would be copied into every statement
    return sibling


@contextmanager
def _questions_answered(engine: Any) -> Iterator[None]:  # noqa: ANN401 -- an SQLAlchemy engine
    answers = {
        "_all_tables_exist": lambda _engine: True,
        "_verify_schema": lambda _engine: None,
        "create_sqlalchemy_engine_with_retry": lambda _uri: engine,
    }
    module = importlib.import_module(_DATABASE)
    stock = {name: getattr(module, name) for name in answers if hasattr(module, name)}
    for name in stock:
        setattr(module, name, answers[name])
    try:
        yield
    finally:
        for name, function in stock.items():
            setattr(module, name, function)
