"""How each tool is told not to phone home. Apart from the adapters: every pytest reads it."""

from __future__ import annotations

import os
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

TELEMETRY: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "mlflow": {"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true"},
        # Its own test for "true": "1" is not understood.
        "bentoml": {"BENTOML_DO_NOT_TRACK": "true"},
        "evidently": {"DO_NOT_TRACK": "true"},
        "dvc": {"DVC_NO_ANALYTICS": "1", "ITERATIVE_DO_NOT_TRACK": "1"},
    }
)


def switch_off() -> None:
    """Say no for every tool, where nobody has said anything.

    A tool may be imported, and phone home, before any workspace is entered.
    """
    for variables in TELEMETRY.values():
        for name, value in variables.items():
            os.environ.setdefault(name, value)
