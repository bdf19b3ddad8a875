"""How a workspace's DVC repository and its remote are, without importing DVC."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pytest_mlops_ws.ground import distributions
from pytest_mlops_ws.ground.urls import hidden
from pytest_mlops_ws.model.errors import WorkspaceError
from pytest_mlops_ws.model.status import ToolStatus
from pytest_mlops_ws.tools.dvc.versions import tracking_files

if TYPE_CHECKING:
    from pytest_mlops_ws.model.spec import WorkspaceSpec


def status(spec: WorkspaceSpec) -> ToolStatus:
    """Return how DVC is in *spec*."""
    from pytest_mlops_ws.tools.dvc import TOOL

    version, target = distributions.version("dvc"), hidden(spec.dvc_remote_path)
    counts = {"tracked": len(list(tracking_files(spec.dvc_repo_path)))}
    try:
        TOOL.open(spec)
    except WorkspaceError as error:
        return ToolStatus(False, version, target, None, error.message, counts)
    if not (spec.dvc_repo_path / ".dvc" / "config").is_file():
        reason = f"{spec.dvc_repo_path} is no DVC repository: dvc init --subdir there"
        return ToolStatus(True, version, target, False, reason, counts)
    if "://" in spec.dvc_remote_path:
        reason = "whether the remote answers is known when something is pushed or pulled"
        return ToolStatus(True, version, target, None, reason, counts)
    remote = Path(spec.dvc_repo_path, spec.dvc_remote_path)
    if not remote.is_dir():
        reason = f"there is no directory {remote}; the first push makes it"
        return ToolStatus(True, version, target, False, reason, counts)
    return ToolStatus(True, version, target, True, counts=counts)
