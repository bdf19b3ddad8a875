"""Opening an embedded store in a millisecond or two instead of thirty.

The stock path needs nothing of MLflow's internals: SQLAlchemy's public ``connect`` event spares a
scratch store the waiting for the disk, its engines share what they have compiled, and Alembic's
answer to "which revision is the newest?", for which it reads some 70 files each time, is asked for
once per process.

On top of it, where this release of MLflow looks as we know it, a workspace's store is made from
the first one of the process: same class, same dialect, so that every statement compiled once
stays compiled. Whatever does not look as expected falls back to the stock path, and
``MLOPS_WS_STOCK=1`` chooses it.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import sys
import threading
from contextlib import contextmanager
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_mlops_ws.model.errors import WorkspaceBoundaryError
from pytest_mlops_ws.tools.mlflow import prototype
from pytest_mlops_ws.tools.mlflow.engines import close
from pytest_mlops_ws.tools.mlflow.row import lookup

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytest_mlops_ws.model.spec import WorkspaceSpec

#: The modules after whose import hooks can be set.
TRIGGERS = ("mlflow", "mlflow.store.db.utils")
STOCK_VARIABLE = "MLOPS_WS_STOCK"
#: The classes that find a store by its URI, and the method in which they do.
_LOOKUPS = {
    "tracking": ("mlflow.tracking._tracking_service.registry", "TrackingStoreRegistry"),
    "registry": ("mlflow.tracking._model_registry.registry", "ModelRegistryStoreRegistry"),
}
_LOOKUP = "_get_store_with_resolved_uri"
#: Where a connection's record keeps the pool it is of.
_POOL = "_ConnectionRecord__pool"
_log = logging.getLogger(__name__)
_lock = threading.RLock()


class _Prepared:
    """A workspace that is entered, and what has been opened of it."""

    def __init__(self, spec: WorkspaceSpec, outside: Path | None, *, scratch: bool) -> None:
        self.spec = spec
        self.scratch = scratch
        self.outside = outside
        self.stores: dict[str, Any] = {}
        #: Those of the engines, MLflow's or not, that have connected to the store.
        self.pools: set[Any] = set()

    @cached_property
    def database(self) -> str | None:
        """The workspace's database as SQLite resolves its path."""
        return os.path.realpath(self.spec.database_path) if self.spec.embedded else None


_entered: dict[str, _Prepared] = {}
#: By the trigger after which they were set.
_undo: dict[str, list[Callable[[], None]]] = {}
#: The newest revision that a directory of migrations knows; constant as long as the process lives.
_newest: dict[str, list[str]] = {}


@contextmanager
def prepared(spec: WorkspaceSpec, *, scratch: bool) -> Iterator[None]:
    """Open *spec*'s store fast from here on, and close what was opened of it on exit.

    Args:
        spec: the workspace.
        scratch: it is a test's own: writes need not reach the disk, and the store of the
            directory in which the tests were started is out of bounds.
    """
    uri = spec.mlflow_tracking_uri
    outer = _entered.get(uri)
    own = _Prepared(spec, _current_directory(), scratch=scratch)
    with _lock:
        _entered[uri] = own
        install()
    try:
        yield
    finally:
        with _lock:
            for pool in own.pools:
                close(pool)
            if outer is None:
                del _entered[uri]
            else:
                _entered[uri] = outer
            if not _entered:
                _uninstall()


def _current_directory() -> Path | None:
    try:
        return Path.cwd()
    except FileNotFoundError:  # somebody has removed it: there is nothing to fall back to
        return None


def install() -> None:
    """Set the hooks whose modules are loaded and which are not set yet."""
    mlflow, database = TRIGGERS
    if mlflow not in _undo and lookup(mlflow, "set_tracking_uri") is not None:
        _undo[mlflow] = []
        if not os.environ.get(STOCK_VARIABLE):
            for kind, (module, name) in _LOOKUPS.items():
                _undo[mlflow] += _replace_lookup(lookup(module, name), kind)
    if database not in _undo and lookup(database, "create_sqlalchemy_engine") is not None:
        _undo[database] = [
            *_listen_to_connections(),
            *_remember_newest_revision(),
            *_share_compiled_statements(),
        ]


def _uninstall() -> None:
    for steps in _undo.values():
        for step in steps:
            step()
    _undo.clear()


def _listen_to_connections() -> Iterator[Callable[[], None]]:
    event = lookup("sqlalchemy", "event")
    listeners: list[tuple[Any, str, Callable[..., None]]] = [
        (lookup("sqlalchemy.pool", "Pool"), "connect", _connected)
    ]
    initialise = lookup("sqlalchemy.pool.base", "_ConnectionRecord.__init__.__code__")
    if _POOL not in getattr(initialise, "co_names", ()):
        # An engine that has listeners asks them at every statement: not where the pool is known.
        listeners.append((lookup("sqlalchemy.engine", "Engine"), "engine_connect", _used))
    for target, name, listener in listeners:
        event.listen(target, name, listener)
        yield partial(event.remove, target, name, listener)


def _connected(connection: Any, record: object) -> None:  # noqa: ANN401 -- any DBAPI's connection
    """Remember whose connection this is, so that it can be closed.

    A scratch store is spared the waiting for the disk: nobody needs it after a power cut.
    """
    if isinstance(connection, sqlite3.Connection):
        path = connection.execute("PRAGMA database_list").fetchone()[2]
        own = next((each for each in _entered.values() if each.database == path), None)
        if own is None:
            return
        pool = getattr(record, _POOL, None)
        if pool is not None:
            own.pools.add(pool)
        if own.scratch:
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("PRAGMA journal_mode = MEMORY")


def _used(connection: Any) -> None:  # noqa: ANN401 -- an SQLAlchemy connection
    """Remember an engine's pool, where a connection does not know it."""
    engine = connection.engine
    for own in _entered.values():
        if engine.url.database == str(own.spec.database_path):
            own.pools.add(engine.pool)


def _remember_newest_revision() -> Iterator[Callable[[], None]]:
    directory = lookup("alembic.script", "ScriptDirectory")
    stock = getattr(directory, "get_heads", None)
    if stock is None:
        return

    def get_heads(self: Any) -> list[str]:  # noqa: ANN401 -- Alembic's ScriptDirectory
        if "mlflow" not in Path(self.dir).parts:
            return stock(self)  # type: ignore[no-any-return]  # as Alembic's stub says
        if self.dir not in _newest:
            _newest[self.dir] = stock(self)
        return list(_newest[self.dir])

    directory.get_heads = get_heads
    yield lambda: setattr(directory, "get_heads", stock)


def _share_compiled_statements() -> Iterator[Callable[[], None]]:
    """Let an entered store's engine use what the first one's has compiled: half its first run."""
    sqlalchemy = sys.modules["sqlalchemy"]
    stock = sqlalchemy.create_engine

    def create_engine(url: Any, **options: Any) -> Any:  # noqa: ANN401 -- as SQLAlchemy's own
        engine = stock(url, **options)
        own = _entered.get(str(url))
        if own is not None and own.spec.embedded:
            prototype.share(engine)
        return engine

    vars(sqlalchemy)["create_engine"] = create_engine
    yield lambda: vars(sqlalchemy).update(create_engine=stock)


def _replace_lookup(owner: Any, kind: str) -> Iterator[Callable[[], None]]:  # noqa: ANN401 -- a class of MLflow's, or None
    """Answer for entered workspaces before MLflow's own cache of stores is asked."""
    stock = getattr(owner, _LOOKUP, None)
    if stock is None:
        return

    def get_store(self: object, uri: str, other: str | None = None) -> Any:  # noqa: ANN401 -- an MLflow store
        own = _entered.get(uri)
        if own is None or not own.spec.embedded or not own.scratch:
            # A real workspace's store may be of an older release: MLflow itself has to look.
            _refuse_current_directory(uri)
            return stock(self, uri, other)
        with _lock:
            if kind not in own.stores:
                own.stores[kind] = _open(own, kind) or stock(self, uri, other)
            return own.stores[kind]

    get_store.cache_clear = stock.cache_clear  # type: ignore[attr-defined]  # as lru_cache has it
    get_store.cache_info = stock.cache_info  # type: ignore[attr-defined]  # likewise
    setattr(owner, _LOOKUP, get_store)
    yield lambda: setattr(owner, _LOOKUP, stock)


def _open(own: _Prepared, kind: str) -> Any | None:  # noqa: ANN401 -- an MLflow store
    try:
        return prototype.open_store(own.spec, kind)
    except Exception:  # noqa: BLE001 -- whatever another release raises: the stock path is there
        _log.debug("Cannot open MLflow's %s store fast; taking its own way", kind, exc_info=True)
        return None


def _refuse_current_directory(uri: str) -> None:
    """Refuse the store that MLflow falls back to when something has unset the tracking URI."""
    path = uri.removeprefix("sqlite:///").removeprefix("file://")
    if not _entered or "://" in path:
        return
    current = next(reversed(_entered.values()))
    if current.outside is None:
        return
    fallbacks = (current.outside / "mlflow.db", current.outside / "mlruns")
    if current.scratch and Path(os.path.abspath(path)) in fallbacks:  # noqa: PTH100 -- no symlinks resolved
        message = (
            f"MLflow was about to use {uri}, the store of the current directory, while the"
            f" workspace {current.spec.project_name!r} is active: its tracking URI has been unset."
            f" Leave MLFLOW_TRACKING_URI={current.spec.mlflow_tracking_uri} set, or work inside the"
            " workspace: @pytest.mark.workspace(chdir=True)"
        )
        raise WorkspaceBoundaryError(
            message,
            operation="open store",
            workspace=current.spec.project_name,
            details={"uri": uri},
        )
