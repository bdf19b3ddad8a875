"""Where something came from: project, workspace, commit, data, and the tools that made it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from pytest_mlops_ws.ground import distributions
from pytest_mlops_ws.ground.revision import revision
from pytest_mlops_ws.model.results import Result
from pytest_mlops_ws.tools import all_tools

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pytest_mlops_ws.model.spec import WorkspaceSpec

_PREFIX = "mlops_ws."
#: In MLflow's own tag, too, where its pages show it.
_MLFLOW_COMMIT = "mlflow.source.git.commit"


@dataclass(frozen=True)
class Provenance(Result):
    """Where a run, a model version, a stored model or a drift report came from.

    Attributes:
        project: the project's name.
        workspace: the workspace's directory, relative to the repository's root where it is in one.
        git_revision: the commit that was checked out; None outside of git.
        data_version: what DVC tracked then, as one short hash; None if that was nothing.
        versions: of Python's packages of the tools, by name.
    """

    project: str
    workspace: str
    git_revision: str | None = None
    data_version: str | None = None
    versions: Mapping[str, str] = field(default_factory=dict)

    def tags(self) -> dict[str, str]:
        """Return it as tags: texts by name."""
        found = {
            "project": self.project,
            f"{_PREFIX}workspace": self.workspace,
            f"{_PREFIX}versions": json.dumps(dict(self.versions), sort_keys=True),
        }
        if self.git_revision:
            found[f"{_PREFIX}git_revision"] = self.git_revision
            found[_MLFLOW_COMMIT] = self.git_revision
        if self.data_version:
            found[f"{_PREFIX}data_version"] = self.data_version
        return found

    @classmethod
    def from_tags(cls, tags: Mapping[str, str]) -> Provenance | None:
        """Return what *tags* say; None if they are of somebody else's making."""
        if "project" not in tags or f"{_PREFIX}workspace" not in tags:
            return None
        return cls(
            project=tags["project"],
            workspace=tags[f"{_PREFIX}workspace"],
            git_revision=tags.get(f"{_PREFIX}git_revision"),
            data_version=tags.get(f"{_PREFIX}data_version"),
            versions=json.loads(tags.get(f"{_PREFIX}versions", "{}")),
        )


def provenance(spec: WorkspaceSpec, repo_root: Path) -> Provenance:
    """Return where what is made in *spec*, a workspace of *repo_root*, comes from now."""
    from pytest_mlops_ws.tools.dvc.versions import data_version

    inside = spec.root_path.is_relative_to(repo_root)
    return Provenance(
        project=spec.project_name,
        workspace=spec.root_path.relative_to(repo_root).as_posix()
        if inside
        else str(spec.root_path),
        git_revision=revision(spec.root_path),
        data_version=data_version(spec),
        versions=_versions(),
    )


@cache
def _versions() -> Mapping[str, str]:
    names = ["pytest-mlops-ws", *(tool.name for tool in all_tools())]
    found = {name: distributions.version(name, f"{name}-skinny") for name in names}
    return {name: version for name, version in found.items() if version is not None}
