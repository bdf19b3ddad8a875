"""What happens to `dvc.repo.Repo` while a workspace is active: who opened one, and where."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, suppress
from functools import cached_property, wraps
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from pytest_mlops_ws import settings
from pytest_mlops_ws.ground.imports import when_imported
from pytest_mlops_ws.model.errors import WorkspaceBoundaryError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

    from pytest_mlops_ws.model.spec import WorkspaceSpec

    Function = Callable[..., Any]


@contextmanager
def watched_repositories(spec: WorkspaceSpec, standing: str | None) -> Iterator[None]:
    """Close on exit every `Repo` that is opened inside.

    Args:
        spec: the active workspace.
        standing: a call that names no repository is refused where it would use the one to which
            this directory belongs; None refuses nothing.
    """
    watch = _Watch(spec, standing)
    try:
        if "dvc.repo" in sys.modules:
            watch.install(sys.modules["dvc.repo"])
            yield
        else:
            with when_imported("dvc.repo", watch.install):
                yield
    finally:
        watch.remove()


class _Watch:
    def __init__(self, spec: WorkspaceSpec, working_directory: str | None) -> None:
        self._spec = spec
        self._working_directory = working_directory
        self._opened: WeakSet[Any] = WeakSet()
        self._replaced: list[tuple[type, str, object, object]] = []
        # A monkeypatch that outlives the activation may put a hook of ours back: it does nothing.
        self._active = True

    def install(self, module: ModuleType) -> None:
        """Hook what this release of DVC has of the names; what has gone is not watched."""
        repo = getattr(module, "Repo", None)
        if not isinstance(repo, type):
            return
        self._replace(repo, "__init__", lambda hook: hook, self._initialise)
        if self._working_directory is not None:
            self._replace(repo, "find_root", classmethod, self._find_root)
            self._replace(repo, "open", staticmethod, self._open)
            self._replace(repo, "init", staticmethod, self._open)

    def remove(self) -> None:
        self._active = False
        for owner, name, original, hook in reversed(self._replaced):
            if vars(owner).get(name) is hook:
                setattr(owner, name, original)
        for repo in list(self._opened):
            # The test is over: what it did to its repository is not the next one's concern.
            with suppress(Exception):
                repo.close()

    def _replace(
        self, owner: type, name: str, kind: Function, hook: Callable[[Function], Function]
    ) -> None:
        original = vars(owner).get(name)
        function = getattr(original, "__func__", original)
        if not callable(function):
            return
        replacement = kind(wraps(function)(hook(function)))
        self._replaced.append((owner, name, original, replacement))
        setattr(owner, name, replacement)

    def _initialise(self, original: Function) -> Function:
        def initialise(repo: object, *args: object, **kwargs: object) -> None:
            if not _first(kwargs, "fs", args[1:]):
                self._refuse_fallback(_first(kwargs, "root_dir", args))
            original(repo, *args, **kwargs)
            self._opened.add(repo)

        return initialise

    def _find_root(self, original: Function) -> Function:
        def find_root(cls: type, *args: object, **kwargs: object) -> object:
            # Another file system than the local one (a git revision's) has no working directory.
            fs = _first(kwargs, "fs", args[1:])
            local = getattr(sys.modules.get("dvc.fs"), "LocalFileSystem", ())
            if fs is None or isinstance(fs, local):
                self._refuse_fallback(_first(kwargs, "root", args))
            return original(cls, *args, **kwargs)

        return find_root

    def _open(self, original: Function) -> Function:
        def open_(*args: object, **kwargs: object) -> object:
            self._refuse_fallback(_first(kwargs, "root_dir", args) or kwargs.get("url"))
            return original(*args, **kwargs)

        return open_

    def _refuse_fallback(self, root: object) -> None:
        if not self._active or self._working_directory is None:
            return
        if root is not None and str(root) not in {"", os.curdir}:
            return
        found = dvc_root(_working_directory())
        own = os.path.realpath(self._spec.dvc_repo_path)
        if found is None or found == own or found != self._home or _made_by_tests(found):
            return
        message = (
            f"This DVC call names no repository and would use {found}, which is not of the"
            f" workspace {self._spec.project_name!r} but the one the tests run in. Enter the"
            " workspace with @pytest.mark.workspace(chdir=True), use workspace.dvc.repo, or name"
            f" the repository: repo={found!r}."
        )
        raise WorkspaceBoundaryError(
            message, workspace=self._spec.project_name, details={"dvc_root": found}
        )

    @cached_property
    def _home(self) -> str | None:
        return dvc_root(self._working_directory)


def _first(kwargs: dict[str, object], name: str, args: tuple[object, ...]) -> object:
    return kwargs.get(name, args[0] if args else None)


def _working_directory() -> str | None:
    try:
        return os.getcwd()  # noqa: PTH109 -- a plain string is what is compared
    except FileNotFoundError:
        return None


def dvc_root(directory: str | None) -> str | None:
    """Return the DVC repository around *directory*, as `Repo.find_root` climbs: to the mount."""
    while directory is not None:
        if os.path.isdir(os.path.join(directory, ".dvc")):  # noqa: PTH112, PTH118 -- as DVC does
            return directory
        if os.path.ismount(directory):
            return None
        directory = os.path.dirname(directory)  # noqa: PTH120 -- likewise
    return None


def _made_by_tests(root: str) -> bool:
    """Whether a repository is younger than this process, and so nobody's real one.

    A fixture that ran before the activation may have made it and entered it. The change time is
    asked since a copied tree brings its modification times along.
    """
    try:
        return os.stat(os.path.join(root, ".dvc", "config")).st_ctime >= settings.started_at  # noqa: PTH116, PTH118 -- likewise
    except OSError:
        return False
