from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[..., pytest.RunResult]

#: As if a tool were not installed, in this process and in those it starts.
WITHOUT = """
import importlib.metadata
from importlib.machinery import PathFinder

GONE = {gone!r}

find_spec, version = PathFinder.find_spec, importlib.metadata.version

def no_spec(name, path=None, target=None):
    return None if name.partition(".")[0] in GONE else find_spec(name, path, target)

def no_version(name):
    if name.partition("-")[0] in GONE:
        raise importlib.metadata.PackageNotFoundError(name)
    return version(name)

PathFinder.find_spec, importlib.metadata.version = no_spec, no_version
"""


def test_tools_are_missing(suite: pytest.Pytester, run: Run) -> None:
    suite.makeconftest(WITHOUT.format(gone=["mlflow", "dvc"]))
    suite.makepyfile(
        """
        import pytest
        from pytest_mlops_ws import WorkspaceError

        def test_the_rest_works(workspace):
            (workspace.outputs_path / "file").touch()
            assert workspace.mlflow_path.is_dir()

        def test_handles_say_what_to_type(workspace):
            with pytest.raises(WorkspaceError) as caught:
                workspace.mlflow
            assert str(caught.value) == (
                "mlflow is not installed: pip install 'pytest-mlops-ws[mlflow]'")
            with pytest.raises(WorkspaceError) as caught:
                workspace.dvc
            assert str(caught.value) == "dvc is not installed: pip install 'pytest-mlops-ws[dvc]'"

        def test_a_failure_is_reported(workspace):
            (workspace.outputs_path / "file").touch()
            assert False

        def test_factory(workspace_factory):
            with workspace_factory("fraud").activate():
                pass
        """
    )
    result = run()
    result.assert_outcomes(passed=3, failed=1)
    result.stdout.fnmatch_lines(["outputs/", "  file (0 bytes)", "kept in *"])


def test_a_cache_with_garbage_in_it_is_made_anew(
    suite: pytest.Pytester, run: Run, users_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = suite.path / "cache"
    suite.makepyfile("def test_it(workspace): pass")
    run().assert_outcomes(passed=1)
    shutil.copytree(users_cache, cache)
    cache.chmod(0o700)
    garbage = []
    for template in cache.glob("mlflow/*/template.db"):
        content = template.read_bytes()
        garbage.append(content[:10_000] + b"garbage" + content[10_007:])
        template.write_bytes(garbage[-1])
    monkeypatch.setenv("MLOPS_WS_CACHE_DIR", os.fspath(cache))
    suite.makepyfile(
        """
        import sqlite3

        import pytest

        @pytest.mark.parametrize("number", range(4))
        def test_store(workspace, number):
            path = workspace.mlflow_path / "mlflow.db"
            with sqlite3.connect(path) as store:
                assert store.execute("PRAGMA integrity_check").fetchone() == ("ok",)
                assert store.execute("SELECT version_num FROM alembic_version").fetchone()
        """
    )
    run("-n", "2").assert_outcomes(passed=4)
    now = [template.read_bytes() for template in cache.glob("mlflow/*/template.db")]
    assert len(set(now) - set(garbage)) == 1


@pytest.mark.parametrize("workers", ["", "-n 1"])
def test_a_cache_that_is_a_file_is_one_line_a_test(
    suite: pytest.Pytester, run: Run, monkeypatch: pytest.MonkeyPatch, workers: str
) -> None:
    (suite.path / "cache").write_text("a file", encoding="utf-8")
    monkeypatch.setenv("MLOPS_WS_CACHE_DIR", os.fspath(suite.path / "cache"))
    suite.makepyfile(
        """
        def test_refused(workspace):
            pass

        def test_others_go_on(tmp_path_factory):
            assert not list((tmp_path_factory.getbasetemp() / "mlops-ws").glob("*"))
        """
    )
    result = run(*workers.split())
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines([f"*{suite.path}/cache*MLOPS_WS_CACHE_DIR=/some/where*"])
    result.stdout.no_fnmatch_line("*pytest_mlops_ws/*.py*")


@pytest.mark.parametrize("kind", ["file", "missing"])
def test_a_base_that_is_no_directory_holds_no_projects(
    suite: pytest.Pytester, run: Run, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    if kind == "file":
        (suite.path / "base").write_text("a file", encoding="utf-8")
    suite.makeini("[pytest]\nmlops_ws_base = base\n")
    suite.makepyfile("def test_it(workspace): pass")
    before = sorted(suite.path.iterdir())
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    run("-p", "no:cacheprovider", "--basetemp=tmp").assert_outcomes(passed=1)
    new = [path.name for path in suite.path.iterdir() if path not in before]
    assert [name for name in new if not name.startswith(("runpytest", "std"))] == ["tmp"]
