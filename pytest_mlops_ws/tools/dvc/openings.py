"""Being told when a repository of DVC's is opened, and when it is closed."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from functools import wraps
from typing import TYPE_CHECKING, Any

from pytest_mlops_ws.ground.imports import when_imported

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    Function = Callable[..., Any]
    Told = Callable[[Any], None]

#: What may stand between who opens a repository and `Repo` itself: ``Repo.open``, ``Repo.init``.
MODULES = frozenset({"dvc.repo", "dvc.repo.init", "dvc.repo.open_repo"})


class Openings:
    """Tells of every `Repo`, from `install` to `remove`.

    Args:
        opened: is told of each once it is open.
        closed: is told of each that is closed.
    """

    def __init__(self, opened: Told, closed: Told) -> None:
        self._told = {"__init__": opened, "close": closed}
        self._undo = ExitStack()

    def install(self) -> None:
        """Begin, now or when DVC is imported."""
        module = sys.modules.get("dvc.repo")
        if module is not None and hasattr(module, "Repo"):
            self._watch(module)
        else:
            self._undo.enter_context(when_imported("dvc.repo", self._watch))

    def remove(self) -> None:
        """Put back what nobody has replaced since."""
        self._undo.close()

    def _watch(self, module: ModuleType) -> None:
        for name, told in self._told.items():
            original = vars(module.Repo).get(name)
            if callable(original):
                replacement = _telling(original, told)
                setattr(module.Repo, name, replacement)
                self._undo.callback(_put_back, module.Repo, name, original, replacement)


def _telling(original: Function, told: Told) -> Function:
    @wraps(original)
    def replacement(repo: object, *args: object, **kwargs: object) -> None:
        original(repo, *args, **kwargs)
        told(repo)

    return replacement


def _put_back(owner: type, name: str, original: Function, replacement: Function) -> None:
    if vars(owner).get(name) is replacement:
        setattr(owner, name, original)
