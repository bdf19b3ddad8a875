"""One report a module, found by its name: ``--format sarif`` is ``sarif.py``.

A module has ``report(outcome, catalogue, context)``, which returns the text, and ``DOCUMENT``:
whether the text is a document that nothing else may be mixed with.
"""

from __future__ import annotations

import importlib
import os
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from pytest_mlops_ws.findings.catalogue import Catalogue
    from pytest_mlops_ws.findings.context import Context
    from pytest_mlops_ws.findings.outcome import Outcome


class Report(Protocol):
    """What each module of this package offers."""

    DOCUMENT: bool

    def report(self, outcome: Outcome, catalogue: Catalogue, context: Context) -> str:
        """Return the outcome as text in this format."""


def formats() -> list[str]:
    """Return the names of all formats, sorted."""
    names = os.listdir(__path__[0])  # noqa: PTH208 -- names only, and no pathlib in a hook
    return sorted(name.removesuffix(".py") for name in names if name[0] != "_")


def load(name: str) -> Report:
    """Return a format; *name* is one of `formats`."""
    return cast("Report", importlib.import_module(f"{__name__}.{name}"))
