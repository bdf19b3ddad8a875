"""A test's own workspace: the same files as a real one, in milliseconds, in a directory of its own.

What makes it fast: the tracking store is a copy of a template, the DVC repository and the git
repository with its first commit are written as bytes, and nothing waits for the disk.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from pytest_mlops_ws.ground import git
from pytest_mlops_ws.ground.files import unwritable, write_new, write_tree
from pytest_mlops_ws.model.directories import AREAS, MANIFEST
from pytest_mlops_ws.tools import all_tools
from pytest_mlops_ws.workspaces import activation, layout
from pytest_mlops_ws.workspaces.derivation import derive
from pytest_mlops_ws.workspaces.workspace import ProjectWorkspace

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

    from pytest_mlops_ws.tools.base import Ambient
    from pytest_mlops_ws.workspaces.activation import Changed


class ScratchWorkspace(ProjectWorkspace):
    """A workspace that only a test knows of.

    Attributes:
        pass_env: patterns of the shell's variables that `activate` lets through.
    """

    pass_env: tuple[str, ...] = ()

    def activate(self, ambient: Ambient = "hide") -> AbstractContextManager[Changed]:
        """Make this workspace the current one; the shell's MLOps variables do not reach in."""
        return activation.activate(derive(self), ambient=ambient, keep=self.pass_env)


def create(workspace: ProjectWorkspace, *, with_git: bool) -> None:
    """Write *workspace*, whose base does not exist yet.

    Args:
        workspace: what its manifest says.
        with_git: make it a git repository too, with everything that belongs there committed.

    Raises:
        EnvironmentFailedError: the disk did not take it, or the template cannot be made.
    """
    spec = derive(workspace)
    tracked = {
        layout.IGNORE_FILE: layout.WORKSPACE_IGNORE,
        MANIFEST: workspace.manifest_bytes(),
    }
    for tool in all_tools():
        tracked.update(tool.skeleton(spec, scm=with_git))
    try:
        _make_base(spec.base_path)
        os.mkdir(spec.root_path)  # noqa: PTH102 -- a third of pathlib's time
        for area in AREAS:
            os.mkdir(f"{spec.root_path}{os.sep}{area}")  # noqa: PTH102 -- likewise
        write_tree(spec.root_path, tracked)
        if with_git:
            git.write_repository(spec.root_path, tracked)
        # What stands for the user's own configuration, which a test must not read.
        write_new(spec.base_path / git.GLOBAL_CONFIG, git.IDENTITY)
    except OSError as error:
        raise unwritable(spec.root_path, error) from error
    for tool in all_tools():
        tool.create(spec, scratch=True)


def _make_base(base: Path) -> None:
    try:
        os.mkdir(base)  # noqa: PTH102 -- likewise
    except OSError:  # it is there, or it is the first of all: the next call finds out
        os.makedirs(base, exist_ok=True)  # noqa: PTH103 -- likewise
