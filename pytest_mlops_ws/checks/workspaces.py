"""All the workspaces of a repository as one whole: what the rules look at."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING

from pytest_mlops_ws.checks.claims import Claim, Claims
from pytest_mlops_ws.checks.project import Project
from pytest_mlops_ws.checks.sources import Sources
from pytest_mlops_ws.checks.territory import Territory
from pytest_mlops_ws.ground.locations import RealPaths

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pytest_mlops_ws.checks.files import Files
    from pytest_mlops_ws.manifest.reading import Reading


class Workspaces:
    """A repository's projects, and everything that is worked out for more than one rule.

    Attributes:
        files: the repository's files.
        base: where new workspaces go, relative to the repository's root.
        real: real paths, each directory looked at once.
        projects: the projects whose manifests can be read, in the order of their paths.
        broken: the manifests that cannot be: what stands in them takes part in no comparison.
    """

    def __init__(
        self,
        files: Files,
        base: str,
        readings: Iterable[Reading],
        others: dict[str, list[Claim]] | None = None,
    ) -> None:
        """Take the manifests of a repository, and what other repositories claim."""
        self.files = files
        self.base = base
        self.real = RealPaths()
        self.projects: list[Project] = []
        self.broken: list[Reading] = []
        self._others = others
        for reading in readings:
            if reading.values is None:
                self.broken.append(reading)
            else:
                self.projects.append(Project(reading.path, reading, files.root, self.real))

    @cached_property
    def territory(self) -> Territory:
        """Whose a path is."""
        return Territory(self)

    @cached_property
    def sources(self) -> Sources:
        """What the projects' Python code mentions."""
        return Sources(self)

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
        `territory`'s business, and takes no part here.
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
        )

    def _names(self) -> Iterator[Claim]:
        for project in self.projects:
            yield Claim(project.tool_name.lower(), project.name, project, "project_name")

    def _experiments(self) -> Iterator[Claim]:
        for project in self.projects:
            if project.embedded:
                continue
            store = project.place("mlflow_tracking_uri")
            if store is None or project.missing("mlflow_experiment_name"):
                continue
            space = f"{store.key}\n{project.declared('mlflow_workspace') or ''}\n"
            name = project.experiment
            key = "mlflow_experiment_name"
            yield Claim(f"{space}name {name}", f"{name} in {store.text}", project, key)
            number = project.declared("mlflow_experiment_id")
            if number is not None:
                shown = f"id {number} in {store.text}"
                yield Claim(f"{space}id {number}", shown, project, "mlflow_experiment_id")

    def _mlflow_workspaces(self) -> Iterator[Claim]:
        for project in self.projects:
            space = project.declared("mlflow_workspace")
            store = project.place("mlflow_tracking_uri")
            if space is not None and store is not None:
                shown = f"{space} in {store.text}"
                yield Claim(f"{store.key}\n{space}", shown, project, "mlflow_workspace")

    def _stores(self) -> Iterator[Claim]:
        for key in ("mlflow_tracking_uri", "mlflow_registry_uri"):
            for claim in self._places(key):
                place = claim.project.place(key)  # type: ignore[attr-defined]  # made from a Project
                if place.path is not None:
                    # Two keys of one project may name one store; and "sqlite" is how, not where.
                    yield claim._replace(key=place.path)

    def _places(self, key: str) -> Iterator[Claim]:
        for project in self.projects:
            place = project.place(key) if project.declared(key) is not None else None
            if place is not None:
                yield Claim(place.key, place.text, project, key)

    def _prefixes(self) -> Iterator[Claim]:
        for project in self.projects:
            prefix = project.prefix
            yield Claim(prefix, prefix, project, "bentoml_tag_prefix")

    def in_base(self, project: Project) -> bool:
        """Tell whether a project stands where the manager would have put it."""
        return project.base == self.base

    def absolute(self, path: str) -> str:
        """Return where a path of the repository really is, links followed."""
        return self.real(f"{self.files.root}{os.sep}{path}" if path else self.files.root)
