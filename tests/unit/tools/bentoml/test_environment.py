from __future__ import annotations

import os
from typing import TYPE_CHECKING

from pytest_mlops_ws.workspaces.scratch import ScratchWorkspace, create

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_bentoml_finds_its_home_in_the_workspace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BENTOML_HOME", "/somebody/else's")
    workspace = ScratchWorkspace("fraud", tmp_path / "base" / "fraud")
    create(workspace, with_git=False)
    with workspace.activate():
        assert os.environ["BENTOML_HOME"] == str(workspace.models_path)
        assert os.environ["BENTOML_DO_NOT_TRACK"] == "true"
    assert os.environ["BENTOML_HOME"] == "/somebody/else's"
