"""Adding, pushing and pulling a project's data: its own repository, from whatever directory."""

from __future__ import annotations

import logging
import os
import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_mlops_ws.ground.dvc_config import REMOTE
from pytest_mlops_ws.ground.urls import hidden
from pytest_mlops_ws.model.errors import (
    EnvironmentFailedError,
    UsageError,
    WorkspaceError,
)
from pytest_mlops_ws.model.results import Result
from pytest_mlops_ws.tools.dvc.bars import counted
from pytest_mlops_ws.tools.dvc.targets import own, tracked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pytest_mlops_ws.model.spec import WorkspaceSpec

#: What copies objects logs here what becomes of each.
_TRANSFERS = logging.getLogger("dvc_data")
_ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Tracked(Result):
    """What DVC tracks now.

    Attributes:
        success: always True; what fails raises.
        paths: the data, relative to the DVC repository's root.
        files: the tracking files to commit.
        hashes: of each path's content.
    """

    success: bool
    paths: tuple[str, ...]
    files: tuple[Path, ...]
    hashes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Transferred(Result):
    """What was pushed or pulled.

    Attributes:
        success: always True; what fails raises.
        count: how many objects were copied.
        paths: the data that were, relative to the DVC repository's root.
        remote: where to, or from; passwords are not shown.
    """

    success: bool
    count: int
    paths: tuple[str, ...]
    remote: str


@dataclass(frozen=True)
class DataStatus(Result):
    """What differs between the work tree and what DVC tracks.

    Attributes:
        clean: nothing does.
        changes: path to what is with it: ``modified``, ``deleted``, ``not in cache``.
        not_pushed: what the remote lacks; empty unless it was asked.
    """

    clean: bool
    changes: Mapping[str, str]
    not_pushed: tuple[str, ...] = ()


def track(spec: WorkspaceSpec, path: str | os.PathLike[str], *, recursive: bool) -> Tracked:
    """Track a file or directory.

    Args:
        spec: the workspace.
        path: what to track; a relative one is taken from the DVC repository's root, or else from
            the working directory.
        recursive: track each file of a directory by itself.

    Raises:
        WorkspaceBoundaryError: it is not this project's.
        UsageError: it is not there.
    """
    target = own(spec, path)
    targets = [target]
    if recursive and target.is_dir():
        targets = sorted(each for each in target.rglob("*") if each.is_file() and _data(each))
    if not targets:
        message = f"{target} is an empty directory: there is nothing to track"
        raise UsageError(message)
    with opened(spec) as repo:
        stages = repo.add([os.fspath(each) for each in targets])
        hashes = {
            _relative(spec, out.fs_path): str(out.hash_info.value)
            for stage in stages
            for out in stage.outs
        }
    files = tuple(Path(stage.path) for stage in stages)
    return Tracked(True, tuple(hashes), files, hashes)


def push(
    spec: WorkspaceSpec, targets: Iterable[str] | str | None, remote: str | None
) -> Transferred:
    """Copy to the remote what it lacks."""
    with opened(spec) as repo:
        chosen = _chosen(spec, targets)
        wanting = _not_pushed(repo, chosen, remote)
        count = repo.push(targets=chosen, remote=remote)
        return Transferred(True, int(count), wanting, _url(repo, remote))


def pull(
    spec: WorkspaceSpec, targets: Iterable[str] | str | None, remote: str | None, *, force: bool
) -> Transferred:
    """Copy from the remote what is tracked, and put it where it belongs."""
    with opened(spec) as repo:
        done = repo.pull(targets=_chosen(spec, targets), remote=remote, force=force)
        touched = [*done.get("added", ()), *done.get("modified", ())]
        paths = sorted(_relative(spec, path) for path in touched)
        count = int(done.get("stats", {}).get("fetched", len(paths)))
        return Transferred(True, count, tuple(paths), _url(repo, remote))


def status(spec: WorkspaceSpec, *, remote: bool) -> DataStatus:
    """Return what differs; with *remote*, also what has not been pushed."""
    with opened(spec) as repo:
        changes: dict[str, str] = {}
        for stage in repo.status().values():
            for entry in stage:
                if isinstance(entry, dict):
                    changed = {**entry.get("changed outs", {}), **entry.get("changed deps", {})}
                    changes.update({_named(repo, name): how for name, how in changed.items()})
        wanting = _not_pushed(repo, None, None) if remote else ()
    return DataStatus(not changes and not wanting, dict(sorted(changes.items())), wanting)


@contextmanager
def opened(spec: WorkspaceSpec) -> Iterator[Any]:
    """Yield the project's repository with the manifest's remote; DVC's complaints are ours.

    Opened anew each time: what other processes did meanwhile is seen.
    """
    from dvc.exceptions import DvcException
    from dvc.repo import Repo

    logged = _FirstFailure()
    try:
        repo = Repo(os.fspath(spec.dvc_repo_path))
        _TRANSFERS.addHandler(logged)
        try:
            override = _override(spec, repo)
            if override:
                repo.close()
                repo = Repo(os.fspath(spec.dvc_repo_path), config=override)
            repo.scm_context.quiet = True  # what to `git add` is in the result
            with counted():
                yield repo
        finally:
            _TRANSFERS.removeHandler(logged)
            repo.close()
    except WorkspaceError:
        raise
    except DvcException as error:
        raise _refused(spec, error, logged.error or error.__cause__) from error
    except Exception as error:  # a remote's file system raises what it likes
        message = (
            f"DVC failed on {hidden(spec.dvc_remote_path)}: {_said(error)}. Check that it can be"
            " reached, your permissions and credentials, and the free space"
        )
        raise EnvironmentFailedError(message, workspace=spec.project_name) from error


def _override(spec: WorkspaceSpec, repo: Any) -> dict[str, Any]:  # noqa: ANN401 -- DVC ships no types
    """Return what makes the manifest's remote the default one, if the configuration differs."""
    name = repo.config["core"].get("remote")
    declared = spec.origins.get("dvc_remote_path", "derived") != "derived"
    if name is not None and not declared:
        return {}
    url = spec.dvc_remote_path
    if "://" not in url:
        url = os.path.abspath(os.path.join(spec.dvc_repo_path, url))  # noqa: PTH100, PTH118 -- a text
    if name is not None and repo.config["remote"].get(name, {}).get("url") == url:
        return {}
    name = name or REMOTE
    return {"core": {"remote": name}, "remote": {name: {"url": url}}}


class _FirstFailure(logging.Handler):
    """Keeps why the first object was not copied: DVC's own error only counts them."""

    error: BaseException | None = None

    def emit(self, record: logging.LogRecord) -> None:
        if self.error is None and record.exc_info:
            self.error = record.exc_info[1]


def _refused(spec: WorkspaceSpec, error: Exception, cause: BaseException | None) -> WorkspaceError:
    said = _said(error)
    if cause is not None and str(cause) not in said:
        said = f"{said} ({_said(cause)})"
    kind = EnvironmentFailedError if "failed to" in said else WorkspaceError
    remedy = (
        "; what arrived is whole, so the same call again goes on" if "failed to" in said else ""
    )
    return kind(f"DVC refused it: {said}{remedy}", workspace=spec.project_name)


def _said(error: BaseException) -> str:
    text = " ".join(_ESCAPES.sub("", str(error)).split()) or type(error).__name__
    return hidden(text).rstrip(".")


def _data(path: Path) -> bool:
    return path.suffix != ".dvc" and path.name not in {".gitignore", ".dvcignore"}


def _chosen(spec: WorkspaceSpec, targets: Iterable[str] | str | None) -> list[str] | None:
    if targets is None:
        return None
    given = [targets] if isinstance(targets, (str, os.PathLike)) else list(targets)
    return [tracked(spec, each) for each in given]


def _not_pushed(
    repo: Any,  # noqa: ANN401 -- DVC ships no types
    targets: list[str] | None,
    remote: str | None,
) -> tuple[str, ...]:
    found = repo.status(targets=targets, cloud=True, remote=remote)
    return tuple(sorted(_named(repo, name) for name, state in found.items() if state == "new"))


def _named(repo: Any, name: str) -> str:  # noqa: ANN401 -- DVC ships no types
    """Return *name* from the root: DVC says it from the working directory, where that is inside."""
    here, root = Path.cwd(), Path(repo.root_dir)
    if not here.is_relative_to(root):
        return name
    return Path(os.path.normpath(here / name)).relative_to(root).as_posix()


def _url(repo: Any, remote: str | None) -> str:  # noqa: ANN401 -- DVC ships no types
    name = remote or repo.config["core"].get("remote")
    return hidden(str(repo.config["remote"].get(name, {}).get("url", name)))


def _relative(spec: WorkspaceSpec, path: str) -> str:
    return Path(os.path.relpath(os.path.abspath(path), spec.dvc_repo_path)).as_posix()  # noqa: PTH100 -- DVC has them from the working directory
