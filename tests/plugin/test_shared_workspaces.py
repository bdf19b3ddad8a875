from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    Run = Callable[..., pytest.RunResult]

SHARED = """
    import os

    import mlflow
    import pytest

    def names(workspace):
        return sorted(run.info.run_name for run in workspace.mlflow.runs())

    def test_a_run_in_the_session(session_workspace):
        mlflow.set_experiment("of the session")
        mlflow.start_run(run_name="of the session")

    def test_b_module_nests_in_session(module_workspace, session_workspace):
        assert module_workspace is not session_workspace
        assert mlflow.active_run() is None
        assert mlflow.get_tracking_uri() == module_workspace.mlflow.tracking_uri
        mlflow.start_run(run_name="of the module")

    def test_c_function_nests_in_module(workspace, module_workspace):
        assert mlflow.active_run() is None
        with mlflow.start_run(run_name="of the test"):
            pass
        assert names(workspace) == ["of the test"]

    def test_d_module_is_back(module_workspace):
        assert mlflow.active_run().info.run_name == "of the module"
        assert os.environ["MLFLOW_TRACKING_URI"] == module_workspace.mlflow.tracking_uri
        mlflow.end_run()
        assert names(module_workspace) == ["of the module"]
"""
AFTER = """
    import os

    import mlflow

    def test_session_is_back_after_the_module(session_workspace):
        assert mlflow.active_run().info.run_name == "of the session"
        mlflow.end_run()
        with mlflow.start_run() as run:
            assert mlflow.get_experiment(run.info.experiment_id).name == "of the session"
        assert os.environ["MLFLOW_TRACKING_URI"] == session_workspace.mlflow.tracking_uri
        assert len(session_workspace.mlflow.runs()) == 2

    def test_a_test_nests_in_it(workspace, session_workspace):
        assert workspace.mlflow.runs() == []
        assert mlflow.get_tracking_uri() == workspace.mlflow.tracking_uri
"""


def test_workspaces_nest_and_the_outer_ones_come_back(suite: pytest.Pytester, run: Run) -> None:
    suite.makepyfile(test_1_shared=SHARED, test_2_after=AFTER)
    run("--import-mode=importlib").assert_outcomes(passed=6)


def test_each_worker_has_a_session_workspace_of_its_own(suite: pytest.Pytester, run: Run) -> None:
    suite.makepyfile(
        """
        import pytest

        @pytest.mark.parametrize("number", range(6))
        def test_one(session_workspace, number):
            marks = session_workspace.outputs_path
            (marks / str(number)).touch()
            (session_workspace.root_path / "worker").touch()
            assert "popen-gw" in str(session_workspace.root_path)
        """
    )
    run("-n", "2").assert_outcomes(passed=6)


def test_a_module_keeps_its_files_from_test_to_test(suite: pytest.Pytester, run: Run) -> None:
    text = """
        def test_a_write(module_workspace):
            assert list(module_workspace.outputs_path.iterdir()) == []
            (module_workspace.outputs_path / "file").touch()

        def test_b_read(module_workspace):
            assert (module_workspace.outputs_path / "file").exists()
        """
    suite.makepyfile(test_one=text, test_two=text)
    run().assert_outcomes(passed=4)
