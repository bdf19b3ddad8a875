from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    Run = Callable[..., pytest.RunResult]

#: Order-dependent on purpose for whoever forgets something: each test finds an empty world.
REAL = """
    import subprocess
    import sys

    import pytest

    @pytest.mark.parametrize("number", [1, 2])
    def test_mlflow(workspace, number):
        import mlflow

        assert workspace.mlflow.runs() == []
        with mlflow.start_run(run_name="by default"):
            mlflow.log_metric("auc", 0.9)
        mlflow.set_experiment(f"experiment-{number}")
        mlflow.start_run(run_name="left running")
        mlflow.log_text("weights", "model.txt")
        last, first = workspace.mlflow.runs()
        assert (first.info.run_name, first.data.metrics) == ("by default", {"auc": 0.9})
        assert last.info.run_name == "left running"
        (model,) = workspace.mlflow_path.rglob("model.txt")
        assert model.read_text() == "weights"
        assert [each.name for each in workspace.mlflow.experiments()] == [
            f"experiment-{number}", workspace.project_name
        ]

    @pytest.mark.workspace(chdir=True)
    @pytest.mark.parametrize("number", [1, 2])
    def test_dvc_and_git(workspace, number):
        assert list(workspace.dvc_path.iterdir()) == []
        (workspace.dvc_path / "data.csv").write_text(f"{number}")
        assert [path.name for path in workspace.dvc.add("dvc/data.csv")] == ["data.csv.dvc"]
        assert workspace.dvc.repo.push() == 1
        subprocess.run(["git", "add", "."], check=True)
        subprocess.run(["git", "commit", "-qm", f"data {number}"], check=True)
        log = subprocess.run(["git", "log", "--format=%s"], capture_output=True, text=True)
        assert len(log.stdout.splitlines()) == 2

    def test_the_two_names_are_one_object(workspace, mlops_workspace):
        assert workspace is mlops_workspace

    def test_a_child_process_is_inside_too(workspace):
        program = "import os; print(os.environ['MLFLOW_TRACKING_URI'])"
        child = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
        assert child.stdout.strip() == workspace.mlflow.tracking_uri
"""


@pytest.mark.parametrize(
    "how", [pytest.param("", marks=pytest.mark.isolation), "-n 2", "-p randomly"]
)
def test_each_test_has_a_real_one_of_its_own(
    suite: pytest.Pytester, run: Run, strays: set[str], how: str
) -> None:
    suite.makepyfile(REAL)
    run(*how.split()).assert_outcomes(passed=6)
    there = {path.name for path in suite.path.iterdir()} & {"mlflow.db", "mlruns"}
    assert there <= strays
    assert list(suite.path.glob("mlruns/*")) == []


def test_overriding_workspace_leaves_ours_working(suite: pytest.Pytester, run: Run) -> None:
    suite.makeconftest(
        """
        import pytest

        @pytest.fixture
        def workspace():
            return "mine"
        """
    )
    suite.makepyfile(
        """
        import os

        import pytest

        ours = ["mlops_workspace", "module_workspace", "session_workspace",
                "workspace_factory", "workspace_manager"]

        @pytest.mark.parametrize("name", ours)
        def test_ours(workspace, name, request):
            assert workspace == "mine"
            fixture = request.getfixturevalue(name)
            if name.endswith("workspace"):
                assert os.environ["MLFLOW_TRACKING_URI"] == fixture.mlflow.tracking_uri
        """
    )
    run().assert_outcomes(passed=5)


def test_one_that_extends_ours_gets_ours(suite: pytest.Pytester, run: Run) -> None:
    suite.makeconftest(
        """
        import pytest

        @pytest.fixture
        def workspace(workspace):
            (workspace.outputs_path / "prepared").touch()
            return workspace
        """
    )
    suite.makepyfile(
        """
        def test_extended(workspace, mlops_workspace):
            assert (mlops_workspace.outputs_path / "prepared").exists()
        """
    )
    run().assert_outcomes(passed=1)


def test_no_fixture_of_ours_requests_workspace(suite: pytest.Pytester, run: Run) -> None:
    suite.makepyfile(
        """
        def test_requests(request):
            from pytest_mlops_ws import plugin

            manager = request.session._fixturemanager
            ours = [
                definition
                for name in plugin.__all__ if not name.startswith("pytest_")
                for definition in manager.getfixturedefs(name, request.node)
            ]
            assert len(ours) == 8
            assert [each.argname for each in ours if "workspace" in each.argnames] == []
        """
    )
    run().assert_outcomes(passed=1)


def test_long_and_strange_test_names_make_short_directories(
    suite: pytest.Pytester, run: Run
) -> None:
    suite.makepyfile(
        """
        import pytest

        @pytest.mark.parametrize("text", ["ü/../ \\\\ %s 日本", "", "."])
        def test_with_a_name_that_says_what_is_to_be_seen_in_forty_words(workspace, text):
            assert len(workspace.base_path.name) <= 36
            assert workspace.metadata_file.is_file()
        """
    )
    run().assert_outcomes(passed=3)
