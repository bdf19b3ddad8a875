"""All the workspaces of a repository as one whole: what the rules look at."""

from __future__ import annotations

import os
import stat
from functools import cached_property
from typing import TYPE_CHECKING

from pytest_mlops_ws.checks.claims import Claim, Claims
from pytest_mlops_ws.checks.dvc.facts import Dvc
from pytest_mlops_ws.checks.links import Links
from pytest_mlops_ws.checks.project import Project
from pytest_mlops_ws.checks.sources import Sources
from pytest_mlops_ws.checks.territory import Territory
from pytest_mlops_ws.ground.locations import RealPaths

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from pytest_mlops_ws.checks.directories import Directory
    from pytest_mlops_ws.checks.files import Files
    from pytest_mlops_ws.ground.locations import Location
    from pytest_mlops_ws.manifest.reading import Reading

#: Two databases in memory are two, whatever they are called; so may be two unknown remotes.
_NOT_COMPARABLE = frozenset({"memory", "remote"})


class Workspaces:
    """A repository's projects, and everything that is worked out for more than one rule.

    Attributes:
        files: the repository's files.
        base: where new workspaces go, relative to the repository's root.
        real: real paths, each directory looked at once.
        projects: the projects whose manifests can be read, in the order of their paths.
        broken: the manifests that cannot be: what stands in them takes part in no comparison.
        beside: the manifests called ``workspace.yml`` next to one that the loader reads instead.
    """

    def __init__(
        self,
        files: Files,
        base: str,
        readings: Collection[Reading],
        others: dict[str, list[Claim]] | None = None,
    ) -> None:
        """Take the manifests of a repository, and what other repositories claim."""
        self.files = files
        self.base = base
        self.real = RealPaths()
        self.projects: list[Project] = []
        self.broken: list[Reading] = []
        self.beside: list[Reading] = []
        self._others = others or {}
        self._absolute: dict[str, str] = {}
        known: dict[tuple[str, str], Location] = {}
        names = {reading.path for reading in readings}
        for reading in readings:
            if reading.path.endswith(".yml") and f"{reading.path[:-3]}yaml" in names:
                self.beside.append(reading)
            elif reading.values is None:
                self.broken.append(reading)
            else:
                self.projects.append(Project(reading.path, reading, files.root, self.real, known))

    @cached_property
    def _declaring(self) -> dict[str, list[Project]]:
        found: dict[str, list[Project]] = {}
        for project in self.projects:
            for key, value in project.reading.values.items():  # type: ignore[union-attr]  # read without error
                if value is not None:
                    found.setdefault(key, []).append(project)
        return found

    def declaring(self, key: str) -> list[Project]:
        """Return the projects whose manifests give *key* a value."""
        return self._declaring.get(key, [])

    @cached_property
    def territory(self) -> Territory:
        """Whose a path is."""
        return Territory(self)

    @cached_property
    def directories(self) -> list[Directory]:
        """The directories of the repository that manifests name."""
        from pytest_mlops_ws.checks.directories import named  # most manifests name none

        return list(named(self))

    @cached_property
    def links(self) -> Links:
        """What leads from one workspace elsewhere."""
        return Links(self)

    @cached_property
    def sources(self) -> Sources:
        """What the projects' Python code mentions."""
        return Sources(self)

    @cached_property
    def dvc(self) -> Dvc:
        """The DVC repositories, and what their files name."""
        return Dvc(self)

    @cached_property
    def claims(self) -> Claims:
        """What the projects claim, by kind, with what other repositories have published.

        ============== =================================================================
        kind           key
        ============== =================================================================
        ``name``       the name as tools see it, whatever its case
        ``experiment`` tracking store, MLflow workspace, and the experiment's name or id
        ``workspace``  tracking server and MLflow workspace
        ``artifacts``  place below which artifacts are kept, if declared
        ``store``      local tracking store or registry, if declared
        ``remote``     place of the default DVC remote, if declared
        ``prefix``     prefix of the names of stored models
        ============== =================================================================

        What is derived lies inside the workspace, or bears the project's name: it is the
        `territory`'s business. Where it takes part all the same it comes first: who declares
        what another one has anyway is the one to change it.
        """
        return Claims(
            {
                "name": self._names,
                "experiment": self._experiments,
                "workspace": self._mlflow_workspaces,
                "artifacts": lambda: self._places("mlflow_artifact_location"),
                "store": self._stores,
                "remote": lambda: self._places("dvc_remote_path"),
                "prefix": self._prefixes,
            },
            self._others,
            # Derived ones end in "--", which no name contains: they meet where the names do.
            apart=() if self.declaring("bentoml_tag_prefix") else ("prefix",),
        )

    def _names(self) -> Iterator[Claim]:
        for project in self.projects:
            yield Claim(project.tool_name.lower(), project.name, project, "project_name")

    def _experiments(self) -> Iterator[Claim]:
        key = "mlflow_experiment_name"
        outside = self.declaring("mlflow_tracking_uri")
        for project in sorted(outside, key=lambda project: project.declared(key) is not None):
            store = project.place("mlflow_tracking_uri")
            if store is None or store.kind in _NOT_COMPARABLE:
                continue
            space = f"{store.key}\n{project.declared('mlflow_workspace') or ''}\n"
            if not project.missing(key):
                name = project.experiment
                yield Claim(f"{space}name {name}", f"{name!r} in {store.text}", project, key)
            number = project.value("mlflow_experiment_id")
            if number is not None:
                shown = f"{number} in {store.text}"
                yield Claim(f"{space}id {number}", shown, project, "mlflow_experiment_id")

    def _mlflow_workspaces(self) -> Iterator[Claim]:
        for project in self.declaring("mlflow_workspace"):
            space = project.declared("mlflow_workspace")
            store = project.place("mlflow_tracking_uri")
            if store is not None:
                shown = f"{space!r} of {store.text}"
                yield Claim(f"{store.key}\n{space}", shown, project, "mlflow_workspace")

    def _stores(self) -> Iterator[Claim]:
        for key in ("mlflow_tracking_uri", "mlflow_registry_uri"):
            for project in self.declaring(key):
                place = project.place(key)
                if place is not None and place.path is not None:
                    # "sqlite" is how, not where.
                    yield Claim(_file(place.path), place.text, project, key)

    def _places(self, key: str) -> Iterator[Claim]:
        for project in self.declaring(key):
            place = project.place(key)
            if place is not None and place.kind not in _NOT_COMPARABLE:
                yield Claim(place.key, place.text, project, key)

    def _prefixes(self) -> Iterator[Claim]:
        key = "bentoml_tag_prefix"
        for project in sorted(self.projects, key=lambda project: project.declared(key) is not None):
            if not project.missing(key):
                # BentoML writes every name in lower case.
                yield Claim(project.prefix.lower(), project.prefix, project, key)

    def in_base(self, project: Project) -> bool:
        """Tell whether a project stands where the manager would have put it."""
        return project.base == self.base

    def absolute(self, path: str) -> str:
        """Return where a path of the repository really is, links followed."""
        found = self._absolute.get(path)
        if found is None:
            found = self.real(f"{self.files.root}{os.sep}{path}" if path else self.files.root)
            self._absolute[path] = found
        return found


def _file(path: str) -> str:
    """Return *path*, or what tells a file of several names from all others."""
    try:
        status = os.stat(path)  # noqa: PTH116 -- no pathlib in a hook
    except (OSError, ValueError):
        return path
    several = status.st_nlink > 1 and not stat.S_ISDIR(status.st_mode)
    return f"{status.st_dev}:{status.st_ino}" if several else path
