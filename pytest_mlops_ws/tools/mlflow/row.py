"""One piece of state that MLflow keeps in the process, and the usual kinds of it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

from pytest_mlops_ws.model.record import Record

if TYPE_CHECKING:
    from collections.abc import Callable

#: The value of what does not exist in this release.
GONE: Final = object()


def nothing() -> None:
    """Do nothing."""


class Row(Record):
    """One piece of state.

    Attributes:
        name: what it is, for messages and tests.
        save: returns what `restore` needs to put it back.
        restore: puts back what `save` returned.
        clear: makes it as it is right after ``import mlflow``.
        finish: completes what was begun inside, while the workspace is still the current one.
        pristine: what `save` would have returned before MLflow was imported, where `restore`
            has something to do even then.
    """

    name: str
    save: Callable[[], Any]
    restore: Callable[[Any], None]
    clear: Callable[[], None] = nothing
    finish: Callable[[], None] = nothing
    pristine: Any = GONE


def lookup(module: str, path: str, default: object = None) -> Any:  # noqa: ANN401 -- MLflow's internals have no types
    """Return ``module.path`` if the module is loaded and has it; imports nothing."""
    found: Any = sys.modules.get(module)
    for part in path.split("."):
        found = getattr(found, part, GONE)
        if found is GONE:
            return default
    return found


def variable(module: str, name: str, *, title: str) -> Row:
    """Return the row of a module's global variable, or of a class's, that starts as None."""
    owner_path, _, attribute = name.rpartition(".")

    def put(value: object) -> None:
        owner = lookup(module, owner_path) if owner_path else sys.modules.get(module)
        if value is not GONE and hasattr(owner, attribute):
            setattr(owner, attribute, value)

    return Row(title, lambda: lookup(module, name, GONE), put, lambda: put(None))


def mapping(module: str, name: str, *, title: str) -> Row:
    """Return the row of a module's global dictionary, to which others may hold references."""

    def put(content: dict[Any, Any]) -> None:
        replace(lookup(module, name, {}), content)

    return Row(title, lambda: dict(lookup(module, name, {})), put, lambda: put({}))


def context_variable(module: str, name: str, *, title: str) -> Row:
    """Return the row of a `contextvars.ContextVar` that starts as None."""

    def save() -> object:
        found = lookup(module, name)
        return found.get() if found is not None else GONE

    def put(value: object) -> None:
        found = lookup(module, name)
        if found is not None and value is not GONE and found.get() is not value:
            found.set(value)

    return Row(title, save, put, lambda: put(None))


def replace(target: dict[Any, Any], content: dict[Any, Any]) -> None:
    """Make *target*, in place, equal to *content*."""
    if target != content:
        target.clear()
        target.update(content)
