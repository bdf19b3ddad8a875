"""What an adapter of one tool provides; the registry in this package's ``__init__`` finds them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from contextlib import AbstractContextManager

    from pytest_mlops_ws.model.spec import WorkspaceSpec
    from pytest_mlops_ws.model.status import ToolStatus

#: ``inherit`` for people: the shell's variables stay. ``hide`` for tests: they do not reach in.
Ambient = Literal["inherit", "hide"]


class Tool(Protocol):
    """One MLOps tool. Nothing here imports the tool but `open` and an already loaded `state`."""

    @property
    def name(self) -> str:
        """The tool's import name, which is also how people call it."""

    @property
    def ambient(self) -> tuple[str, ...]:
        """`fnmatch` patterns of the variables by which a shell or CI steers the tool."""

    @property
    def telemetry(self) -> Mapping[str, str]:
        """Variables that switch the tool's telemetry off."""

    def environment(self, spec: WorkspaceSpec, ambient: Ambient) -> Mapping[str, str | None]:
        """Return the variables that point the tool at *spec*; None means: must not be set."""

    def skeleton(self, spec: WorkspaceSpec, *, scm: bool) -> Mapping[str, bytes]:
        """Return the files of a new workspace that git tracks, by path relative to its root.

        Args:
            spec: the workspace.
            scm: whether a git repository holds it.
        """

    def create(self, spec: WorkspaceSpec, *, scratch: bool) -> None:
        """Write what a new workspace holds of the tool, the `skeleton` included.

        What exists is left alone. *scratch* means that the tree is a test's own: it need not
        survive a power cut.
        """

    def state(self, spec: WorkspaceSpec, ambient: Ambient) -> AbstractContextManager[None]:
        """Give the process a clean state of the tool, and put back what was there on exit.

        A tool that is first imported inside is left as it is right after its import.
        """

    def summary(self, spec: WorkspaceSpec) -> Sequence[str]:
        """Return a few lines for people: what of *spec* a failing test's report should show."""

    def watch(self, spec: WorkspaceSpec) -> Mapping[str, str]:
        """Return what of *spec* a stranger's write would change: item to fingerprint."""

    def status(self, spec: WorkspaceSpec) -> ToolStatus:
        """Return how the tool is in *spec*. Nothing raises: what is wrong is in there."""

    def open(self, spec: WorkspaceSpec) -> object:
        """Return the handle people use: ``workspace.<tool>``.

        Raises:
            ToolMissingError: the tool is absent or too old; the message has the install line.
        """
