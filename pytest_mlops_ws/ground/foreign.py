"""Directories that hold other people's code, or none."""

from __future__ import annotations

_NAMES = frozenset(
    {"node_modules", "site-packages", "venv", "env", "__pycache__", "build", "dist", "target"}
)


def is_foreign(name: str) -> bool:
    """Tell whether a directory of this name is hidden, installed or built."""
    return name[0] == "." or name in _NAMES
