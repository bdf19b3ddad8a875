from __future__ import annotations

import io
import logging
import os
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from pytest_mlops_ws.model.spec import WorkspaceSpec

    Make = Callable[..., WorkspaceSpec]
    Activate = Callable[..., AbstractContextManager[None]]

pytestmark = pytest.mark.isolation

#: A suite whose first test is the first to import DVC, while its output is captured.
FIRST_IMPORT = """
import logging
import os
import sys
from contextlib import nullcontext
from pathlib import Path

from pytest_mlops_ws.model.spec import WorkspaceSpec
from pytest_mlops_ws.tools.dvc import TOOL

root = Path(os.environ["ROOT"])
spec = WorkspaceSpec("fraud", root, "", "", "", "", root, "", "")


def active():
    return TOOL.state(spec, "hide") if os.environ["ACTIVE"] == "yes" else nullcontext()


def test_first_import(capsys):
    logging.getLogger("aiohttp").setLevel(logging.ERROR)
    assert "dvc" not in sys.modules
    with active(), active():
        before = sys.stdout, sys.stderr
        import dvc.repo
        assert "__wrapped__" in vars(dvc.repo.Repo.__init__)
        assert (sys.stdout, sys.stderr) == before
        logging.getLogger("dvc").warning("to stderr")
        logging.getLogger("dvc").info("to stdout")
        assert capsys.readouterr() == ("to stdout\\n", "WARNING: to stderr\\n")


def test_later_log_goes_to_the_stream_of_its_moment(capsys):
    logging.getLogger("dvc").error("heard")
    logging.getLogger("dvc_data").info("too")
    assert capsys.readouterr() == ("too\\n", "ERROR: heard\\n")


def test_levels():
    assert logging.getLogger("asyncio").level == logging.NOTSET
    assert logging.getLogger("aiohttp").level == logging.ERROR


def test_streams_are_pytests_own():
    import colorama.initialise
    assert type(sys.stdout).__module__.startswith("_pytest")
    assert type(sys.stderr).__module__.startswith("_pytest")
    assert colorama.initialise.orig_stdout is None


def test_released():
    import dvc.repo
    assert not hasattr(dvc.repo.Repo.__init__, "__wrapped__")
"""


def _first_import(spec: WorkspaceSpec, tmp_path: Path, *, active: bool) -> dict[str, int]:
    (tmp_path / "test_first.py").write_text(FIRST_IMPORT)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    variables = {
        "ROOT": os.fspath(spec.root_path),
        "ACTIVE": "yes" if active else "no",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
    }
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "."],
        cwd=tmp_path,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    # Nothing is said at the interpreter's end either, where colorama resets what it knows.
    assert done.stderr == "", done.stderr
    words = done.stdout.splitlines()[-1].replace(",", "").split()
    counts = {kind: int(n) for n, kind in pairwise(words) if n.isdigit()}
    assert active is (counts == {"passed": 5}), done.stdout
    return counts


def test_a_first_import_under_capture_leaves_no_trace(spec: WorkspaceSpec, tmp_path: Path) -> None:
    assert _first_import(spec, tmp_path, active=True) == {"passed": 5}


def test_the_traces_are_there_without_us(spec: WorkspaceSpec, tmp_path: Path) -> None:
    assert _first_import(spec, tmp_path, active=False)["failed"] >= 4


def test_a_loaded_dvc_writes_to_the_tests_streams_inside_and_its_own_outside(
    spec: WorkspaceSpec, activate: Activate, capsys: pytest.CaptureFixture[str]
) -> None:
    import dvc  # noqa: F401 -- importing it binds the handlers

    streams = [handler.stream for handler in logging.getLogger("dvc").handlers]  # type: ignore[attr-defined]  # all are stream handlers
    with activate(spec):
        with activate(spec):
            logging.getLogger("dvc").warning("inner")
        logging.getLogger("dvc").warning("outer")
        assert capsys.readouterr().err == "WARNING: inner\nWARNING: outer\n"

    after = [handler.stream for handler in logging.getLogger("dvc").handlers]  # type: ignore[attr-defined]  # all are stream handlers
    assert all(now is then for now, then in zip(after, streams, strict=True))


def test_a_users_handler_on_dvcs_logger_keeps_its_stream(
    spec: WorkspaceSpec, activate: Activate
) -> None:
    import dvc  # noqa: F401 -- so that DVC's handlers are redirected at once

    handler = logging.StreamHandler(io.StringIO())
    stream = handler.stream
    logging.getLogger("dvc").addHandler(handler)
    try:
        with activate(spec):
            assert handler.stream is stream
    finally:
        logging.getLogger("dvc").removeHandler(handler)


def test_the_command_line_in_process_is_heard_and_leaves_the_streams(
    spec: WorkspaceSpec,
    activate: Activate,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """JSON output goes through `colorama.deinit()` and `reinit()`, which assign `sys.stdout`."""
    from colorama import initialise
    from dvc.cli import main

    monkeypatch.chdir(spec.root_path)
    (spec.root_path / "metrics.json").write_text('{"auc": 0.9}')
    monkeypatch.setattr(initialise, "orig_stdout", theirs := io.StringIO())
    with activate(spec):
        before = sys.stdout, sys.stderr
        assert main(["metrics", "show", "--json", "metrics.json"]) == 0
        assert (sys.stdout, sys.stderr) == before
    assert initialise.orig_stdout is theirs
    assert capsys.readouterr().out == '{"": {"data": {"metrics.json": {"data": {"auc": 0.9}}}}}\n'


def test_the_command_line_does_not_leave_dvc_talking(
    spec: WorkspaceSpec, activate: Activate, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dvc.cli import main
    from dvc.ui import ui

    monkeypatch.chdir(spec.root_path)
    monkeypatch.setattr(ui, "_enabled", False)
    with activate(spec):
        assert main(["status"]) == 0
        assert ui._enabled
        with activate(spec):
            assert not ui._enabled
        assert ui._enabled
    assert not ui._enabled


def test_clones_made_inside_are_removed_and_those_from_before_are_kept(
    make_workspace: Make, spec: WorkspaceSpec, activate: Activate, tmp_path: Path
) -> None:
    from dvc import api
    from dvc.repo import open_repo

    outer = make_workspace("outer")
    shutil.copytree(outer.root_path, tmp_path / "published")
    url = f"file://{tmp_path.as_posix()}/published"

    def clones() -> list[Path]:
        return [Path(path) for path, _ in open_repo.CLONES.values()]

    open_repo.clean_repos()
    try:
        with activate(outer):
            assert api.read("workspace.yaml", repo=url) == "project_name: fraud\n"
            theirs = clones()
            with activate(spec):
                assert clones() == []
                api.read("workspace.yaml", repo=url)
                ours = clones()
            assert clones() == theirs
            assert [path.exists() for path in theirs + ours] == [True, False]
        assert clones() == []
        assert not any(path.exists() for path in theirs)
    finally:
        open_repo.clean_repos()


def test_dvc_is_not_imported_by_an_activation(spec: WorkspaceSpec) -> None:
    script = f"""
import sys
from pathlib import Path
from pytest_mlops_ws.model.spec import WorkspaceSpec
from pytest_mlops_ws.tools.dvc import TOOL

root = Path({os.fspath(spec.root_path)!r}) / "new"
spec = WorkspaceSpec("fraud", root, "", "", "", "", root, str(root / "remote"), "")
finders = list(sys.meta_path)
TOOL.environment(spec, "hide")
TOOL.create(spec, scratch=True)
with TOOL.state(spec, "hide"):
    TOOL.watch(spec)
    TOOL.open(spec)
print({{name.partition(".")[0] for name in sys.modules}} & {{"dvc", "configobj", "colorama"}})
print(sys.meta_path == finders)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("set()\nTrue\n", "")
