"""What the files and directories of every workspace are called."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

MANIFEST = "workspace.yaml"
REMOTES = ".remotes"
INTERNAL = ".mlops-ws"
#: The five areas of a workspace and what each is for.
AREAS: Mapping[str, str] = MappingProxyType(
    {
        "mlflow": "tracking store and artifacts",
        "dvc": "versioned data",
        "monitoring": "Evidently workspace",
        "models": "BentoML store",
        "outputs": "everything else",
    }
)
