"""``workspace.bentoml``: the project's own model store, whatever the process's current one is."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pytest_mlops_ws.ground import distributions, progress
from pytest_mlops_ws.ground.files import locked, remove_tree, write_atomic
from pytest_mlops_ws.model.errors import EnvironmentFailedError, UsageError
from pytest_mlops_ws.tools.bentoml import tags
from pytest_mlops_ws.tools.bentoml.store import MODELS, PROJECT, stored_models

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager
    from typing import TypeVar

    from pytest_mlops_ws.model.spec import WorkspaceSpec
    from pytest_mlops_ws.tools.bentoml.deployment import Deployed
    from pytest_mlops_ws.tools.bentoml.serving import Server
    from pytest_mlops_ws.tools.bentoml.store import StoredModel

    T = TypeVar("T")

FLOOR = "1.4.20"
#: Where `bentoml.mlflow` looks for a model that it is to load.
_MLFLOW = "mlflow_model"
#: In BentoML's own directory for what is not finished, so that it can be renamed into the store.
_STAGING = Path("tmp", "mlops-ws")


class BentoMLHandle:
    """A project's BentoML store.

    Attributes:
        home: what ``BENTOML_HOME`` is while the workspace is active.
    """

    def __init__(self, spec: WorkspaceSpec) -> None:
        self._spec = spec
        self.home: Path = spec.area("models")

    def __repr__(self) -> str:
        return f"{type(self).__name__}({os.fspath(self.home)!r})"

    def models(self, model_name: str | None = None) -> list[StoredModel]:
        """Return this project's models, newest first; read from the files, without BentoML.

        Args:
            model_name: only the versions of this one, with or without the project's prefix.

        Raises:
            UsageError: no model can bear the name.
        """
        wanted = tags.name_of(self._spec, model_name) if model_name is not None else None
        return [each for each in stored_models(self._spec) if wanted in {None, each.name}]

    def store(
        self,
        path: str | os.PathLike[str],
        model_name: str,
        version: str | None = None,
        *,
        labels: Mapping[str, str] | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> StoredModel:
        """Store a copy of a file or directory as ``<project>--<model_name>:<version>``.

        Args:
            path: the model: a file, a directory, or one that MLflow wrote, which
                ``bentoml.mlflow`` can then load.
            model_name: its name within the project.
            version: its version; without one, the time and a few digits.
            labels: further labels; ``project`` is always this one.
            metadata: where it came from.

        Raises:
            UsageError: there is no such file, or BentoML cannot have the name or the version, or
                has it already; nothing was written.
            EnvironmentFailedError: the disk did not take it; nothing is left of it.
        """
        source = Path(path)
        name = tags.name_of(self._spec, model_name)
        tag = tags.Tag(name, tags.version_of(self._spec, version))
        if not source.exists():
            message = f"There is no model to store at {source.absolute()}"
            raise UsageError(message, "store", self._spec.project_name, {"path": str(source)})
        if source.is_dir() and not any(source.iterdir()):
            message = f"{source.absolute()} is an empty directory: there is no model in it"
            raise UsageError(message, "store", self._spec.project_name, {"path": str(source)})
        with locked(self._spec.private_path / "bentoml.lock", purpose=f"storing {tag}"):
            self._store(source, tag, {**(labels or {}), PROJECT: self._spec.project_name}, metadata)
        return self._find(tag.name, tag.version)

    def get(self, model_name: str, version: str = tags.NEWEST) -> Any:  # noqa: ANN401 -- BentoML ships no types
        """Return BentoML's own ``Model``.

        Exactly that version: BentoML's own ``get`` takes ``v10`` where there is no ``v1``.

        Raises:
            LookupError: there is none; the message lists those there are.
        """
        import bentoml.models

        found = self._find(model_name, version)
        return bentoml.models.get(found.tag, _model_store=self.model_store)

    def load(
        self,
        model_name: str,
        version: str = tags.NEWEST,
        loader: Callable[[Path], T] | None = None,
    ) -> T | Any:  # noqa: ANN401 -- whatever was stored
        """Return a stored model as an object.

        Args:
            model_name: its name within the project.
            version: its version.
            loader: makes an object of the directory that holds the model's files. Not needed for
                a model that MLflow wrote.

        Raises:
            LookupError: there is no such model.
            UsageError: only the caller knows how to load it, and has not said so.
        """
        found = self._find(model_name, version)
        if loader is not None:
            return loader(found.path)
        if not (found.path / _MLFLOW).is_dir():
            message = (
                f"{found.tag} was not written by MLflow, so how to load it is yours to say:"
                f" load({model_name!r}, loader=…), which is called with {found.path}"
            )
            raise UsageError(message, "load", self._spec.project_name, {"tag": found.tag})
        import bentoml.mlflow

        return bentoml.mlflow.load_model(self.get(model_name, found.version))

    def build(self, model_name: str, version: str = tags.NEWEST) -> str | None:
        """Build a Bento that serves a stored model, and return its tag.

        ``bentoml serve TAG`` inside the workspace then answers ``POST /predict`` with
        ``{"rows": [{column: value}]}``. None for a model that MLflow did not write: how to ask
        it is not known.

        Raises:
            LookupError: there is no such model.
            EnvironmentFailedError: BentoML could not build it.
        """
        from pytest_mlops_ws.tools.bentoml.bento import build

        found = self._find(model_name, version)
        return build(self._spec, found) if (found.path / _MLFLOW).is_dir() else None

    def serving(
        self, model_name: str, version: str = tags.NEWEST
    ) -> AbstractContextManager[Server]:
        """Serve a deployed model on loopback while a block lasts; ``.predict(rows)`` asks it.

        Raises:
            LookupError: there is no such model.
            UsageError: no Bento of it has been built.
            EnvironmentFailedError: BentoML's server did not come up.
        """
        from pytest_mlops_ws.tools.bentoml.serving import serving

        found = self._find(model_name, version)
        if not (self.home / "bentos" / found.name / found.version).is_dir():
            message = f"There is no Bento of {found.tag}, and that is what is served: " + (
                f"build({model_name!r}, {found.version!r}) makes one"
                if (found.path / _MLFLOW).is_dir()
                else "only a model that MLflow wrote can have one. load() gives you this one"
            )
            raise UsageError(message, "serving", self._spec.project_name, {"tag": found.tag})
        return serving(self._spec, found.tag)

    def deploy(
        self,
        path: str | os.PathLike[str],
        model_name: str,
        version: str | None = None,
        *,
        build: bool = True,
        metadata: Mapping[str, str] | None = None,
    ) -> Deployed:
        """Store a model, and build the Bento that serves it; see `store` and `build`."""
        from pytest_mlops_ws.tools.bentoml.deployment import Deployed, run_of

        run = run_of(Path(path))
        said = {**(metadata or {}), **({"run_id": run} if run else {})}
        stored = self.store(path, model_name, version, metadata=said)
        bento = self.build(model_name, stored.version) if build else None
        reason = None if bento else "not asked for" if not build else "MLflow did not write it"
        return Deployed(stored.tag, stored.path, bento, reason, stored.labels, stored.metadata)

    @property
    def model_store(self) -> Any:  # noqa: ANN401 -- BentoML ships no types
        """BentoML's own store of models, bound to this project."""
        from bentoml._internal.models import ModelStore

        directory = self.home / MODELS
        directory.mkdir(parents=True, exist_ok=True)
        return ModelStore(directory)

    def _store(
        self,
        source: Path,
        tag: tags.Tag,
        labels: Mapping[str, str],
        metadata: Mapping[str, Any] | None,
    ) -> None:
        target = self.home / MODELS / tag.name / tag.version
        if target.exists():
            message = f"{tag} is stored already; a version never changes: name another, or none"
            raise UsageError(message, "store", self._spec.project_name, {"tag": str(tag)})
        # Beside the store until it is whole: BentoML itself copies into the store, file by file.
        staging = self.home / _STAGING
        remove_tree(staging)  # of one who was killed: the lock is ours
        progress.current().of_size = progress.size_of(source)
        try:
            made = self._write(source, tag, staging, labels, metadata)
            target.parent.mkdir(parents=True, exist_ok=True)
            made.rename(target)
            write_atomic(target.parent / tags.NEWEST, tag.version.encode())
        except OSError as error:
            message = (
                f"Cannot store {tag} in {self.home}: {error.strerror or error}. Check the"
                " permissions and the free space there, and below the temporary directory"
            )
            raise EnvironmentFailedError(message, "store", self._spec.project_name) from error
        finally:
            with suppress(OSError):
                remove_tree(staging)
            with suppress(OSError):
                target.parent.rmdir()  # if it holds no version

    def _write(
        self,
        source: Path,
        tag: tags.Tag,
        staging: Path,
        labels: Mapping[str, str],
        metadata: Mapping[str, Any] | None,
    ) -> Path:
        import bentoml.models
        from bentoml._internal.models import ModelStore

        staging.mkdir(parents=True)
        written_by_mlflow = (source / "MLmodel").is_file()
        with bentoml.models.create(
            str(tag),
            labels=dict(labels),
            metadata=dict(metadata or {}),
            _model_store=ModelStore(staging),
            # By which `bentoml.mlflow` knows its own.
            module="bentoml.mlflow" if written_by_mlflow else "",
        ) as model:
            meter = progress.current()
            meter.growing = model.path_of("/")
            if source.is_dir():
                place = model.path_of(_MLFLOW) if written_by_mlflow else model.path_of("/")
                shutil.copytree(source, place, dirs_exist_ok=True)
            else:
                shutil.copy2(source, model.path_of(source.name))
            meter.growing = staging  # where BentoML copies it to when the block is left
        return staging / tag.name / tag.version

    def _find(self, model_name: str, version: str) -> StoredModel:
        versions = self.models(model_name)
        for each in versions:
            if version in {tags.NEWEST, each.version}:
                return each
        name = tags.name_of(self._spec, model_name)
        if versions:
            there = f"there are: {', '.join(each.version for each in versions)}"
            message = f"{name} has no version {version!r}; {there}"
        else:
            names = sorted({each.name for each in self.models()})
            there = f"there are: {', '.join(names)}" if names else "the store is empty"
            message = f"No model {name!r} in {self.home}; {there}"
        raise LookupError(message)


def open_handle(spec: WorkspaceSpec) -> BentoMLHandle:
    """Return the handle of *spec*.

    Raises:
        ToolMissingError: BentoML is absent or too old.
    """
    name: Literal["bentoml"] = "bentoml"
    found = distributions.version(name)
    if found is None or distributions.release(found) < distributions.release(FLOOR):
        raise distributions.missing(name, found, FLOOR)
    return BentoMLHandle(spec)
