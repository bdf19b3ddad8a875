from __future__ import annotations

import errno
import shutil
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from pytest_mlops_ws import EnvironmentFailedError, ToolMissingError, UsageError
from pytest_mlops_ws.ground import distributions
from pytest_mlops_ws.tools.bentoml import bento
from pytest_mlops_ws.workspaces.scratch import ScratchWorkspace, create

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("bentoml")

pytestmark = pytest.mark.isolation


@pytest.fixture
def fraud(tmp_path: Path) -> ScratchWorkspace:
    workspace = ScratchWorkspace("fraud", tmp_path / "base" / "fraud")
    create(workspace, with_git=False)
    return workspace


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    path = tmp_path / "weights.bin"
    path.write_bytes(b"0123")
    return path


def test_a_stored_model_is_listed_with_where_it_came_from(
    fraud: ScratchWorkspace, weights: Path
) -> None:
    stored = fraud.bentoml.store(
        weights, "classifier", "v1", labels={"team": "risk"}, metadata={"run_id": "abc"}
    )
    assert stored.tag == "fraud--classifier:v1"
    assert stored.labels == {"team": "risk", "project": "fraud"}
    assert stored.metadata == {"run_id": "abc"}
    assert stored.created_at is not None
    assert stored.path == fraud.models_path / "models" / "fraud--classifier" / "v1"
    assert (stored.path / "weights.bin").read_bytes() == b"0123"
    assert fraud.bentoml.models() == [stored]
    assert fraud.bentoml.models("classifier") == [stored]
    assert fraud.bentoml.models("other") == []


def test_bentoml_itself_finds_it_inside_the_workspace(
    fraud: ScratchWorkspace, weights: Path
) -> None:
    fraud.bentoml.store(weights, "classifier", "v1")
    import bentoml

    with fraud.activate():
        assert [str(each.tag) for each in bentoml.models.list()] == ["fraud--classifier:v1"]
    assert str(fraud.bentoml.get("classifier").tag) == "fraud--classifier:v1"


def test_nothing_of_the_process_says_where_a_handle_works(
    fraud: ScratchWorkspace, weights: Path, tmp_path: Path
) -> None:
    churn = ScratchWorkspace("churn", tmp_path / "other" / "churn")
    create(churn, with_git=False)
    with churn.activate():
        fraud.bentoml.store(weights, "classifier", "v1")
        assert churn.bentoml.models() == []
        assert [each.tag for each in fraud.bentoml.models()] == ["fraud--classifier:v1"]
    assert list(churn.models_path.glob("models/*")) == []


def test_another_projects_models_in_the_store_are_not_listed(
    fraud: ScratchWorkspace, weights: Path
) -> None:
    import bentoml.models

    store = fraud.bentoml.model_store
    fraud.bentoml.store(weights, "classifier", "v1")
    for name, label in (
        ("fraud-eval--x", None),  # begins alike
        ("fraud--stray", "churn"),  # the label is the authority
        ("fraud--unlabelled", None),
        ("other", "fraud"),
    ):
        labels = {"project": label} if label else {}
        with bentoml.models.create(f"{name}:v1", labels=labels, _model_store=store):
            pass
    assert {each.name for each in fraud.bentoml.models()} == {
        "fraud--classifier",
        "fraud--unlabelled",
        "other",
    }


def test_exactly_the_version_asked_for_is_given(fraud: ScratchWorkspace, weights: Path) -> None:
    fraud.bentoml.store(weights, "m", "v10")
    with pytest.raises(LookupError, match="fraud--m has no version 'v1'; there are: v10"):
        fraud.bentoml.get("m", "v1")
    with pytest.raises(LookupError, match=r"No model 'fraud--other' in .*; there are: fraud--m"):
        fraud.bentoml.get("other")


def test_the_newest_is_given_without_a_version(fraud: ScratchWorkspace, weights: Path) -> None:
    import bentoml.models

    with bentoml.models.create("fraud--m:v0", _model_store=fraud.bentoml.model_store):
        pass  # as users do, and so BentoML has noted which one is the newest
    for version in ("v2", "v1"):
        fraud.bentoml.store(weights, "m", version)
    assert [each.version for each in fraud.bentoml.models("m")] == ["v1", "v2", "v0"]
    assert fraud.bentoml.load("m", loader=lambda path: path.name) == "v1"
    assert fraud.bentoml.model_store.get("fraud--m").tag.version == "v1"  # and so BentoML has it


def test_threads_store_one_after_another(fraud: ScratchWorkspace, weights: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        stored = list(pool.map(lambda n: fraud.bentoml.store(weights, "m", f"v{n}"), range(8)))
    assert {each.tag for each in fraud.bentoml.models("m")} == {each.tag for each in stored}
    assert all((each.path / "weights.bin").is_file() for each in stored)


def test_a_version_is_stored_once(fraud: ScratchWorkspace, weights: Path) -> None:
    fraud.bentoml.store(weights, "m", "v1")
    with pytest.raises(UsageError, match="fraud--m:v1 is stored already"):
        fraud.bentoml.store(weights, "m", "v1")


def test_a_model_that_is_missing_or_empty_is_refused(
    fraud: ScratchWorkspace, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match="There is no model to store at"):
        fraud.bentoml.store(tmp_path / "missing", "m")
    with pytest.raises(UsageError, match="is an empty directory"):
        fraud.bentoml.store(tmp_path / "empty", "m")
    assert list(fraud.models_path.iterdir()) == []


def test_a_name_that_cannot_be_is_refused_before_anything_is_written(
    fraud: ScratchWorkspace, weights: Path
) -> None:
    with pytest.raises(UsageError):
        fraud.bentoml.store(weights, "Upper")
    with pytest.raises(UsageError):
        fraud.bentoml.store(weights, "m", "V1")
    assert list(fraud.models_path.iterdir()) == []


def test_a_disk_that_fills_up_leaves_no_part_of_a_model(
    fraud: ScratchWorkspace, weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stock = shutil.copytree

    def full(source: object, target: object, **options: object) -> object:
        stock(source, target, **options)  # type: ignore[call-overload]  # as it is called
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(shutil, "copytree", full)
    with pytest.raises(EnvironmentFailedError, match="No space left on device"):
        fraud.bentoml.store(weights, "m", "v1")
    assert fraud.bentoml.models() == []
    assert list(fraud.models_path.rglob("weights.bin")) == []
    assert list((fraud.models_path / "tmp").iterdir()) == []


KILLED_WHILE_STORING = """
import os, signal, sys
from pytest_mlops_ws import ProjectWorkspace
workspace = ProjectWorkspace("fraud", sys.argv[1])
home = str(workspace.models_path)

def kill(event, arguments):
    # When BentoML has copied the description, and a part of the weights.
    if event == "shutil.copyfile" and str(arguments[1]).startswith(home):
        copied.append(arguments[1])
        if len(copied) == 3:
            os.kill(os.getpid(), signal.SIGKILL)

copied = []
sys.addaudithook(kill)
workspace.bentoml.store(sys.argv[2], "m", "v1")
"""


def test_a_copy_that_is_killed_leaves_no_half_model(
    fraud: ScratchWorkspace, tmp_path: Path
) -> None:
    directory = tmp_path / "model"
    directory.mkdir()
    for number in range(4):
        (directory / f"{number}.bin").write_bytes(b"0")
    program = [sys.executable, "-c", KILLED_WHILE_STORING, str(fraud.root_path), str(directory)]
    done = subprocess.run(program, check=False, capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert list(fraud.models_path.rglob("*.bin")) != []
    assert fraud.bentoml.models() == []
    assert [str(each.tag) for each in fraud.bentoml.model_store.list()] == []
    stored = fraud.bentoml.store(directory, "m", "v1")
    assert len(list(stored.path.glob("*.bin"))) == 4
    assert len(list(fraud.models_path.rglob("*.bin"))) == 4
    assert [str(each.tag) for each in fraud.bentoml.model_store.list()] == ["fraud--m:v1"]


def test_how_to_load_what_mlflow_did_not_write_is_asked(
    fraud: ScratchWorkspace, weights: Path
) -> None:
    fraud.bentoml.store(weights, "m", "v1")
    with pytest.raises(UsageError, match=r"load\('m', loader=…\)"):
        fraud.bentoml.load("m")
    assert fraud.bentoml.build("m") is None


def test_what_has_no_bento_cannot_be_served(
    fraud: ScratchWorkspace, weights: Path, tmp_path: Path
) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "MLmodel").write_text("flavors: {}\n", encoding="utf-8")
    fraud.bentoml.deploy(tmp_path / "model", "m", "v1", build=False)
    with pytest.raises(UsageError, match=r"no Bento of fraud--m:v1.*: build\('m', 'v1'\) makes"):
        fraud.bentoml.serving("m")
    fraud.bentoml.store(weights, "m", "v2")
    with pytest.raises(UsageError, match="only a model that MLflow wrote can have one"):
        fraud.bentoml.serving("m")


@pytest.mark.parametrize("content", ["name: [", "[]", "name: fraud--m"])
def test_a_torn_file_is_no_model(fraud: ScratchWorkspace, weights: Path, content: str) -> None:
    stored = fraud.bentoml.store(weights, "m", "v1")
    (stored.path / "model.yaml").write_text(content, encoding="utf-8")
    assert fraud.bentoml.models() == []


def test_a_bento_that_cannot_be_built_is_one_error_and_the_model_stays(
    fraud: ScratchWorkspace, tmp_path: Path
) -> None:
    model = tmp_path / "model"
    model.mkdir()
    (model / "MLmodel").write_text("flavors: {}\n", encoding="utf-8")
    (fraud.models_path / "bentos" / "fraud--m" / "v1").mkdir(parents=True)  # taken by a torn one
    with pytest.raises(
        EnvironmentFailedError,
        match=r"(?s)build` of fraud--m:v1 ended with .*build\('fraud--m', 'v1'\) goes on:.*exists",
    ):
        fraud.bentoml.deploy(model, "m", "v1")
    assert [each.tag for each in fraud.bentoml.models()] == ["fraud--m:v1"]
    (fraud.models_path / "bentos" / "fraud--m" / "v1").rmdir()
    assert fraud.bentoml.build("fraud--m", "v1") == "fraud--m:v1"


def test_a_build_that_takes_too_long_is_ended(
    fraud: ScratchWorkspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "MLmodel").write_text("flavors: {}\n", encoding="utf-8")
    monkeypatch.setattr(bento, "_TIMEOUT_SECONDS", 0.1)
    with pytest.raises(
        EnvironmentFailedError, match=r"`bentoml build` of fraud--m:v1 did not end in 0\.1 s"
    ):
        fraud.bentoml.deploy(tmp_path, "m", "v1")
    assert list(fraud.models_path.glob("bentos/*/*")) == []


def test_a_bentoml_that_is_too_old_is_said(
    fraud: ScratchWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(distributions, "version", lambda *_: "1.4.19")
    with pytest.raises(ToolMissingError, match=r"1\.4\.20"):
        _ = fraud.bentoml


def test_listing_imports_no_bentoml(fraud: ScratchWorkspace, weights: Path) -> None:
    fraud.bentoml.store(weights, "m", "v1")
    program = (
        "import sys; from pytest_mlops_ws import ProjectWorkspace\n"
        f"workspace = ProjectWorkspace('fraud', {str(fraud.root_path)!r})\n"
        "print([each.tag for each in workspace.bentoml.models()], 'bentoml' in sys.modules)"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "['fraud--m:v1'] False\n"


def test_without_bentoml_the_line_that_installs_it_is_said(
    fraud: ScratchWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(distributions, "version", lambda *_: None)
    with pytest.raises(ToolMissingError, match=r"pip install 'pytest-mlops-ws\[bentoml\]'"):
        _ = fraud.bentoml
