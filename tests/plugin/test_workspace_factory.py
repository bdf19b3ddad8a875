from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    Run = Callable[..., pytest.RunResult]


def test_factory(suite: pytest.Pytester, run: Run) -> None:
    suite.makepyfile(
        """
        import os

        import mlflow
        import pytest
        from pytest_mlops_ws import WorkspaceError

        def log(name):
            with mlflow.start_run(run_name=name):
                mlflow.log_param("name", name)

        def test_no_bleed(workspace_factory):
            fraud, churn = workspace_factory("fraud"), workspace_factory("churn")
            with fraud.activate():
                log("fraud")
            churn.assert_untouched()
            with pytest.raises(AssertionError, match="changed  mlflow/mlflow.db"):
                fraud.assert_untouched()
            with churn.activate():
                log("churn")
            assert [run.info.run_name for run in fraud.mlflow.runs()] == ["fraud"]
            assert [run.info.run_name for run in churn.mlflow.runs()] == ["churn"]

        def test_none_is_entered_by_itself(workspace_factory):
            workspace_factory()
            assert "MLFLOW_TRACKING_URI" not in os.environ

        def test_two_of_one_name(workspace_factory):
            first, second = workspace_factory("fraud"), workspace_factory("fraud")
            assert first.project_name == second.project_name
            (first.outputs_path / "file").touch()
            second.assert_untouched()

        def test_without_a_name_it_is_the_tests_project(workspace_factory, workspace):
            assert workspace_factory().project_name == workspace.project_name

        def test_beside_the_tests_own(workspace, workspace_factory):
            other = workspace_factory("other")
            with other.activate():
                log("inside")
            log("outside")
            assert [run.info.run_name for run in workspace.mlflow.runs()] == ["outside"]
            assert [run.info.run_name for run in other.mlflow.runs()] == ["inside"]

        def test_keys_of_the_manifest(workspace_factory):
            made = workspace_factory(
                "fraud", git=False, mlflow_experiment_name="eval", metadata={"owner": "ml"}
            )
            assert not (made.root_path / ".git").exists()
            assert type(made).load_metadata(made.root_path).metadata == {"owner": "ml"}
            with made.activate():
                log("run")
            assert [each.name for each in made.mlflow.experiments()] == ["eval"]

        def test_unknown_key(workspace_factory, tmp_path_factory):
            with pytest.raises(WorkspaceError) as caught:
                workspace_factory("fraud", mlflow_tracking_url="x")
            assert str(caught.value).startswith("Unknown setting 'mlflow_tracking_url'; a work")
            assert not (tmp_path_factory.getbasetemp() / "mlops-ws").exists()

        def test_wrong_name(workspace_factory):
            with pytest.raises(WorkspaceError, match="use 'fraud-eval'"):
                workspace_factory("Fraud Eval")
        """
    )
    # The one that looks for leftovers must be first.
    run("-k", "unknown_key").assert_outcomes(passed=1, deselected=7)
    run("-k", "not unknown_key").assert_outcomes(passed=7, deselected=1)


def test_its_workspaces_go_with_the_test(suite: pytest.Pytester, run: Run) -> None:
    suite.makeini("[pytest]\ntmp_path_retention_policy = failed\n")
    suite.makepyfile(
        """
        places = []

        def test_make(workspace_factory, workspace_manager):
            workspace_manager.create_workspace("fraud")
            places.extend([workspace_factory().base_path, workspace_manager.base_path])

        def test_gone():
            assert [place.exists() for place in places] == [False, False]
        """
    )
    run().assert_outcomes(passed=2)
