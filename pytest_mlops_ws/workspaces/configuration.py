"""What people may set of a workspace; the rest of its manifest follows from where it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

from pytest_mlops_ws.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class FurtherConfiguration(TypedDict, total=False):
    """The keys that the older system did not have."""

    mlflow_registry_uri: str | None
    mlflow_artifact_location: str | None
    mlflow_workspace: str | None
    mlflow_experiment_name: str | None
    dvc_repo_path: str | None
    source_paths: Sequence[str] | None


class Configuration(FurtherConfiguration, total=False):
    """All keys that people may set."""

    mlflow_experiment_id: str | int | None
    mlflow_tracking_uri: str | None
    dvc_remote_path: str | None
    bentoml_tag_prefix: str | None
    metadata: Mapping[str, Any] | None


def checked(config: Mapping[str, object]) -> dict[str, Any]:
    """Return *config* as keyword arguments of a `ProjectWorkspace`.

    Raises:
        UsageError: a key is not one of `Configuration`.
    """
    for key in config:
        if key not in Configuration.__annotations__:
            known = ", ".join(sorted(Configuration.__annotations__))
            message = f"Unknown setting {key!r}; a workspace has {known}"
            raise UsageError(message)
    return dict(config)
