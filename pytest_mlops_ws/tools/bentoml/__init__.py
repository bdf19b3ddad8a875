"""BentoML. Inside this package ``import bentoml`` is the real one."""

from __future__ import annotations

import sys
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from pytest_mlops_ws.settings import TELEMETRY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pytest_mlops_ws.model.spec import WorkspaceSpec
    from pytest_mlops_ws.model.status import ToolStatus
    from pytest_mlops_ws.tools.base import Ambient
    from pytest_mlops_ws.tools.bentoml.handle import BentoMLHandle


class BentoML:
    """The adapter of BentoML. What does the work is loaded when it is asked for."""

    name = "bentoml"
    ambient = ("BENTOML_*",)
    telemetry: Mapping[str, str] = TELEMETRY["bentoml"]

    def environment(self, spec: WorkspaceSpec, ambient: Ambient) -> Mapping[str, str | None]:  # noqa: ARG002 -- alike for people and tests
        """Return the variable that makes the workspace's area of models BentoML's home."""
        return {"BENTOML_HOME": str(spec.area("models")), "BENTOML_RESULT_STORE": None}

    def skeleton(self, spec: WorkspaceSpec, *, scm: bool) -> Mapping[str, bytes]:  # noqa: ARG002 -- git tracks no model
        """Return nothing: stored models are no business of git's."""
        return {}

    def create(self, spec: WorkspaceSpec, *, scratch: bool) -> None:
        """Do nothing: what a store needs in the area is made when it is first used."""

    @contextmanager
    def state(self, spec: WorkspaceSpec, ambient: Ambient) -> Iterator[None]:  # noqa: ARG002 -- the variable says where
        """Give the process a BentoML that has used no store yet, and its own back on exit.

        Most tests never import BentoML, and then nothing of this is loaded.
        """
        from pytest_mlops_ws.ground.imports import before_import

        with ExitStack() as undo:

            def isolate() -> None:
                from pytest_mlops_ws.tools.bentoml.state import isolated

                undo.enter_context(isolated())

            if self.name in sys.modules:
                isolate()
            else:
                undo.enter_context(before_import(self.name, isolate))
            yield

    def summary(self, spec: WorkspaceSpec) -> Sequence[str]:  # noqa: ARG002 -- the tree shows it all
        """Return nothing: a report's tree shows the models already."""
        return ()

    def watch(self, spec: WorkspaceSpec) -> Mapping[str, str]:  # noqa: ARG002 -- see below
        """Return nothing: the area is looked after like every other file of a workspace."""
        return {}

    def status(self, spec: WorkspaceSpec) -> ToolStatus:
        """Return version, target and counts, or what is wrong."""
        from pytest_mlops_ws.tools.bentoml.status import status

        return status(spec)

    def open(self, spec: WorkspaceSpec) -> BentoMLHandle:
        """Return ``workspace.bentoml``.

        Raises:
            ToolMissingError: BentoML is absent or too old.
        """
        from pytest_mlops_ws.tools.bentoml.handle import open_handle

        return open_handle(spec)


TOOL = BentoML()
