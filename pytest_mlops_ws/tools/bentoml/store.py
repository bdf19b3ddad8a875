"""A BentoML store, read from ``models/<name>/<version>/model.yaml``; BentoML is not imported."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pytest_mlops_ws.model.names import canonical, owner_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from pytest_mlops_ws.model.spec import WorkspaceSpec

#: Where `BENTOML_HOME` has the models.
MODELS = "models"
#: The label that says whose a model is.
PROJECT = "project"


@dataclass(frozen=True)
class StoredModel:
    """A model in a project's BentoML store.

    Attributes:
        tag: ``<project>--<model>:<version>``.
        name: the model's name, the project's prefix included.
        version: its version.
        path: the directory that holds its files.
        labels: what it is filed under; ``project`` says whose it is.
        metadata: where it came from: revision, run, data, tools.
        created_at: when it was stored.
    """

    tag: str
    name: str
    version: str
    path: Path
    labels: Mapping[str, str] = field(default_factory=dict)
    metadata: Mapping[str, Any] = field(default_factory=dict)
    created_at: dt.datetime | None = None


def stored_models(spec: WorkspaceSpec) -> Iterator[StoredModel]:
    """Yield the models of *spec*'s project, newest first; another project's are left out."""
    found = [
        model
        for path in spec.area("models").joinpath(MODELS).glob("*/*/model.yaml")
        if (model := _read(path)) is not None and _owner(model) == canonical(spec.project_name)
    ]
    oldest = dt.datetime.min.replace(tzinfo=dt.UTC)
    found.sort(key=lambda model: (model.created_at or oldest, model.tag), reverse=True)
    yield from found


def _owner(model: StoredModel) -> str | None:
    """Return whose *model* is: the label is the authority, the name the answer without one."""
    label = model.labels.get(PROJECT)
    return canonical(str(label)) if label else owner_of(model.name)


def _read(path: Path) -> StoredModel | None:
    """Return what *path* says; None if it is being written, or is no model's."""
    import yaml

    try:
        content = yaml.load(path.read_bytes(), _loader())  # noqa: S506 -- a safe loader, see below
    except (OSError, yaml.YAMLError, ValueError):
        return None
    if not isinstance(content, dict) or "name" not in content or "version" not in content:
        return None
    created = content.get("creation_time")
    name, version = str(content["name"]), str(content["version"])
    return StoredModel(
        tag=f"{name}:{version}",
        name=name,
        version=version,
        path=path.parent,
        labels=_texts(content.get("labels")),
        metadata=content.get("metadata") or {},
        created_at=dt.datetime.fromisoformat(created) if isinstance(created, str) else None,
    )


def _texts(labels: object) -> dict[str, str]:
    return {str(key): str(value) for key, value in dict(labels or {}).items()}  # type: ignore[call-overload]  # a mapping, as BentoML writes it


def _loader() -> Any:  # noqa: ANN401 -- a class of PyYAML's, with or without libyaml
    import yaml

    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)
