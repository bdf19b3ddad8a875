"""What is a project's own to track: in its DVC repository, and in no sibling's workspace."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_mlops_ws.model.directories import MANIFEST
from pytest_mlops_ws.model.errors import UsageError, WorkspaceBoundaryError
from pytest_mlops_ws.tools.dvc.boundary import dvc_root

if TYPE_CHECKING:
    from pytest_mlops_ws.model.spec import WorkspaceSpec


def own(spec: WorkspaceSpec, path: str | os.PathLike[str]) -> Path:
    """Return *path*, absolute, if it exists and is the project's own to track."""
    root = spec.dvc_repo_path
    candidates = _candidates(spec, path)
    found = next((each for each in candidates if os.path.lexists(each)), None)
    real_root = Path(os.path.realpath(root))
    shown = found if found is not None else candidates[0]
    # By real paths: a link inside may lead into a sibling.
    real = Path(os.path.realpath(shown))
    stranger = _stranger(spec, real)
    if not real.is_relative_to(real_root) or stranger:
        whose = f"belongs to the project {stranger!r}" if stranger else f"is outside of {root}"
        message = (
            f"{shown} {whose}, and DVC data of {spec.project_name!r} are below its own repository:"
            f" copy it to {spec.area('dvc')}/ and add it there"
        )
        around = dvc_root(os.path.dirname(real))  # noqa: PTH120 -- a text
        if around is not None and not stranger:
            message += (
                f"; or, if {around} is the DVC repository of this project, let dvc_repo_path name"
                f" it in {spec.root_path / MANIFEST}"
            )
        raise WorkspaceBoundaryError(message, details={"path": str(shown)})
    if found is None:
        tried = " and ".join(dict.fromkeys(map(str, candidates)))
        message = f"There is nothing to track at {tried}"
        raise UsageError(message, details={"path": str(path)})
    # DVC tracks a link by what it leads to; the place is the one that was named.
    return Path(os.path.abspath(found))  # noqa: PTH100 -- links stay as given


def tracked(spec: WorkspaceSpec, path: str | os.PathLike[str]) -> str:
    """Return the target *path*, absolute: DVC takes a relative one from the working directory."""
    candidates = [os.fspath(each) for each in _candidates(spec, path)]
    present = (
        each for each in candidates for name in (each, f"{each}.dvc") if os.path.lexists(name)
    )
    return next(present, candidates[0])


def _candidates(spec: WorkspaceSpec, path: str | os.PathLike[str]) -> tuple[Path, Path]:
    """Return where a relative *path* may be: below the repository's root, or else from here."""
    return spec.dvc_repo_path / path, Path.cwd() / path


def _stranger(spec: WorkspaceSpec, path: Path) -> str | None:
    """Return the sibling project in whose workspace *path* is."""
    base = Path(os.path.realpath(spec.base_path))
    if not path.is_relative_to(base):
        return None
    name = path.relative_to(base).parts[:1]
    return name[0] if name and name[0] != spec.root_path.name else None
