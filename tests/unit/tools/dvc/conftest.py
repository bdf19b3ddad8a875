from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import pytest

from pytest_mlops_ws.ground import git
from pytest_mlops_ws.ground.files import write_tree
from pytest_mlops_ws.model.spec import WorkspaceSpec
from pytest_mlops_ws.tools.dvc import TOOL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from pytest_mlops_ws.tools.base import Ambient

    Make = Callable[..., WorkspaceSpec]
    Activate = Callable[..., AbstractContextManager[None]]


@pytest.fixture
def base(tmp_path: Path) -> Path:
    directory = tmp_path / "with space and ümlaut, #1 %"
    directory.mkdir()
    return directory


@pytest.fixture
def make_spec(base: Path) -> Make:
    """Describe a workspace by the convention, with nothing on disk."""

    def make(project: str = "fraud", **changes: object) -> WorkspaceSpec:
        root = base / project
        values: dict[str, object] = {
            "project_name": project,
            "root_path": root,
            "mlflow_tracking_uri": f"sqlite:///{root}/mlflow/mlflow.db",
            "mlflow_registry_uri": f"sqlite:///{root}/mlflow/mlflow.db",
            "mlflow_artifact_location": f"{root}/mlflow/artifacts",
            "mlflow_experiment_name": project,
            "dvc_repo_path": root,
            "dvc_remote_path": os.fspath(base / ".remotes" / project),
            "bentoml_tag_prefix": f"{project}--",
        }
        return WorkspaceSpec(**{**values, **changes})  # type: ignore[arg-type]  # each key's own type is above

    return make


@pytest.fixture
def make_workspace(make_spec: Make) -> Make:
    """Write a workspace as the fixture does: a git repository, DVC in it, its areas."""

    def make(project: str = "fraud", *, scm: bool = True) -> WorkspaceSpec:
        spec = make_spec(project)
        spec.area("dvc").mkdir(parents=True)
        write_tree(spec.base_path, {git.GLOBAL_CONFIG: git.IDENTITY})
        if scm:
            files = {"workspace.yaml": b"project_name: fraud\n", **TOOL.skeleton(spec, scm=True)}
            git.write_repository(spec.root_path, files)
            write_tree(spec.root_path, files)
        TOOL.create(spec, scratch=True)
        return spec

    return make


@pytest.fixture
def activate() -> Activate:
    """Do of an activation what concerns git and DVC."""

    @contextmanager
    def activate(spec: WorkspaceSpec, ambient: Ambient = "hide") -> Iterator[None]:
        with ExitStack() as undo:
            patch = undo.enter_context(pytest.MonkeyPatch.context())
            variables = {
                **git.environment(spec.base_path, ambient),
                **TOOL.telemetry,
                **TOOL.environment(spec, ambient),
            }
            for name, value in variables.items():
                if value is None:
                    patch.delenv(name, raising=False)
                else:
                    patch.setenv(name, value)
            undo.enter_context(TOOL.state(spec, ambient))
            yield

    return activate


@pytest.fixture
def spec(make_workspace: Make) -> WorkspaceSpec:
    return make_workspace()


@pytest.fixture
def active(spec: WorkspaceSpec, activate: Activate) -> Iterator[WorkspaceSpec]:
    with activate(spec):
        yield spec
