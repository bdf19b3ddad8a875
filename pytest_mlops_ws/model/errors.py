"""What can go wrong, as one family of errors.

A message says the cause, the place and a remedy that can be typed. Kinds never mix: the class
says whether the user's request was wrong (exit status 2) or the environment failed (4).
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class WorkspaceError(Exception):
    """The root of all errors this package raises on purpose.

    Attributes:
        message: cause, place and remedy.
        operation: the name of the public method that failed, if one did.
        workspace: the project's name or the workspace's path, if one is concerned.
        details: whatever else a caller may want to act on; empty if there is nothing.
    """

    exit_status: ClassVar[int] = 2

    def __init__(
        self,
        message: str,
        operation: str | None = None,
        workspace: str | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message, operation, workspace, details)
        self.message = message
        self.operation = operation
        self.workspace = workspace
        self.details: dict[str, Any] = dict(details or {})

    def __str__(self) -> str:
        return self.message


class WorkspaceExistsError(WorkspaceError):
    """A workspace of that name, or of one that tools cannot tell from it, is there already."""


class WorkspaceMissingError(WorkspaceError):
    """There is no workspace of that name."""


class WorkspaceBoundaryError(WorkspaceError):
    """A call was refused because it would have left the active workspace."""


class UsageError(WorkspaceError):
    """A setting, an argument or a project name is wrong; nothing has been touched."""


class EnvironmentFailedError(WorkspaceError):
    """A disk, a lock, a server or a tool did not do its part."""

    exit_status = 4


class ToolMissingError(EnvironmentFailedError):
    """A tool is not installed, or older than the oldest release that works."""


class MLOpsClientError(WorkspaceError):
    """A call of a `MLOpsClient` failed; the other tools still work.

    Attributes:
        component: the tool that failed, or ``workspace``.
    """

    def __init__(
        self,
        message: str,
        operation: str | None = None,
        component: str | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message, operation, None, details)
        self.args = (message, operation, component, details)
        self.component = component

    @classmethod
    def because(
        cls, error: WorkspaceError, operation: str, component: str, workspace: str | None = None
    ) -> MLOpsClientError:
        """Return *error* as that of a client's method, its exit status kept."""
        made = cls(error.message, operation, component, error.details)
        made.workspace = workspace or error.workspace
        vars(made)["exit_status"] = error.exit_status
        return made


@contextmanager
def during(operation: str, workspace: str | None = None) -> Iterator[None]:
    """Let an error of this package say which public method the caller called, and for whom.

    The outermost method has the last word: that is the one the caller wrote.
    """
    try:
        yield
    except WorkspaceError as error:
        error.operation = operation
        error.workspace = workspace or error.workspace
        raise
