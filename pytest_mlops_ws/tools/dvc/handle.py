"""``workspace.dvc``: the real DVC repository of a workspace."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_mlops_ws.ground import distributions

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import TracebackType
    from typing import Self

    from pytest_mlops_ws.model.spec import WorkspaceSpec
    from pytest_mlops_ws.tools.dvc.operations import DataStatus, Tracked, Transferred

#: The first release that reads DVC_SITE_CACHE_DIR.
FLOOR = "3.60.1"


class DVCHandle:
    """A workspace's DVC repository, opened when first used.

    Attributes:
        root: the repository's root directory.
        remote: path or URL of the default remote.
    """

    def __init__(self, spec: WorkspaceSpec) -> None:
        self._spec = spec
        self.root: Path = spec.dvc_repo_path
        self.remote: str = spec.dvc_remote_path
        self._repo: Any = None

    @property
    def repo(self) -> Any:  # noqa: ANN401 -- DVC ships no types
        """DVC's own `Repo`, for everything that has no shorthand here."""
        if self._repo is None:
            from dvc.repo import Repo

            self._repo = Repo(os.fspath(self.root))
        return self._repo

    def add(self, *targets: str | os.PathLike[str]) -> list[Path]:
        """Track files or directories with DVC; relative ones are taken from the root.

        Unlike ``repo.add``, which takes them from the working directory.

        Returns:
            The ``.dvc`` files written, one a target.
        """
        stages = self.repo.add([os.fspath(self.root / target) for target in targets])
        return [Path(stage.path) for stage in stages]

    def track(self, path: str | os.PathLike[str], *, recursive: bool = False) -> Tracked:
        """Track a file or directory of the project's own.

        Args:
            path: a relative one is taken from the root, or else from the working directory.
            recursive: track each file of a directory by itself.

        Raises:
            WorkspaceBoundaryError: it is outside of the repository, or another project's.
            UsageError: it is not there.
        """
        from pytest_mlops_ws.tools.dvc import operations

        return operations.track(self._spec, path, recursive=recursive)

    def push(
        self, targets: Iterable[str] | str | None = None, remote: str | None = None
    ) -> Transferred:
        """Copy to the remote what it lacks.

        Args:
            targets: only these, relative to the root.
            remote: another remote of the configuration than the default one.

        Raises:
            WorkspaceError: DVC refused it, or the remote did not take all.
        """
        from pytest_mlops_ws.tools.dvc import operations

        return operations.push(self._spec, targets, remote)

    def pull(
        self,
        targets: Iterable[str] | str | None = None,
        remote: str | None = None,
        *,
        force: bool = False,
    ) -> Transferred:
        """Copy from the remote what is tracked, and put it where it belongs.

        Args:
            targets: only these, relative to the root.
            remote: another remote of the configuration than the default one.
            force: overwrite what has changed here and is nowhere else.

        Raises:
            WorkspaceError: DVC refused it, or the remote does not have all.
        """
        from pytest_mlops_ws.tools.dvc import operations

        return operations.pull(self._spec, targets, remote, force=force)

    def status(self, *, remote: bool = False) -> DataStatus:
        """Return what differs between work tree, tracking files and, if asked, the remote."""
        from pytest_mlops_ws.tools.dvc import operations

        return operations.status(self._spec, remote=remote)

    def close(self) -> None:
        """Close the repository; using the handle again opens it anew."""
        if self._repo is not None:
            self._repo.close()
            self._repo = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({os.fspath(self.root)!r})"


def open_handle(spec: WorkspaceSpec) -> DVCHandle:
    """Return the handle of *spec*.

    Raises:
        ToolMissingError: DVC is absent or too old.
    """
    found = distributions.version("dvc")
    if found is None or distributions.release(found) < distributions.release(FLOOR):
        raise distributions.missing("dvc", found, FLOOR)  # noqa: EM101 -- a name, not a message
    return DVCHandle(spec)
