"""A Bento that is built, served and asked, by BentoML's own processes."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from pytest_mlops_ws import EnvironmentFailedError
from pytest_mlops_ws.tools.bentoml import serving
from pytest_mlops_ws.workspaces.scratch import ScratchWorkspace, create

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("bentoml")


@pytest.fixture
def fraud(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ScratchWorkspace:
    monkeypatch.setenv("BENTOML_HOME", str(tmp_path / "theirs"))
    workspace = ScratchWorkspace("fraud", tmp_path / "base" / "fraud")
    create(workspace, with_git=False)
    return workspace


def processes(of: str) -> list[str]:
    listed = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)
    return [line for line in listed.stdout.splitlines() if of in line]


@pytest.mark.filterwarnings("ignore")  # MLflow's, of type hints
@pytest.mark.timeout(300)
def test_a_deployed_model_answers_while_the_block_lasts(
    fraud: ScratchWorkspace, tmp_path: Path
) -> None:
    pyfunc = pytest.importorskip("mlflow.pyfunc")

    # A lambda: of type hints that it has no schema for, MLflow warns twice, past every filter.
    pyfunc.save_model(
        tmp_path / "model",
        python_model=lambda model_input: model_input.sum(axis=1),
        pip_requirements=[],
    )
    deployed = fraud.bentoml.deploy(tmp_path / "model", "m", "v1")
    assert deployed.bento == "fraud--m:v1"
    with fraud.bentoml.serving("m") as server:
        assert server.tag == "fraud--m:v1"
        assert server.predict([{"a": 1, "b": 2}, {"a": 3, "b": 4}]) == [3, 7]
        with pytest.raises(EnvironmentFailedError, match=r"fraud--m:v1 answered 4\d\d .*: "):
            server.predict([1])  # type: ignore[list-item]  # what is refused
        assert processes("serve fraud--m:v1") != []
    assert processes(str(fraud.models_path)) == processes("serve fraud--m:v1") == []
    with pytest.raises(EnvironmentFailedError, match=f"does not answer at {server.url}: "):
        server.predict([{"a": 1}])
    # What the process's own variable names is not touched.
    assert not (tmp_path / "theirs").exists()


@pytest.mark.timeout(120)
def test_a_server_that_ends_at_once_is_said_with_its_last_words(fraud: ScratchWorkspace) -> None:
    torn = fraud.models_path / "bentos" / "fraud--m" / "v1"
    torn.mkdir(parents=True)
    with (
        pytest.raises(
            EnvironmentFailedError, match=r"(?s)serve fraud--m:v1` did not come up:\n.*bento"
        ),
        serving.serving(fraud.effective, "fraud--m:v1"),
    ):
        pass


def test_a_server_that_takes_too_long_is_said(
    fraud: ScratchWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "_START_SECONDS", 0.5)
    with (
        pytest.raises(EnvironmentFailedError, match="serve fraud--m:v1` did not come up"),
        serving.serving(fraud.effective, "fraud--m:v1"),
    ):
        pass
