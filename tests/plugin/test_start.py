from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    Run = Callable[..., pytest.RunResult]


def test_a_suite_that_does_not_use_us_loads_the_door_only(suite: pytest.Pytester, run: Run) -> None:
    suite.makepyfile(
        """
        import sys

        def test_modules():
            ours = [name for name in sys.modules if name.startswith("pytest_mlops_ws.")]
            assert sorted(name.removeprefix("pytest_mlops_ws.") for name in ours) == [
                "fixtures",
                "plugin",
                "settings",
            ]

        def test_libraries():
            late = {"configobj", "filelock", "platformdirs", "sqlite3", "tomllib", "yaml"}
            assert sorted(late & sys.modules.keys()) == []

        def test_hooks(pytestconfig):
            ours = [name for name, _ in pytestconfig.pluginmanager.list_name_plugin()
                    if "mlops_ws" in name]
            assert ours == ["mlops_ws"]
            door = pytestconfig.pluginmanager.get_plugin("mlops_ws")
            assert sorted(name for name in vars(door) if name.startswith("pytest_")) == [
                "pytest_addoption",
                "pytest_collection_finish",
                "pytest_configure",
                "pytest_load_initial_conftests",
            ]
        """
    )
    run().assert_outcomes(passed=3)


def test_what_a_workspace_loads_is_not_rewritten(suite: pytest.Pytester, run: Run) -> None:
    # Of an installed plugin pytest takes every module for one that may hold tests.
    suite.makeconftest(
        """
        import pytest

        ours = ("guard", "tools", "workspaces")
        pytest.register_assert_rewrite(*(f"pytest_mlops_ws.{each}" for each in ours))
        """
    )
    suite.makepyfile(
        """
        import sys

        BEFORE = list(sys.meta_path)

        def test_loaders(workspace, workspace_factory, workspace_manager):
            workspace_factory("second")
            assert sys.meta_path[-len(BEFORE):] == BEFORE
            ours = [module for name, module in sys.modules.items()
                    if name.startswith("pytest_mlops_ws.")
                    and name.split(".")[1] in {"guard", "tools", "workspaces"}]
            assert len(ours) > 35
            assert sorted(module.__name__ for module in ours
                          if type(module.__loader__).__name__ != "SourceFileLoader") == []

        def test_finders():
            # The guard waits for a few modules of the standard library, until the session ends.
            left = [each for each in sys.meta_path if each not in BEFORE]
            assert [type(each).__name__ for each in left if isinstance(each, type)] == []
            assert sys.meta_path[-len(BEFORE):] == BEFORE
        """
    )
    run().assert_outcomes(passed=2)


def test_being_installed_is_enough_and_so_is_being_uninstalled(suite: pytest.Pytester) -> None:
    suite.makepyfile(
        """
        import os
        import sys

        def test_anything():
            quiet = "MLFLOW_DISABLE_TELEMETRY" in os.environ
            print("we are", "pytest_mlops_ws" in sys.modules, quiet)

        def test_fixture(workspace):
            pass
        """
    )
    alone = ("-s", "-p", "no:hydra_pytest", "-p", "no:randomly")
    here = suite.runpytest_subprocess(*alone)
    here.assert_outcomes(passed=2)
    here.stdout.fnmatch_lines(["*we are True True*"])

    gone = suite.runpytest_subprocess(*alone, "-p", "no:mlops_ws")
    gone.assert_outcomes(passed=1, errors=1)
    gone.stdout.fnmatch_lines(["*we are False False*", "*fixture 'workspace' not found"])
