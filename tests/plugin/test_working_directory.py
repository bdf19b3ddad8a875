from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    Run = Callable[..., pytest.RunResult]


def test_a_test_may_remove_the_directory_it_stands_in(suite: pytest.Pytester, run: Run) -> None:
    suite.makepyfile(
        """
        import os
        import shutil
        from pathlib import Path

        import pytest

        START = Path.cwd()

        def test_removes_its_directory(workspace, tmp_path):
            os.chdir(tmp_path)
            shutil.rmtree(tmp_path)

        def test_is_back():
            assert Path.cwd() == START

        def test_without_a_workspace(tmp_path):
            os.chdir(tmp_path)
            shutil.rmtree(tmp_path)

        @pytest.mark.parametrize("attempt", range(2))
        def test_starts_where_pytest_did(workspace, attempt):
            assert Path.cwd() == START

        def test_once_more(tmp_path):
            os.chdir(tmp_path)
            shutil.rmtree(tmp_path)

        @pytest.mark.workspace(chdir=True)
        def test_enters(workspace):
            assert Path.cwd() == workspace.root_path

        def test_left():
            assert Path.cwd() == START
        """
    )
    run().assert_outcomes(passed=8)


def test_a_fixtures_directory_that_the_test_removes(suite: pytest.Pytester, run: Run) -> None:
    suite.makepyfile(
        """
        import os
        import shutil
        from pathlib import Path

        import pytest

        START = Path.cwd()

        @pytest.fixture
        def elsewhere(tmp_path):
            os.chdir(tmp_path)
            return tmp_path

        def test_removes(elsewhere, workspace):
            shutil.rmtree(elsewhere)

        def test_is_back():
            assert Path.cwd() == START
        """
    )
    run().assert_outcomes(passed=2)


def test_nobody_is_left_in_a_workspace_that_goes(suite: pytest.Pytester, run: Run) -> None:
    suite.makepyfile(
        """
        import os
        from pathlib import Path

        START = Path.cwd()

        def test_walks_in(workspace):
            os.chdir(workspace.dvc_path)

        def test_is_out():
            assert Path.cwd() == START
        """
    )
    run("-o", "tmp_path_retention_policy=none").assert_outcomes(passed=2)


def test_another_directory_is_the_suites_own_affair(suite: pytest.Pytester, run: Run) -> None:
    suite.makepyfile(
        """
        import os
        from pathlib import Path

        import pytest

        START = Path.cwd()
        other = pytest.StashKey()

        def test_moves(workspace, tmp_path, pytestconfig):
            os.chdir(tmp_path)
            pytestconfig.stash[other] = tmp_path

        def test_is_still_there(pytestconfig):
            assert Path.cwd() == pytestconfig.stash[other]

        @pytest.mark.workspace(chdir=True)
        def test_enters_and_moves(workspace, tmp_path):
            os.chdir(tmp_path)

        def test_what_we_moved_is_moved_back(pytestconfig):
            assert Path.cwd() == pytestconfig.stash[other]
        """
    )
    run().assert_outcomes(passed=4)
