"""What was deployed of a model, and where it came from."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pytest_mlops_ws.model.results import Result

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_RUN = re.compile(r"^run_id:\s*['\"]?(?P<run>[0-9a-f]{32})", re.MULTILINE)


@dataclass(frozen=True)
class Deployed(Result):
    """A model in a project's BentoML store, and the Bento around it.

    Attributes:
        tag: ``<project>--<model>:<version>``, the model's and the Bento's.
        path: the stored model's directory.
        bento: the Bento's tag; None if none was built.
        reason: why none was built.
        labels: ``project`` says whose it is.
        metadata: where it came from: revision, run, data, tools.
    """

    tag: str
    path: Path
    bento: str | None = None
    reason: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    metadata: Mapping[str, str] = field(default_factory=dict)


def run_of(model: Path) -> str | None:
    """Return the run that logged the MLflow model in the directory *model*."""
    try:
        found = _RUN.search((model / "MLmodel").read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return None
    return found["run"] if found else None
