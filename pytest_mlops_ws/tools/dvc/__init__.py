"""DVC. Inside this package ``import dvc`` is the real one."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack, contextmanager
from types import MappingProxyType
from typing import TYPE_CHECKING

from pytest_mlops_ws.settings import TELEMETRY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pytest_mlops_ws.model.spec import WorkspaceSpec
    from pytest_mlops_ws.model.status import ToolStatus
    from pytest_mlops_ws.tools.base import Ambient, Tool
    from pytest_mlops_ws.tools.dvc.handle import DVCHandle

# `dvc exp run` and `dvc repro` tell the commands they run which repository, stage and experiment
# these belong to. A workspace entered from within such a command is another repository.
_CALLER: Mapping[str, str | None] = MappingProxyType(
    dict.fromkeys(("DVC_ROOT", "DVC_STAGE", "DVC_EXP_BASELINE_REV", "DVC_EXP_NAME"))
)


class DVC:
    """The adapter of DVC. What does the work is loaded when it is asked for, not with pytest."""

    name = "dvc"
    ambient = ("DVC_*", "DVCLIVE_*", "STUDIO_ENDPOINT", "STUDIO_REPO_URL", "*STUDIO_TOKEN")
    telemetry: Mapping[str, str] = TELEMETRY["dvc"]

    def environment(self, spec: WorkspaceSpec, ambient: Ambient) -> Mapping[str, str | None]:
        """Return the variables that keep DVC's machine-wide places out of a test."""
        if ambient == "inherit":
            return _CALLER
        # `dvc/dirs.py`. None of the directories needs to exist: DVC makes the first and reads an
        # absent file of the others as an empty one.
        private = f"{spec.private_path}/dvc"
        return {
            **_CALLER,
            "DVC_SITE_CACHE_DIR": f"{private}/cache",
            "DVC_GLOBAL_CONFIG_DIR": f"{private}/global",
            "DVC_SYSTEM_CONFIG_DIR": f"{private}/system",
            "DVC_STUDIO_OFFLINE": "true",
            # `dvc version` asks it for the newest release; there is no switch but an address.
            "DVC_UPDATER_ENDPOINT": "off",
        }

    def skeleton(self, spec: WorkspaceSpec, *, scm: bool) -> Mapping[str, bytes]:
        """Return what `dvc init` would write, with *spec*'s remote as the default one."""
        from pytest_mlops_ws.tools.dvc.skeleton import skeleton

        return skeleton(spec, scm=scm)

    def create(self, spec: WorkspaceSpec, *, scratch: bool) -> None:
        """Write what `dvc init` would, with *spec*'s remote as the default one."""
        from pytest_mlops_ws.tools.dvc.skeleton import create

        create(spec, scratch=scratch)

    @contextmanager
    def state(self, spec: WorkspaceSpec, ambient: Ambient) -> Iterator[None]:
        """Give the process a DVC that has just been imported, and its own state back on exit.

        Most tests never import DVC, and then nothing of this is loaded.
        """
        from pytest_mlops_ws.ground.imports import before_import

        standing = _working_directory() if ambient == "hide" else None
        with ExitStack() as undo:

            def isolate() -> None:
                from pytest_mlops_ws.tools.dvc.state import isolated

                undo.enter_context(isolated(spec, standing))

            if "dvc" in sys.modules:
                isolate()
            else:
                undo.enter_context(before_import("dvc", isolate))
            yield

    def summary(self, spec: WorkspaceSpec) -> Sequence[str]:  # noqa: ARG002 -- the tree shows it all
        """Return nothing: a report's tree shows data and remote already."""
        return ()

    def watch(self, spec: WorkspaceSpec) -> Mapping[str, str]:
        """Return the size and time of each file of the repository, its data and its remote."""
        from pytest_mlops_ws.tools.dvc.watch import fingerprints

        return fingerprints(spec)

    def status(self, spec: WorkspaceSpec) -> ToolStatus:
        """Return version, target and counts, or what is wrong."""
        from pytest_mlops_ws.tools.dvc.status import status

        return status(spec)

    def open(self, spec: WorkspaceSpec) -> DVCHandle:
        """Return ``workspace.dvc``.

        Raises:
            ToolMissingError: DVC is absent or too old.
        """
        from pytest_mlops_ws.tools.dvc.handle import open_handle

        return open_handle(spec)


def _working_directory() -> str | None:
    try:
        return os.getcwd()  # noqa: PTH109 -- a plain string is what is compared
    except FileNotFoundError:
        return None


TOOL: Tool = DVC()
