"""What BentoML remembers in the process: set aside for each workspace, and put back."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

from pytest_mlops_ws.tools.bentoml import state
from pytest_mlops_ws.workspaces.scratch import ScratchWorkspace, create

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Fork = Callable[[Callable[[], Any]], Any]

pytest.importorskip("bentoml")

#: Stores a model as users do, and says what is in the store.
STORE_AND_LIST = """
import bentoml
with bentoml.models.create(name) as model:
    pass
found = [item.tag.name for item in bentoml.models.list()]
"""


def store_and_list(name: str) -> list[str]:
    variables: dict[str, Any] = {"name": name}
    exec(STORE_AND_LIST, variables)  # noqa: S102 -- the same words run in processes of their own
    found: list[str] = variables["found"]
    return found


def make(root: Path, name: str) -> ScratchWorkspace:
    workspace = ScratchWorkspace(name, root / f"base-{name}" / name)
    create(workspace, with_git=False)
    return workspace


def each_in_its_own(root: Path, names: list[str]) -> list[list[str]]:
    found = []
    for name in names:
        with make(root, name).activate():
            found.append(store_and_list(name))
    return found


def home() -> str:
    from bentoml._internal.configuration.containers import BentoMLContainer

    found: str = BentoMLContainer.bentoml_home.get()
    return found


@pytest.fixture
def loaded() -> None:
    import bentoml.models
    import simple_di
    from bentoml._internal.configuration.containers import BentoMLContainer

    assert isinstance(bentoml.models.__name__, str)
    assert BentoMLContainer.bentoml_home.__getstate__()["_cache"] is simple_di.sentinel


@pytest.mark.isolation
@pytest.mark.usefixtures("loaded")
def test_each_workspace_lists_its_own_models(tmp_path: Path, fork: Fork) -> None:
    names = [f"project-{number}" for number in range(10)]
    assert fork(lambda: each_in_its_own(tmp_path, names)) == [[name] for name in names]


@pytest.mark.parametrize(
    ("without", "last"),
    [
        (None, ["own", "churn", "own"]),
        ("set aside", ["own"] * 3),
        ("put back", ["own", "churn", "churn"]),
    ],
)
@pytest.mark.usefixtures("loaded")
def test_what_was_used_before_is_set_aside_and_put_back(
    without: str | None,
    last: list[str],
    tmp_path: Path,
    fork: Fork,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "own").mkdir()
    monkeypatch.setenv("BENTOML_HOME", str(tmp_path / "own"))
    if without == "set aside":
        monkeypatch.setattr(state, "REMEMBERED", ())
    if without == "put back":
        monkeypatch.setattr(state, "put_back", lambda _: None)

    def scenario() -> list[str]:
        homes = [home()]
        with make(tmp_path, "churn").activate():
            homes.append(home())
        return [*homes, home()]

    churn = str(tmp_path / "base-churn" / "churn" / "models")
    assert fork(scenario) == [str(tmp_path / "own") if each == "own" else churn for each in last]


@pytest.mark.isolation
def test_bentoml_first_imported_inside_leaves_no_store_behind(tmp_path: Path) -> None:
    program = f"""
import sys
sys.path.insert(0, {os.fspath(tmp_path)!r})
from pathlib import Path
from pytest_mlops_ws.workspaces.scratch import ScratchWorkspace, create
workspace = ScratchWorkspace("inside", Path({os.fspath(tmp_path)!r}, "base", "inside"))
create(workspace, with_git=False)
with workspace.activate():
    name = "inside"
    {STORE_AND_LIST.strip().replace(chr(10), chr(10) + "    ")}
assert found == ["inside"], found
name = "outside"
{STORE_AND_LIST}
assert found == ["outside"], found
assert Path({os.fspath(tmp_path)!r}, "own", "models", "outside").is_dir()
"""
    own = {"BENTOML_HOME": str(tmp_path / "own"), "BENTOML_DO_NOT_TRACK": "true"}
    command = [sys.executable, "-c", program]
    done = subprocess.run(
        command, env=os.environ | own, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.usefixtures("loaded")
def test_what_the_process_had_comes_back_after_an_exception_and_nested(
    tmp_path: Path, fork: Fork, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BENTOML_HOME", str(tmp_path / "own"))
    (tmp_path / "own").mkdir()

    def scenario() -> list[str]:
        from bentoml._internal.configuration.containers import BentoMLContainer

        homes = [home()]
        BentoMLContainer.bento_store_dir.set("/set/by/hand")
        configuration = BentoMLContainer.config.get()
        outer, inner = make(tmp_path, "outer"), make(tmp_path, "inner")
        with outer.activate():
            homes.append(home())
            with contextlib.suppress(ZeroDivisionError), inner.activate():
                homes.append(home())
                BentoMLContainer.config.set({"by": "hand"})
                raise ZeroDivisionError
            homes.append(home())
        assert BentoMLContainer.config.get() is configuration
        homes += [home(), BentoMLContainer.bento_store_dir.get()]
        return homes

    outer, inner = (tmp_path / f"base-{each}" / each / "models" for each in ("outer", "inner"))
    own = tmp_path / "own"
    expected = [own, outer, inner, outer, own, "/set/by/hand"]
    assert fork(scenario) == [str(each) for each in expected]


def tracked_inside(root: Path) -> tuple[bool, bool, bool]:
    from bentoml._internal.utils.analytics.usage_stats import do_not_track

    do_not_track.cache_clear()  # of an answer that an earlier test's model has asked for
    before = do_not_track()
    with make(root, "inside").activate():
        inside = do_not_track()
    return before, inside, do_not_track()


@pytest.mark.usefixtures("loaded")
def test_an_answer_given_before_does_not_make_bentoml_phone_home(
    tmp_path: Path, fork: Fork, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BENTOML_DO_NOT_TRACK", "false")
    assert fork(lambda: tracked_inside(tmp_path / "with")) == (False, True, False)
    monkeypatch.setattr(state, "_forget_opt_out", lambda: None)
    assert fork(lambda: tracked_inside(tmp_path / "without")) == (False, False, False)


def test_activating_makes_nothing_in_the_store(tmp_path: Path) -> None:
    workspace = make(tmp_path, "idle")
    with workspace.activate():
        pass
    assert list(workspace.models_path.iterdir()) == []


@pytest.mark.usefixtures("loaded")
def test_a_bentoml_that_another_thread_is_importing_is_left_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, state.CONTAINERS, ModuleType(state.CONTAINERS))
    workspace = make(tmp_path, "early")
    with workspace.activate():
        assert os.environ["BENTOML_HOME"] == str(workspace.models_path)
