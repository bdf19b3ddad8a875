"""BentoML: its variables, so far. Its store's handle comes with the client, in a later release."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, NoReturn

from pytest_mlops_ws.model.errors import ToolMissingError
from pytest_mlops_ws.settings import TELEMETRY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from contextlib import AbstractContextManager

    from pytest_mlops_ws.model.spec import WorkspaceSpec
    from pytest_mlops_ws.tools.base import Ambient


class BentoML:
    """The adapter of BentoML.

    Its paths and stores are singletons that are filled when first used (``bentoml/_internal``), so
    a process that has used BentoML before the first workspace keeps the store it has.
    """

    name = "bentoml"
    ambient = ("BENTOML_*",)
    telemetry: Mapping[str, str] = TELEMETRY["bentoml"]

    def environment(self, spec: WorkspaceSpec, ambient: Ambient) -> Mapping[str, str | None]:  # noqa: ARG002 -- alike for people and tests
        """Return the variable that makes the workspace's area of models BentoML's home."""
        return {"BENTOML_HOME": str(spec.area("models"))}

    def skeleton(self, spec: WorkspaceSpec, *, scm: bool) -> Mapping[str, bytes]:  # noqa: ARG002 -- git tracks no model
        """Return nothing: stored models are no business of git's."""
        return {}

    def create(self, spec: WorkspaceSpec, *, scratch: bool) -> None:
        """Do nothing: BentoML makes what it needs in the area when it is first used."""

    def state(self, spec: WorkspaceSpec, ambient: Ambient) -> AbstractContextManager[None]:  # noqa: ARG002 -- the variables do it
        """Leave the process as it is: where BentoML is first used inside, the variables suffice."""
        return nullcontext()

    def summary(self, spec: WorkspaceSpec) -> Sequence[str]:  # noqa: ARG002 -- the tree shows it all
        """Return nothing: a report's tree shows the models already."""
        return ()

    def watch(self, spec: WorkspaceSpec) -> Mapping[str, str]:  # noqa: ARG002 -- see below
        """Return nothing: the area is looked after like every other file of a workspace."""
        return {}

    def open(self, spec: WorkspaceSpec) -> NoReturn:
        """Say that there is no handle yet.

        Raises:
            ToolMissingError: always.
        """
        message = (
            "This release of pytest-mlops-ws has no bentoml handle yet; a later one will. Until"
            f" then use BentoML itself: its home is {spec.area('models')} while the workspace is"
            " active"
        )
        raise ToolMissingError(message, operation=self.name, workspace=spec.project_name)


TOOL = BentoML()
