"""How things stand: which tools are there, which settings hold, which servers answer."""

from __future__ import annotations

import os
import platform
import socket
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_mlops_ws.checks.settings import settled
from pytest_mlops_ws.ground import distributions
from pytest_mlops_ws.model.record import Record
from pytest_mlops_ws.workspaces.derivation import DEFAULT_BASE
from pytest_mlops_ws.workspaces.discovery import workspace_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_mlops_ws.guard.endpoints import Endpoint
    from pytest_mlops_ws.settings.values import Settings

_PATIENCE_SECONDS = 2.0
#: Each tool's distributions, the first that is installed counts.
_TOOLS = {
    "mlflow": ("mlflow", "mlflow-skinny"),
    "dvc": ("dvc",),
    "bentoml": ("bentoml",),
    "evidently": ("evidently",),
}


class Remark(Record):
    """One line of what is said.

    Attributes:
        heading: what it is about.
        text: the line.
        is_well: whether nothing need be done about it.
    """

    heading: str
    text: str
    is_well: bool = True


class Standing(Record):
    """A repository and its settings."""

    root: Path
    settings: Settings

    @property
    def base(self) -> Path:
        """The directory of its workspaces."""
        return self.root / (self.settings.text("base") or "/".join(DEFAULT_BASE))

    def remarks(self) -> Iterator[Remark]:
        """Yield what is installed, configured and reachable."""
        yield from _installed()
        yield Remark("configured", f"repository {self.root}")
        count = len(workspace_names(self.base))
        noun = "workspace" if count == 1 else "workspaces"
        yield Remark("configured", f"base {self.base.relative_to(self.root)}: {count} {noun}")
        yield from (Remark("configured", str(each)) for each in self.settings.not_default())
        yield from (_reached(each) for each in self._endpoints())

    def _endpoints(self) -> list[Endpoint]:
        """Return the servers that manifests and the shell name, each once; a bucket is none."""
        from pytest_mlops_ws.guard.discovery import Protected

        known = Protected([self.root], self.base, Path(tempfile.gettempdir()), os.environ)
        servers = {(each.host, each.port): each for each in reversed(known.endpoints)}
        return [each for each in reversed(servers.values()) if each.port and not each.bucket]


def of(root: str) -> Standing:
    """Return how things stand in the repository *root*.

    Raises:
        UsageError: a setting is wrong.
    """
    return Standing(Path(root), settled(root))


def _installed() -> Iterator[Remark]:
    ours = distributions.version("pytest-mlops-ws") or "not installed"
    pytest = distributions.version("pytest")
    yield Remark(
        "installed", f"pytest-mlops-ws {ours}, pytest {pytest}, Python {platform.python_version()}"
    )
    for tool, names in _TOOLS.items():
        found = distributions.version(*names)
        absent = f"{tool} is not there: pip install 'pytest-mlops-ws[{tool}]'"
        yield Remark("installed", f"{tool} {found}" if found else absent)


def _reached(server: Endpoint) -> Remark:
    try:
        with socket.create_connection((server.host, server.port or 0), _PATIENCE_SECONDS):
            return Remark("reachable", f"{server.title} answers")
    except OSError as error:
        reason = error.strerror or str(error)
        return Remark("reachable", f"{server.title} does not answer: {reason}", is_well=False)
