from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    Run = Callable[..., pytest.RunResult]

#: The fixture that people write by hand: only the address is swapped.
BY_HAND = """
import mlflow
import pytest

@pytest.fixture(autouse=True)
def tracking(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    mlflow.set_tracking_uri(f"sqlite:///{tmp_path}/mlflow.db")
"""
OURS = """
import pytest

@pytest.fixture(autouse=True)
def tracking(workspace):
    pass
"""


@pytest.fixture
def two_projects(suite: pytest.Pytester) -> pytest.Pytester:
    """Return a suite whose second test lets MLflow choose the experiment."""
    suite.makepyfile(
        """
        import mlflow

        def test_fraud():
            mlflow.set_experiment("fraud-eval")
            with mlflow.start_run():
                mlflow.log_metric("auc", 0.9)

        def test_churn():
            mlflow.create_experiment("churn-eval")
            with mlflow.start_run() as run:  # names no experiment: the default one is meant
                mlflow.log_metric("auc", 0.5)
            print("landed in:", mlflow.get_experiment(run.info.experiment_id).name)
        """
    )
    return suite


def test_a_run_of_fraud_lands_in_churn_by_hand(two_projects: pytest.Pytester, run: Run) -> None:
    two_projects.makeconftest(BY_HAND)
    result = run("-s")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["*landed in: churn-eval"])


@pytest.mark.isolation
def test_a_run_of_churn_lands_in_churn_with_ours(two_projects: pytest.Pytester, run: Run) -> None:
    two_projects.makeconftest(OURS)
    two_projects.makeini("[pytest]\nmlops_ws_project = churn\n")
    result = run("-s")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["*landed in: churn"])
