"""What is to be protected, found once a session and only when a watched test is about to run."""

from __future__ import annotations

import os
import sys
import tempfile
from typing import TYPE_CHECKING

from pytest_mlops_ws.guard.endpoints import endpoint
from pytest_mlops_ws.guard.zones import Territory, Zone
from pytest_mlops_ws.model.directories import MANIFEST
from pytest_mlops_ws.model.errors import WorkspaceError
from pytest_mlops_ws.workspaces.discovery import workspace_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from pytest_mlops_ws.guard.endpoints import Endpoint
    from pytest_mlops_ws.model.spec import WorkspaceSpec
    from pytest_mlops_ws.workspaces.workspace import ProjectWorkspace

#: Keys that say of a place outside the workspace that it is the project's. A manifest without one
#: need not be parsed: its project is known by its directory.
_DECLARING = (
    b"mlflow_tracking_uri:",
    b"mlflow_registry_uri:",
    b"mlflow_artifact_location:",
    b"dvc_remote_path:",
    b"dvc_repo_path:",
    b"source_paths:",
)
#: What a shell points tools at.
_AMBIENT = ("MLFLOW_TRACKING_URI", "MLFLOW_REGISTRY_URI", "DVC_REMOTE")


class Protected:
    """The zones and endpoints of a repository.

    Args:
        tops: the repository's root, and where pytest runs if that is elsewhere.
        base: the directory of the workspaces.
        temporary: pytest's temporary directory, its workers' too: free but for the workspaces of
            tests.
        ambient: the variables the process was started with.
    """

    def __init__(
        self,
        tops: Iterable[Path],
        base: Path,
        temporary: Path,
        ambient: Mapping[str, str],
    ) -> None:
        self.territory = Territory()
        self.endpoints: list[Endpoint] = []
        self.base = os.path.realpath(base)
        add = self.territory.add
        add(Zone(os.path.realpath(temporary), "tests"))
        add(Zone(self.base, "base"))
        self._declared(base)
        for zone in _users(ambient):
            add(zone)
        for top in tops:
            add(Zone(os.path.realpath(top), "repository"))
        # After the repository: it may itself be somewhere temporary, and then is protected.
        for free in (tempfile.gettempdir(), sys.prefix, sys.base_prefix):
            add(Zone(os.path.realpath(free), "free"))
        for name in _AMBIENT:
            self._add_endpoint(ambient.get(name), "", f"{name} of the shell:")

    def _declared(self, base: Path) -> None:
        for name in workspace_names(base):
            try:
                with open(base / name / MANIFEST, "rb") as stream:  # noqa: PTH123 -- for each of a thousand
                    content = stream.read()
                if any(key in content for key in _DECLARING):
                    from pytest_mlops_ws.workspaces.workspace import ProjectWorkspace

                    self._add(ProjectWorkspace.load_metadata(base / name))
            except (OSError, WorkspaceError):
                continue  # a broken manifest is the checker's to report; its directory is known

    def _add(self, workspace: ProjectWorkspace) -> None:
        from pytest_mlops_ws.workspaces.derivation import derive

        owner = workspace.project_name
        try:
            spec = derive(workspace)
        except WorkspaceError:  # a variable is not set: what needs it cannot be reached either
            return
        for uri, what in _addresses(spec):
            path = _local(uri, spec)
            if path is not None:
                self.territory.add(Zone(path, "workspace", owner, f"{what} of {owner}", reads=True))
            else:
                self._add_endpoint(uri, owner, f"{what} of {owner},")
        repository = os.path.realpath(spec.dvc_repo_path)
        if not f"{repository}/".startswith(f"{self.base}/"):
            # Not the whole of it: code and data stand beside each other there.
            self.territory.add(
                Zone(f"{repository}/.dvc", "workspace", owner, f"the DVC repository of {owner}")
            )
        for source in spec.source_paths:
            place = os.path.realpath(workspace.repo_root / source)
            if place != os.path.realpath(workspace.repo_root):
                self.territory.add(Zone(place, "source", owner, f"the code of {owner}"))

    def _add_endpoint(self, uri: str | None, owner: str, title: str) -> None:
        found = endpoint(uri, owner, title) if uri else None
        if found is not None:
            self.endpoints.append(found)


def _addresses(spec: WorkspaceSpec) -> Iterator[tuple[str, str]]:
    """Yield the addresses a manifest declares; the derived ones lie below the base."""
    for key, what in (
        ("mlflow_tracking_uri", "the tracking store"),
        ("mlflow_registry_uri", "the model registry"),
        ("mlflow_artifact_location", "the artifacts"),
        ("dvc_remote_path", "the remote"),
    ):
        if spec.origins.get(key, "derived") != "derived":
            yield getattr(spec, key), what


def _local(uri: str, spec: WorkspaceSpec) -> str | None:
    """Return the path that an address means on this machine; None of a server's."""
    from pytest_mlops_ws.ground.locations import RealPaths, canonical

    # DVC counts from the directory of its configuration, everything else from the workspace.
    start = spec.dvc_repo_path / ".dvc" if uri == spec.dvc_remote_path else spec.root_path
    return canonical(uri, relative_to=str(start), real=RealPaths()).path


def _users(ambient: Mapping[str, str]) -> Iterator[Zone]:
    home = os.path.expanduser("~")  # noqa: PTH111 -- strings
    config = ambient.get("XDG_CONFIG_HOME") or f"{home}/.config"
    for place, title, reads in (
        (f"{config}/mlflow", "your own MLflow configuration", False),
        (ambient.get("BENTOML_HOME") or f"{home}/bentoml", "your own BentoML store", True),
        (ambient.get("DVC_GLOBAL_CONFIG_DIR") or f"{config}/dvc", "your own DVC settings", False),
        (f"{home}/.mlflow", "your own MLflow directory", False),
    ):
        yield Zone(os.path.realpath(place), "user", "", title, reads)
