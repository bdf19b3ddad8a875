"""``mlops_client``: a test's workspace through a client."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

pytest.importorskip("mlflow")


def test_the_client_is_that_of_the_tests_workspace(
    suite: pytest.Pytester, run: Callable[..., pytest.RunResult]
) -> None:
    suite.makepyfile(
        """
        import subprocess

        import pytest

        @pytest.mark.workspace("fraud")
        def test_it(mlops_client, mlops_workspace):
            workspace = mlops_workspace
            assert mlops_client.project_name == "fraud"
            assert mlops_client.workspace is workspace
            with mlops_client.start_run("first"):
                mlops_client.log_metrics({"auc": 0.9})
            assert workspace.mlflow.runs()[0].data.metrics == {"auc": 0.9}
            # A repository with nothing to commit, as without a client.
            status = ["git", "status", "--porcelain"]
            done = subprocess.run(status, cwd=workspace, capture_output=True, text=True)
            assert done.stdout == ""
            (workspace.dvc_path / "data.csv").write_text("a,b\\n")
            assert mlops_client.dvc_add("dvc/data.csv").success
            assert mlops_client.dvc_push().count == 1

        def test_next(mlops_client):
            assert mlops_client.get_status().mlflow.counts["runs"] == 0
            assert mlops_client.get_status().dvc.counts["tracked"] == 0

        @pytest.fixture
        def workspace():
            return "somebody's own"

        def test_an_overridden_workspace_breaks_nothing(workspace, mlops_client):
            assert mlops_client.workspace_path.is_dir()
        """
    )
    run().assert_outcomes(passed=3)


def test_a_test_that_asks_for_none_loads_none(
    suite: pytest.Pytester, run: Callable[..., pytest.RunResult]
) -> None:
    suite.makepyfile(
        """
        import sys

        def test_it(workspace):
            assert "pytest_mlops_ws.client" not in sys.modules
        """
    )
    run().assert_outcomes(passed=1)
