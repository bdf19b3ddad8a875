"""One project, as far as its manifest and its place tell."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from pytest_mlops_ws.ground.locations import anchored, canonical
from pytest_mlops_ws.manifest.references import expand
from pytest_mlops_ws.model.directories import REMOTES
from pytest_mlops_ws.model.names import canonical as canonical_name
from pytest_mlops_ws.model.names import experiment_name

if TYPE_CHECKING:
    from pytest_mlops_ws.ground.locations import Location, RealPaths
    from pytest_mlops_ws.manifest.reading import Reading
    from pytest_mlops_ws.model.diagnostics import Span

#: The keys that name a place, and may refer to variables.
PLACES = (
    "mlflow_tracking_uri",
    "mlflow_registry_uri",
    "mlflow_artifact_location",
    "dvc_remote_path",
)
#: Where workspaces go unless somebody says otherwise.
_USUAL = "mlops/workspace"
_USUAL_BELOW = f"/{_USUAL}"


class Project:
    """A project whose manifest can be read.

    Nothing here is worked out before a rule asks: most projects of a large repository say no
    more than their name.

    Attributes:
        name: what the manifest says.
        path: the manifest, relative to the repository's root, with ``/``.
        directory: the workspace's directory, likewise; empty if it is the root.
        root: the workspace's real, absolute directory.
        top: the directory, relative to the repository's root, from which relative paths count:
            the one whose ``mlops/workspace`` holds the workspace, elsewhere the root.
        reading: the manifest.
    """

    __slots__ = (
        *("_anchor", "_known", "_places", "_real"),
        *("directory", "name", "path", "reading", "root", "top"),
    )

    def __init__(
        self,
        path: str,
        reading: Reading,
        repository: str,
        real: RealPaths,
        known: dict[tuple[str, str], Location],
    ) -> None:
        """Take what a manifest says.

        Args:
            path: the manifest, relative to the repository's root.
            reading: the manifest, which can be read.
            repository: the repository's real, absolute directory.
            real: follows links.
            known: the places that any project has named, by anchor and text: most share a server.
        """
        self.path = path
        self.directory = directory = path.rpartition("/")[0]
        self.reading = reading
        self.name = str(reading.values["project_name"])  # type: ignore[index]  # read without error
        base = directory.rpartition("/")[0]
        self.top = base[: -len(_USUAL_BELOW)] if base.endswith(_USUAL_BELOW) else ""
        self._anchor = f"{repository}{os.sep}{self.top}" if self.top else repository
        self._real = real
        self._known = known
        self.root = real(f"{repository}{os.sep}{directory}" if directory else repository)
        self._places: dict[str, Location | None] = {}

    def __repr__(self) -> str:
        return f"Project({self.name!r}, {self.path!r})"

    @property
    def base(self) -> str:
        """The directory that holds this workspace and its siblings, relative to the repository."""
        return self.directory.rpartition("/")[0]

    @property
    def tool_name(self) -> str:
        """The name as tools see it."""
        return canonical_name(self.name)

    def declared(self, key: str) -> str | None:
        """Return the text of a key as it stands in the manifest; None if it is derived."""
        value = self.reading.values.get(key)  # type: ignore[union-attr]  # read without error
        return None if value is None else str(value)

    def missing(self, key: str) -> tuple[str, ...]:
        """Return the variables that *key* needs and that are not set: it cannot be decided."""
        declared = self.declared(key)
        if declared is None or "${" not in declared:
            return ()
        return expand(declared, os.environ).missing

    def value(self, key: str) -> str | None:
        """Return the text of a key, variables replaced; None if it is derived or undecidable."""
        declared = self.declared(key)
        if declared is None or "${" not in declared:
            return declared
        expanded = expand(declared, os.environ)
        return None if expanded.missing else expanded.text

    def place(self, key: str) -> Location | None:
        """Return where one of `PLACES` points, declared or derived; None if undecidable.

        A relative path counts from `top`, as it does for the loader.
        """
        if key not in self._places:
            self._places[key] = self._place(key)
        return self._places[key]

    def is_relative(self, key: str) -> bool:
        """Tell whether one of `PLACES` is declared as a path that counts from `top`."""
        value = self.value(key)
        return value is not None and anchored(value, "/") != value

    def at(self, path: str) -> str:
        """Return a path that counts from `top` as one that counts from the repository's root."""
        return f"{self.top}/{path}" if self.top else path

    def within(self, path: str) -> bool:
        """Tell whether a path, relative to the repository's root, is `top` or below it."""
        return not self.top or f"{path}/".startswith(f"{self.top}/")

    def span(self, key: str) -> Span:
        """Return where the value of *key* stands; the name's place if the key is not there."""
        return self.reading.span(key if key in self.reading.values else "project_name")  # type: ignore[operator]  # read without error

    def item_span(self, key: str, item: str) -> Span:
        """Return where *item* stands in the value of *key*, which may be a list."""
        document = self.reading.document
        entries = {name.text: node for name, node in getattr(document.root, "entries", ())}
        for each in getattr(entries.get(key), "items", ()):
            if getattr(each, "text", None) == item:
                return document.span(each)
        return self.span(key)

    @property
    def experiment(self) -> str:
        """The experiment of runs that name none, as it is called in the store."""
        settled = bool(self.declared("mlflow_experiment_id") or self.declared("mlflow_workspace"))
        declared = self.value("mlflow_experiment_name")
        tracking = self.value("mlflow_tracking_uri") or ""
        return experiment_name(self.name, declared, tracking, settled=settled)

    @property
    def prefix(self) -> str:
        """What the name of each of the project's stored models begins with."""
        return self.value("bentoml_tag_prefix") or f"{self.tool_name}--"

    @property
    def embedded(self) -> bool:
        """Whether the tracking store is the workspace's own."""
        return self.declared("mlflow_tracking_uri") is None

    def _place(self, key: str) -> Location | None:
        if self.declared(key) is None:
            return self.derived(key)
        value = self.value(key)
        if value is None:
            return None
        place = self._known.get((self._anchor, value))
        if place is None:
            place = canonical(value, relative_to=self._anchor, real=self._real)
            self._known[self._anchor, value] = place
        return place

    def derived(self, key: str) -> Location | None:
        """Return where one of `PLACES` would point if the manifest did not say; None if unknown."""
        if key == "mlflow_registry_uri":
            return self.place("mlflow_tracking_uri")
        derived = {
            "mlflow_tracking_uri": f"sqlite:///{self.root}/mlflow/mlflow.db",
            "mlflow_artifact_location": f"{self.root}/mlflow/artifacts",
            "dvc_remote_path": f"{self.root.rpartition(os.sep)[0]}/{REMOTES}/{self.name}",
        }
        return canonical(derived[key], relative_to=self._anchor, real=self._real)
