"""Models of any flavor, logged and registered under the project's prefix.

A flavor's ``log_model`` goes by MLflow's globals: it is called while the workspace is active and
nobody else is at work.
"""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_mlops_ws.ground import progress
from pytest_mlops_ws.model.errors import UsageError
from pytest_mlops_ws.model.names import SEPARATOR, canonical, qualified
from pytest_mlops_ws.model.results import Result
from pytest_mlops_ws.tools.mlflow import faults

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import ModuleType

    from pytest_mlops_ws.model.spec import WorkspaceSpec
    from pytest_mlops_ws.tools.mlflow.recording import Recorder

#: Where the library has another name than MLflow's module for it.
_OTHER_NAMES = {"torch": "pytorch", "mlflow": "pyfunc", "xgb": "xgboost"}


@dataclass(frozen=True)
class LoggedModel(Result):
    """A model that was logged.

    Attributes:
        model_uri: by which MLflow loads it.
        run_id: the run that it belongs to.
        flavor: MLflow's module for it.
        registered_model_name: the name in the registry, the project's prefix included; None if it
            was not registered.
        version: its version there.
        aliases: that point at the version now.
    """

    model_uri: str
    run_id: str
    flavor: str
    registered_model_name: str | None = None
    version: str | None = None
    aliases: tuple[str, ...] = ()


def registered_name(spec: WorkspaceSpec, name: object) -> str:
    """Return what *name* is called in a registry that projects may share.

    Raises:
        UsageError: it is no name.
    """
    if not isinstance(name, str) or not name.strip() or "/" in name or ":" in name:
        message = f"A registered model's name is a text without '/' and ':', not {name!r}"
        raise UsageError(message)
    return qualified(f"{canonical(spec.project_name)}{SEPARATOR}", name)


def flavor_of(model: object, chosen: object = None) -> Any:  # noqa: ANN401 -- a module of MLflow's, or of anyone's
    """Return what has the ``log_model`` for *model*.

    Args:
        model: the model.
        chosen: that very thing, or the name of MLflow's module for it.

    Raises:
        UsageError: there is none.
    """
    if isinstance(chosen, str):
        found = _module(chosen)
        if found is None:
            message = f"MLflow has no flavor {chosen!r}"
            raise UsageError(message)
        return found
    if chosen is not None:
        if not callable(getattr(chosen, "log_model", None)):
            message = f"flavor= takes a name, or a module with log_model(), not {chosen!r}"
            raise UsageError(message)
        return chosen
    for kind in type(model).__mro__:
        library = kind.__module__.partition(".")[0]
        found = _module(_OTHER_NAMES.get(library, library))
        if found is not None:
            return found
    if inspect.isfunction(model):
        return _module("pyfunc")
    message = (
        f"MLflow has no flavor for a {type(model).__module__}.{type(model).__qualname__}. Wrap it"
        " in a mlflow.pyfunc.PythonModel, or pass flavor=, a module with log_model()"
    )
    raise UsageError(message)


def _module(name: str) -> ModuleType | None:
    if not name.isidentifier() or importlib.util.find_spec(f"mlflow.{name}") is None:
        return None
    module = importlib.import_module(f"mlflow.{name}")
    return module if callable(getattr(module, "log_model", None)) else None


def log_model(  # noqa: PLR0913 -- what MLflow's own takes
    spec: WorkspaceSpec,
    recorder: Recorder,
    model: object,
    name: str,
    registered_model_name: str | None,
    *,
    flavor: object = None,
    aliases: Sequence[str] = (),
    tags: Mapping[str, str],
    **options: Any,  # noqa: ANN401 -- each flavor has its own
) -> LoggedModel:
    """Log *model* to the open run, while *spec* is the active workspace.

    Raises:
        UsageError: no run is open; a name is none; or MLflow has no flavor for it.
    """
    run = recorder.current()
    if aliases and registered_model_name is None:
        message = "An alias is of a registered model: pass registered_model_name"
        raise UsageError(message)
    full = registered_name(spec, registered_model_name) if registered_model_name else None
    with faults.translated(spec):
        module = flavor_of(model, flavor)
        call = module.log_model
        given: dict[str, Any] = {"registered_model_name": full, **options}
        parameters = inspect.signature(call).parameters
        takes_all = any(each.kind is each.VAR_KEYWORD for each in parameters.values())
        given["name" if "name" in parameters or takes_all else "artifact_path"] = name
        arguments: tuple[object, ...] = (model,)
        if "python_model" in parameters:
            given["python_model"], arguments = model, ()
        import mlflow

        _no_bars()
        with mlflow.start_run(run_id=run):
            try:
                info = call(*arguments, **given)
            except (TypeError, ValueError, AttributeError) as error:
                message = f"{module.__name__}.log_model: {type(error).__name__}: {error}"
                raise UsageError(message) from error
        client = mlflow.MlflowClient()
        # Leaving MLflow's own block has ended the run, and it is still open here.
        client.update_run(run, status="RUNNING")
        version = getattr(info, "registered_model_version", None)
        if full is not None:
            version = str(version or _newest(client, full, run))
            client.set_registered_model_tag(full, "project", spec.project_name)
            for key, value in tags.items():
                client.set_model_version_tag(full, version, key, value)
            for alias in aliases:
                client.set_registered_model_alias(full, alias, version)
    uri = getattr(info, "model_uri", f"runs:/{run}/{name}")
    label = str(getattr(module, "__name__", type(module).__name__)).removeprefix("mlflow.")
    return LoggedModel(uri, run, label, full, version, tuple(aliases))


def download(spec: WorkspaceSpec, uri: str, place: Path) -> Path:
    """Fetch a model's files to *place*, while *spec* is the active workspace.

    Raises:
        UsageError: no such model is registered; the message lists those that are.
    """
    with faults.translated(spec):
        _no_bars()
        import mlflow.artifacts
        from mlflow.exceptions import MlflowException

        progress.current().growing = place
        try:
            return Path(mlflow.artifacts.download_artifacts(artifact_uri=uri, dst_path=str(place)))
        except MlflowException as error:
            if error.error_code != "RESOURCE_DOES_NOT_EXIST" or not uri.startswith("models:/"):
                raise
            names = [each.name for each in mlflow.MlflowClient().search_registered_models()]
            there = f"there are: {', '.join(names)}" if names else "none has been registered"
            message = f"No model is registered as {uri}; {there}"
            raise UsageError(message) from error


def _no_bars() -> None:
    """Switch MLflow's bars off, which it draws into pipes, too; leaving the workspace undoes it."""
    os.environ["MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR"] = "false"


def _newest(client: Any, name: str, run: str) -> str:  # noqa: ANN401 -- an MlflowClient
    versions = client.search_model_versions(f"name = '{name}' and run_id = '{run}'")
    return str(max(int(each.version) for each in versions))
