"""Acting when a module is imported: before it, around it or after it, without importing it."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from importlib.abc import Loader
    from importlib.machinery import ModuleSpec
    from types import ModuleType

    Callback = Callable[[ModuleType], None]
    Around = Callable[[], AbstractContextManager[object]]


@contextmanager
def when_imported(name: str, callback: Callback) -> Iterator[None]:
    """Call *callback* with the module *name* when it is first imported inside this context.

    A module that is loaded already is not reported. The module's own loader is what it and
    everybody else see; an exception of the callback is the importer's to handle.
    """
    with _found_by(name, callback, nullcontext):
        yield


@contextmanager
def around_import(name: str, around: Around) -> Iterator[None]:
    """Execute the module *name* inside ``around()`` when it is first imported in this context."""
    with _found_by(name, _nothing, around):
        yield


@contextmanager
def _found_by(name: str, callback: Callback, around: Around) -> Iterator[None]:
    if name in sys.modules:
        yield
        return
    finder = _Finder(name, callback, around)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


@contextmanager
def before_import(name: str, callback: Callable[[], None]) -> Iterator[None]:
    """Call *callback* when the module *name* is about to be imported first inside this context.

    It may enter contexts of `when_imported`. Of nested contexts the outer one's comes first.
    """
    finder = _Announcing(name, callback)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


@contextmanager
def absent_ones_remembered(names: frozenset[str]) -> Iterator[None]:
    """Fail to import a module of *names* again without another search, as long as that is exact.

    Only an import is answered, and only while nothing has changed where a search would look: the
    finders, the directories of ``sys.path`` and their times, by which Python itself remembers.
    """
    finder = _Remembering(names)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


class _Remembering:
    def __init__(self, names: frozenset[str]) -> None:
        self._names = names
        self._absent: dict[str, object] = {}

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        # Who asks by `importlib.util.find_spec` wants None for an answer.
        if fullname not in self._names or sys._getframe(2).f_code.co_name != _IMPORTING:  # noqa: SLF001 -- documented
            return None
        state = _where_modules_are()
        if self._absent.get(fullname) != state:
            for finder in sys.meta_path[sys.meta_path.index(self) + 1 :]:
                spec = finder.find_spec(fullname, path, target)
                if spec is not None:
                    return spec
            self._absent[fullname] = state
        message = f"No module named {fullname!r}"
        raise ModuleNotFoundError(message, name=fullname)

    def invalidate_caches(self) -> None:
        self._absent.clear()


#: The function of `importlib` that imports; another name in a later Python only costs time.
_IMPORTING = "_find_and_load_unlocked"


def _where_modules_are() -> object:
    return sys.meta_path.copy(), [(path, _time(path)) for path in sys.path]


def _time(path: str) -> int:
    try:
        return os.stat(path or ".").st_mtime_ns  # noqa: PTH116 -- asked often
    except OSError:
        return -1


class _Announcing:
    def __init__(self, name: str, callback: Callable[[], None]) -> None:
        self._name = name
        self._callback: Callable[[], None] | None = callback

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != self._name or self._callback is None:
            return None
        asked = sys.meta_path[: sys.meta_path.index(self) + 1]
        announcing = [each for each in sys.meta_path if isinstance(each, _Announcing)]
        for outermost in reversed(announcing):
            if outermost._name == fullname:  # noqa: SLF001 -- of this class
                outermost._announce()  # noqa: SLF001 -- likewise
        # From the start: a callback may have put finders before this one.
        rest = [finder for finder in sys.meta_path if finder not in asked]
        found = (finder.find_spec(fullname, path, target) for finder in rest)
        return next((spec for spec in found if spec is not None), None)

    def _announce(self) -> None:
        callback, self._callback = self._callback, None
        if callback is not None:
            callback()


def _nothing(_module: ModuleType) -> None:
    """Do nothing."""


class _Finder:
    def __init__(self, name: str, callback: Callback, around: Around) -> None:
        self._name = name
        self._callback = callback
        self._around = around

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != self._name:
            return None
        later = sys.meta_path[sys.meta_path.index(self) + 1 :]
        for finder in later:
            spec = finder.find_spec(fullname, path, target)
            if spec is not None:
                if spec.loader is not None:
                    reporting = _Reporting(spec.loader, self._callback, self._around)
                    spec.loader = reporting  # type: ignore[assignment]  # deriving from `Loader` costs 0.1 ms
                return spec
        return None


class _Reporting:
    def __init__(self, loader: Loader, callback: Callback, around: Around) -> None:
        self._loader = loader
        self._callback = callback
        self._around = around

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        # First: while it runs, the module sees its own loader (pkgutil, importlib.resources).
        module.__loader__ = self._loader
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        with self._around():
            self._loader.exec_module(module)
        self._callback(module)
