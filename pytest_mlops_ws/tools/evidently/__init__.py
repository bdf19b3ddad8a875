"""Evidently. Inside this package ``import evidently`` is the real one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mlops_ws.settings import TELEMETRY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from contextlib import AbstractContextManager

    from pytest_mlops_ws.model.spec import WorkspaceSpec
    from pytest_mlops_ws.model.status import ToolStatus
    from pytest_mlops_ws.tools.base import Ambient
    from pytest_mlops_ws.tools.evidently.handle import MonitoringHandle


class Evidently:
    """The adapter of Evidently. What does the work is loaded when it is asked for.

    Evidently has no current workspace: whoever writes a report says where. So nothing points it
    anywhere; what is kept apart is what its import does to the process.
    """

    name = "evidently"
    ambient = ("EVIDENTLY_*",)
    telemetry: Mapping[str, str] = TELEMETRY["evidently"]

    def environment(self, spec: WorkspaceSpec, ambient: Ambient) -> Mapping[str, str | None]:  # noqa: ARG002 -- it reads none
        """Return nothing: no variable says where Evidently writes."""
        return {}

    def skeleton(self, spec: WorkspaceSpec, *, scm: bool) -> Mapping[str, bytes]:  # noqa: ARG002 -- git tracks no report
        """Return nothing: reports are no business of git's."""
        return {}

    def create(self, spec: WorkspaceSpec, *, scratch: bool) -> None:
        """Do nothing: an empty area is an empty Evidently workspace."""

    def state(self, spec: WorkspaceSpec, ambient: Ambient) -> AbstractContextManager[None]:  # noqa: ARG002 -- alike for all
        """Undo what importing Evidently inside does to the rest of the process."""
        from pytest_mlops_ws.ground.imports import around_import

        return around_import(self.name, _undone)

    def summary(self, spec: WorkspaceSpec) -> Sequence[str]:  # noqa: ARG002 -- the tree shows it all
        """Return nothing: a report's tree shows what was written."""
        return ()

    def watch(self, spec: WorkspaceSpec) -> Mapping[str, str]:  # noqa: ARG002 -- see below
        """Return nothing: the area is looked after like every other file of a workspace."""
        return {}

    def status(self, spec: WorkspaceSpec) -> ToolStatus:
        """Return version, target and counts, or what is wrong."""
        from pytest_mlops_ws.tools.evidently.status import status

        return status(spec)

    def open(self, spec: WorkspaceSpec) -> MonitoringHandle:
        """Return ``workspace.monitoring``.

        Raises:
            ToolMissingError: Evidently is absent or too old.
        """
        from pytest_mlops_ws.tools.evidently.handle import open_handle

        return open_handle(spec)


def _undone() -> AbstractContextManager[None]:
    from pytest_mlops_ws.tools.evidently.imports import undone  # most tests never import Evidently

    return undone()


TOOL = Evidently()
