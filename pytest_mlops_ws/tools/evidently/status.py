"""How a workspace's monitoring is, without importing Evidently."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mlops_ws.ground import distributions
from pytest_mlops_ws.model.errors import WorkspaceError
from pytest_mlops_ws.model.status import ToolStatus

if TYPE_CHECKING:
    from pytest_mlops_ws.model.spec import WorkspaceSpec


def status(spec: WorkspaceSpec) -> ToolStatus:
    """Return how Evidently is in *spec*."""
    from pytest_mlops_ws.tools.evidently import TOOL
    from pytest_mlops_ws.tools.evidently.results import projects

    version, target = distributions.version("evidently"), str(spec.area("monitoring"))
    snapshots = [path for each in projects(spec) for path in each.glob("snapshots/*.json")]
    counts = {
        "reports": len(snapshots),
        "reference_data": int((spec.area("monitoring") / "reference.parquet").is_file()),
    }
    try:
        TOOL.open(spec)
    except WorkspaceError as error:
        return ToolStatus(False, version, target, None, error.message, counts)
    if not spec.area("monitoring").is_dir():
        return ToolStatus(True, version, target, False, f"there is no directory {target}", counts)
    return ToolStatus(True, version, target, True, counts=counts)
