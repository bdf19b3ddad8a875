"""DVC's process-wide state: clean on entry, and what was there again on exit."""

from __future__ import annotations

import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from pytest_mlops_ws.tools.dvc.boundary import watched_repositories
from pytest_mlops_ws.tools.dvc.streams import current_streams

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_mlops_ws.model.spec import WorkspaceSpec


@contextmanager
def isolated(spec: WorkspaceSpec, standing: str | None) -> Iterator[None]:
    """Give the process a clean state of DVC, and put back what was there on exit.

    Args:
        spec: the active workspace.
        standing: the directory in which a test was when it became so; None for people.
    """
    with (
        current_streams(),
        _own_clones(),
        _own_verbosity(),
        watched_repositories(spec, standing),
    ):
        yield


@contextmanager
def _own_clones() -> Iterator[None]:
    """Forget clones of other repositories (`dvc.api` with a URL), and remove those made inside.

    They are kept by URL for the life of the process: a test would see what an earlier one
    fetched, and their temporary directories would stay.
    """
    before = [(cache, dict(cache)) for cache in _clone_caches()]
    for cache, _ in before:
        cache.clear()
    try:
        yield
    finally:
        clean = getattr(sys.modules.get("dvc.repo.open_repo"), "clean_repos", None)
        if callable(clean):
            with suppress(OSError):
                clean()
        for cache, content in before:
            cache.update(content)


def _clone_caches() -> list[dict[object, object]]:
    module = sys.modules.get("dvc.repo.open_repo")
    found = (getattr(module, name, None) for name in ("CLONES", "CACHE_DIRS"))
    return [cache for cache in found if isinstance(cache, dict)]


@contextmanager
def _own_verbosity() -> Iterator[None]:
    """Keep DVC's output as quiet as after its import: `dvc.cli.main` switches it on for good."""
    before = _set_verbosity(on=False)
    try:
        yield
    finally:
        _set_verbosity(on=before)


def _set_verbosity(*, on: bool) -> bool:
    console = getattr(sys.modules.get("dvc.ui"), "ui", None)
    before = getattr(console, "_enabled", False)
    if console is not None and before != on:
        console._enabled = on  # noqa: SLF001 -- `enable` has no counterpart
    return bool(before)
