"""Between a manifest's text and typed data, both ways."""

from __future__ import annotations

from pytest_mlops_ws.manifest.data import EDITOR_LINE, KEYS, Manifest, as_time, checked, render
from pytest_mlops_ws.manifest.reading import Reading, read

__all__ = ["EDITOR_LINE", "KEYS", "Manifest", "Reading", "as_time", "checked", "read", "render"]
