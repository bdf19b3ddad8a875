"""A workspace's store, made as MLflow's own constructor would, without what it asks the database.

What a store of this release consists of is noted down when the template is built. Without that the
first one of a process is built by the constructor, and tells; only its two questions to the
database (are all tables there? is the schema the newest?) are answered beforehand, because the
template was made by this very release. All share one SQL dialect and its compiled statements, and
have their own pool of connections and their own file.
"""

from __future__ import annotations

import importlib
import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from pytest_mlops_ws.tools.mlflow import template
from pytest_mlops_ws.tools.mlflow.engines import engine_maps
from pytest_mlops_ws.tools.mlflow.row import lookup

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pytest_mlops_ws.model.spec import WorkspaceSpec

_DATABASE = "mlflow.store.db.utils"
_CLASSES = {
    "tracking": "mlflow.store.tracking.sqlalchemy_store",
    "registry": "mlflow.store.model_registry.sqlalchemy_store",
}


class _Known:
    """What is known of this release's stores.

    Attributes:
        engine: an engine that MLflow made; the others share its dialect and what it compiled.
        attributes: the names of what a store of each kind holds.
        settings: what MLflow tells SQLite at the start of each session; None if it says anything
            else too, or if nobody knows yet.
        settled: the engines whose connections have the settings from the beginning.
        session_class: the class of every store's sessions.
    """

    def __init__(self) -> None:
        self.engine: Any = None
        self.attributes: dict[str, frozenset[str]] = {}
        self.settings: tuple[str, ...] | None = None
        self.settled: WeakSet[Any] = WeakSet()
        self.session_class: Any = None


known = _Known()


def open_store(spec: WorkspaceSpec, kind: str) -> Any | None:  # noqa: ANN401 -- an MLflow store
    """Return an open store of *spec*, or None where MLflow's own way must be taken.

    Args:
        spec: a workspace with an embedded store made by this release's template.
        kind: ``tracking`` or ``registry``.
    """
    if lookup("mlflow.environment_variables", "MLFLOW_ENABLE_WORKSPACES.get", bool)():
        return None  # another class of store
    if kind not in known.attributes:
        recall(template.notes())
    if kind in known.attributes:
        return alike(spec, kind) or _construct(spec, kind)
    store = _construct(spec, kind)
    known.attributes[kind] = frozenset(vars(store))
    if known.settings is None:
        known.settings = _session_settings(store)
    return store


def learn(uri: str) -> str:
    """Open stores at *uri* as MLflow does, and return in JSON what `recall` needs to know."""
    attributes: dict[str, list[str]] = {}
    settings: tuple[str, ...] | None = None
    try:
        for kind, module in _CLASSES.items():
            root = ["artifacts"] if kind == "tracking" else []
            store = importlib.import_module(module).SqlAlchemyStore(uri, *root)
            attributes[kind] = sorted(vars(store))
            store.engine.dispose()  # of several connections the next session's would be unknown
            settings = settings or _session_settings(store)
    except Exception:  # noqa: BLE001 -- whatever another release raises: it is asked as it comes
        return "{}"
    return json.dumps({"attributes": attributes, "settings": settings})


def recall(notes: Mapping[str, Any]) -> None:
    """Take over what `learn` found, which may be nothing."""
    if notes:
        for kind, names in notes["attributes"].items():
            known.attributes[kind] = frozenset(names)
        if known.settings is None and notes["settings"] is not None:
            known.settings = tuple(notes["settings"])


def _construct(spec: WorkspaceSpec, kind: str) -> Any:  # noqa: ANN401 -- an MLflow store
    store_class = importlib.import_module(_CLASSES[kind]).SqlAlchemyStore
    arguments = [spec.mlflow_tracking_uri]
    if kind == "tracking":
        arguments.append(spec.mlflow_artifact_location)
    with _questions_answered(_engine_of(spec), _CLASSES[kind]):
        return store_class(*arguments)


def alike(spec: WorkspaceSpec, kind: str) -> Any | None:  # noqa: ANN401 -- an MLflow store
    """Return a store of *spec* that was not constructed, or None if it would lack something."""
    attributes = known.attributes[kind]
    store_class = importlib.import_module(_CLASSES[kind]).SqlAlchemyStore
    store = object.__new__(store_class)
    super(store_class, store).__init__()
    store.db_uri = spec.mlflow_tracking_uri
    store.db_type = "sqlite"
    store.engine = _engine_of(spec)
    if "artifact_root_uri" in attributes:
        store.artifact_root_uri = spec.mlflow_artifact_location
    if "read_engine" in attributes:
        store.read_engine = None
    store.ManagedSessionMaker = _sessions(store)
    # A release that keeps anything else in a store gets its own constructor.
    return store if vars(store).keys() == attributes else None


def _sessions(store: Any) -> Any:  # noqa: ANN401 -- MLflow's factory of sessions
    """Return MLflow's own factory, spared of repeating its settings in every session.

    They hold for a connection, so they are made once when it is opened.
    """
    maker = importlib.import_module("sqlalchemy.orm").sessionmaker(bind=store.engine)
    # It has made a class of its own, for which SQLAlchemy would prepare the events of a session.
    known.session_class = maker.class_ = known.session_class or maker.class_
    settled = store.engine in known.settled
    return lookup(_DATABASE, "_get_managed_session_maker")(maker, "" if settled else store.db_type)


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
    frame = {"SELECT 1", "BEGIN ", "COMMIT", "ROLLBACK"}
    settings = tuple(line for line in said if line not in frame)
    return settings if "SELECT 1" in said and all(map(_is_setting, settings)) else None


def _is_setting(line: str) -> bool:
    words = line.rstrip(";").split(" ")
    return (
        len(words) == len(("PRAGMA", "name", "=", "value"))
        and (words[0].upper(), words[2]) == ("PRAGMA", "=")
        and words[1].isidentifier()
        and words[3].replace("_", "").isalnum()
    )


def _engine_of(spec: WorkspaceSpec) -> Any:  # noqa: ANN401 -- an SQLAlchemy engine
    """Return the workspace's engine, where MLflow itself will look for it."""
    uri = spec.mlflow_tracking_uri
    for engines in engine_maps():
        if uri in engines:
            return engines[uri]
    if known.engine is None:
        known.engine = _open_already() or lookup(_DATABASE, "create_sqlalchemy_engine")(uri)
    engine = _sibling(known.engine, uri)
    for engines in engine_maps():
        engines[uri] = engine
    return engine


def _open_already() -> Any | None:  # noqa: ANN401 -- an SQLAlchemy engine
    """Return the engine of a store that the suite itself has open: it has compiled a good deal."""
    opened = (engine for engines in engine_maps() for engine in engines.values())
    return next((engine for engine in opened if engine.dialect.name == "sqlite"), None)


def share(engine: Any) -> None:  # noqa: ANN401 -- an SQLAlchemy engine
    """Give *engine*, which nobody has used yet, the dialect and the compiled statements of all.

    A compiled statement is found by its dialect, so the two go together.
    """
    if known.engine is None:
        known.engine = engine
    engine.dialect = engine.pool._dialect = known.engine.dialect  # noqa: SLF001 -- the pool closes connections by it
    engine._compiled_cache = known.engine._compiled_cache  # noqa: SLF001 -- as execution option it would be copied into every statement


def _sibling(engine: Any, uri: str) -> Any:  # noqa: ANN401 -- an SQLAlchemy engine
    sqlalchemy = importlib.import_module("sqlalchemy")
    url = sqlalchemy.make_url(uri)
    positional, named = engine.dialect.create_connect_args(url)
    settings = known.settings

    def connect(*_: object) -> Any:  # noqa: ANN401 -- a DBAPI connection
        connection = engine.dialect.connect(*positional, **named)
        for setting in settings or ():
            connection.execute(setting)
        return connection

    pool = engine.pool.recreate()  # with MLflow's listeners, which define SQL functions
    pool._creator = connect  # noqa: SLF001 -- the constructor takes it, recreate() does not
    pool._pre_ping = False  # noqa: SLF001 -- asks whether a server is still there; this is a file
    sibling = sqlalchemy.engine.Engine(pool, engine.dialect, url)
    if settings is not None:
        known.settled.add(sibling)
    sibling._compiled_cache = engine._compiled_cache  # noqa: SLF001 -- as execution option it would be copied into every statement
    return sibling


@contextmanager
def _questions_answered(engine: Any, store_module: str) -> Iterator[None]:  # noqa: ANN401 -- an SQLAlchemy engine
    answers = {
        "_all_tables_exist": lambda _engine: True,
        "_verify_schema": lambda _engine: None,
        "create_sqlalchemy_engine_with_retry": lambda _uri: engine,
    }
    # Some releases import the functions into the store's own module.
    modules = (importlib.import_module(_DATABASE), importlib.import_module(store_module))
    stock = [
        (module, name, getattr(module, name))
        for module in modules
        for name in answers
        if hasattr(module, name)
    ]
    for module, name, _ in stock:
        setattr(module, name, answers[name])
    try:
        yield
    finally:
        for module, name, function in stock:
            setattr(module, name, function)
