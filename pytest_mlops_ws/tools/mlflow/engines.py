"""Open stores: MLflow caches them and their SQL engines by URI and closes none of them."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from pytest_mlops_ws.tools.mlflow.row import Row, lookup, mapping, variable

if TYPE_CHECKING:
    from collections.abc import Iterator

SERVICE = "mlflow.tracking._tracking_service.utils"
REGISTRY = "mlflow.tracking._model_registry.utils"
_STORES = (
    ("mlflow.store.tracking.sqlalchemy_store", "SqlAlchemyStore"),
    ("mlflow.store.model_registry.sqlalchemy_store", "SqlAlchemyStore"),
    ("mlflow.store.jobs.sqlalchemy_store", "SqlAlchemyJobStore"),
)
#: By release, newest first.
_ENGINE_MAPS = ("_engine_map", "_db_uri_sql_alchemy_engine_map")
_STORE_REGISTRIES = (
    (SERVICE, "_tracking_store_registry"),
    (REGISTRY, "_model_registry_store_registry"),
    ("mlflow.tracking._workspace.registry", "_workspace_store_registry"),
)


def engine_maps() -> Iterator[dict[str, Any]]:
    """Yield the dictionaries in which MLflow's store classes keep their engines, by URI."""
    for module, store in _STORES:
        for attribute in _ENGINE_MAPS:
            engines = vars(lookup(module, store, object)).get(attribute)
            if engines is not None:
                yield engines


def _save_engines() -> set[tuple[int, str]]:
    return {(id(engines), uri) for engines in engine_maps() for uri in engines}


def _close_engines(saved: set[tuple[int, str]]) -> None:
    for engines in engine_maps():
        for uri in [uri for uri in engines if (id(engines), uri) not in saved]:
            close(engines.pop(uri).pool)


def close(pool: Any) -> None:  # noqa: ANN401 -- an SQLAlchemy engine's pool
    """Close an engine's idle connections.

    What a thread that outlives the test still holds is closed when it gives it back; to close it
    under its hands would crash the interpreter. ``engine.dispose()`` does the same and makes a
    new pool, which nobody here needs.
    """
    pool.dispose()


def _store_caches() -> Iterator[Any]:
    for module, name in _STORE_REGISTRIES:
        cached = getattr(type(lookup(module, name)), "_get_store_with_resolved_uri", None)
        if hasattr(cached, "cache_clear"):
            yield cached


def _save_store_caches() -> dict[int, int]:
    return {id(cached): cached.cache_info().misses for cached in _store_caches()}


def _forget_stores(saved: dict[int, int]) -> None:
    # Only where a store was opened inside: clearing makes the suite's own stores open again.
    for cached in _store_caches():
        if cached.cache_info().misses != saved.get(id(cached), 0):
            cached.cache_clear()


def _stop_asynchronous_logging() -> None:
    names = [thread.name for thread in threading.enumerate()]
    if any(name.startswith("MLflowAsyncLogging") for name in names):
        lookup("mlflow.tracking.fluent", "_shut_down_async_logging")()
    if any(name.startswith("MLflowAsyncArtifacts") for name in names):
        for repository in lookup(SERVICE, "_artifact_repos_cache", {}).values():
            repository.flush_async_logging()


ROWS = (
    Row(
        "engines", _save_engines, _close_engines, finish=_stop_asynchronous_logging, pristine=set()
    ),
    Row("store caches", _save_store_caches, _forget_stores, pristine={}),
    mapping(SERVICE, "_artifact_repos_cache", title="artifact repositories"),
    variable("mlflow.prompt.registry_utils", "PromptCache._instance", title="prompt cache"),
)
