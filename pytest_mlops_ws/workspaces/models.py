"""Models between MLflow and other tools, for which MLflow has globals alone.

They are used while the workspace is active, and nobody else's call is on its way.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from pytest_mlops_ws.ground.alive import working_directory

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Mapping

    from pytest_mlops_ws.tools.mlflow.models import LoggedModel
    from pytest_mlops_ws.workspaces.workspace import ProjectWorkspace

#: What MLflow, and not the disk, knows a model by.
_SCHEMES = ("models:/", "runs:/", "mlflow-artifacts:/")


def log_model(
    workspace: ProjectWorkspace,
    model: object,
    name: str,
    registered_model_name: str | None,
    *,
    tags: Mapping[str, str],
    **options: Any,  # noqa: ANN401 -- each flavor has its own
) -> LoggedModel:
    """Log *model* to the run that is open in this thread; see `MLOpsClient.log_model`."""
    from pytest_mlops_ws.tools.mlflow import models

    recorder = workspace.mlflow.recorder
    recorder.current()  # or say so before anything is set aside
    with recorder.alone(), workspace.activate():
        return models.log_model(
            workspace.effective, recorder, model, name, registered_model_name, tags=tags, **options
        )


@contextmanager
def model_files(
    workspace: ProjectWorkspace, source: str | os.PathLike[str]
) -> Iterator[str | os.PathLike[str]]:
    """Yield where the files of a model are; those that only MLflow knows of are fetched."""
    if not str(source).startswith(_SCHEMES):
        yield source
        return
    from pytest_mlops_ws.tools.mlflow import models

    with working_directory("model") as place:
        with workspace.mlflow.recorder.alone(), workspace.activate():
            files = models.download(workspace.effective, str(source), place)
        yield files
