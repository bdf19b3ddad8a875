from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    Run = Callable[..., pytest.RunResult]


def test_with_dvc_testing_ours_is_mlops_workspace_and_that_is_said(
    suite: pytest.Pytester, run: Run
) -> None:
    pytest.importorskip("dvc.testing.fixtures")
    suite.makeconftest('pytest_plugins = ["dvc.testing.fixtures"]')
    suite.makepyfile(
        """
        from pytest_mlops_ws import ProjectWorkspace

        def test_ours(mlops_workspace):
            assert isinstance(mlops_workspace, ProjectWorkspace)
            (mlops_workspace.dvc_path / "data").write_text("1")
            mlops_workspace.dvc.add("dvc/data")
            assert mlops_workspace.dvc.repo.push() == 1

        def test_theirs_in_ours(mlops_workspace, tmp_dir, dvc):
            tmp_dir.dvc_gen("file", "content")
            assert (tmp_dir / "file.dvc").exists()

        def test_theirs(workspace):
            assert not isinstance(workspace, ProjectWorkspace)

        def test_theirs_again(workspace):
            pass
        """
    )
    result = run("-n", "0")  # their fixtures ask pytest-xdist for the worker's name
    result.assert_outcomes(passed=4)
    assert result.stdout.str().count("ShadowedFixtureWarning: ") == 1
    result.stdout.fnmatch_lines(
        [
            (
                "*ShadowedFixtureWarning: test_with_dvc_testing*::test_theirs asks for 'workspace'"
                " and gets the fixture of dvc.testing*ask for 'mlops_workspace'."
            )
        ]
    )


def test_dvcs_own_tests_know_whose_workspace_it_is(suite: pytest.Pytester, run: Run) -> None:
    pytest.importorskip("dvc.testing.fixtures")
    suite.makeconftest('pytest_plugins = ["dvc.testing.fixtures"]')
    suite.makepyfile(
        """
        def test_theirs(tmp_dir, dvc, workspace):
            workspace.gen("file", "content")
        """
    )
    result = run("-n", "0")
    result.assert_outcomes(passed=1)
    result.stdout.no_fnmatch_line("*ShadowedFixtureWarning*")


def test_a_shadow_is_said_and_ends_no_suite(suite: pytest.Pytester, run: Run) -> None:
    pytest.importorskip("dvc.testing.fixtures")
    suite.makeconftest('pytest_plugins = ["dvc.testing.fixtures"]')
    suite.makepyfile("def test_whose(workspace): pass")
    result = run("-n", "0", "-W", "error::pytest.PytestWarning")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*ShadowedFixtureWarning: *::test_whose asks for 'workspace'*"])


def test_dvc_testing_shadows_nothing_where_nobody_asks(suite: pytest.Pytester, run: Run) -> None:
    pytest.importorskip("dvc.testing.fixtures")
    suite.makeconftest(
        """
        import pytest

        pytest_plugins = ["dvc.testing.fixtures"]

        @pytest.fixture
        def workspace(mlops_workspace):
            return mlops_workspace
        """
    )
    suite.makepyfile("def test_ours(mlops_workspace): pass\ndef test_own(workspace): pass")
    result = run("-n", "0")
    result.assert_outcomes(passed=2)
    result.stdout.no_fnmatch_line("*ShadowedFixtureWarning*")


def test_mlflows_own_plugin_opens_a_run_in_each_workspace(suite: pytest.Pytester, run: Run) -> None:
    pytest.importorskip("mlflow.pytest")
    suite.makepyfile(
        """
        import mlflow
        import pytest

        @mlflow.test
        @pytest.mark.parametrize("number", [1, 2])
        def test_marked(workspace, number):
            (run,) = workspace.mlflow.runs()
            assert mlflow.active_run().info.run_id == run.info.run_id
            mlflow.log_metric("number", number)
            assert mlflow.get_run(run.info.run_id).data.metrics == {"number": number}

        @mlflow.test
        def test_in_the_sessions(session_workspace):
            mlflow.log_metric("before", 1)

        @mlflow.test
        def test_between(workspace):
            assert mlflow.active_run().info.run_id == workspace.mlflow.runs()[0].info.run_id

        @mlflow.test
        def test_in_the_sessions_again(session_workspace):
            (run,) = session_workspace.mlflow.runs()
            assert run.data.metrics == {"before": 1}
            assert mlflow.active_run().info.run_id == run.info.run_id
        """
    )
    run("-p", "mlflow.pytest.plugin").assert_outcomes(passed=5)
