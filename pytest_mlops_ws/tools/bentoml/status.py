"""How a workspace's BentoML store is, without importing BentoML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mlops_ws.ground import distributions
from pytest_mlops_ws.model.errors import WorkspaceError
from pytest_mlops_ws.model.status import ToolStatus

if TYPE_CHECKING:
    from pytest_mlops_ws.model.spec import WorkspaceSpec


def status(spec: WorkspaceSpec) -> ToolStatus:
    """Return how BentoML is in *spec*."""
    from pytest_mlops_ws.tools.bentoml import TOOL
    from pytest_mlops_ws.tools.bentoml.store import stored_models

    version, target = distributions.version("bentoml"), str(spec.area("models"))
    counts = {"models": len(list(stored_models(spec)))}
    try:
        TOOL.open(spec)
    except WorkspaceError as error:
        return ToolStatus(False, version, target, None, error.message, counts)
    if not spec.area("models").is_dir():
        return ToolStatus(True, version, target, False, f"there is no directory {target}", counts)
    return ToolStatus(True, version, target, True, counts=counts)
