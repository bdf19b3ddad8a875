from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[..., pytest.RunResult]
    Project = Callable[..., Path]

TEST = """
import os

def test_name(workspace):
    print("project:", workspace.project_name)
"""


def write_test(suite: pytest.Pytester, *paths: str) -> None:
    for path in paths:
        file = suite.path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(TEST, encoding="utf-8")


def owners(result: pytest.RunResult) -> list[str]:
    return re.findall(r"project: (\S+)", result.stdout.str())


ARGUMENTS = ("--import-mode=importlib", "-q", "-rN", "-s")


def test_source_paths_then_the_directory_that_bears_a_silent_projects_name(
    suite: pytest.Pytester, run: Run, project: Project, repository: Path
) -> None:
    project("fraud", "source_paths: [services/one, shared/test_fraud.py]")
    project("churn")
    project("sales_eval")
    project("inner", "source_paths: [services/one/inner]")
    write_test(
        suite,
        "fraud/test_declared_elsewhere.py",
        "projects/Churn/tests/test_silent.py",
        "projects/sales-eval/test_spelt.py",
        "services/one/inner/test_nested.py",
        "services/one/tests/test_declared.py",
        "services/test_nobody.py",
        "shared/test_fraud.py",
    )
    result = run(*ARGUMENTS)
    result.assert_outcomes(passed=7)
    # Two are nobody's: no pyproject.toml says a name, so the repository's directory does.
    nobody = owners(result)[0]
    assert owners(result) == [nobody, "churn", "sales_eval", "inner", "fraud", nobody, "fraud"]
    assert nobody.startswith("test_source_paths_then_the_directory")


def test_a_repository_of_one_project(suite: pytest.Pytester, run: Run, project: Project) -> None:
    project("fraud", "source_paths: ['.']")
    write_test(suite, "tests/test_it.py")
    assert owners(run(*ARGUMENTS)) == ["fraud"]


def test_a_project_that_is_pytests_root_owns_the_session_too(
    suite: pytest.Pytester, run: Run, project: Project, repository: Path
) -> None:
    project("fraud")
    (suite.path / "fraud").mkdir()
    (suite.path / "fraud" / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    (suite.path / "fraud" / "test_it.py").write_text(
        "def test_it(session_workspace, module_workspace):\n"
        "    print('project:', session_workspace.project_name)\n"
        "    print('project:', module_workspace.project_name)\n",
        encoding="utf-8",
    )
    assert owners(run(*ARGUMENTS, "--rootdir=fraud", "-c", "fraud/pytest.ini", "fraud")) == [
        "fraud",
        "fraud",
    ]


def test_the_settings_then_the_distributions_name(suite: pytest.Pytester, run: Run) -> None:
    write_test(suite, "test_it.py")
    pyproject = suite.path / "pyproject.toml"
    pyproject.write_text('[project]\nname = "Fraud_Model"\n', encoding="utf-8")
    assert owners(run(*ARGUMENTS)) == ["fraud_model"]

    pyproject.write_text('[project]\nname = "x"\n[tool.mlops-ws]\nproject = "toml"\n', "utf-8")
    assert owners(run(*ARGUMENTS)) == ["toml"]

    suite.makeini("[pytest]\nmlops_ws_project = from-ini\n")
    assert owners(run(*ARGUMENTS)) == ["from-ini"]


def test_two_projects_that_hold_one_test_are_both_named(
    suite: pytest.Pytester, run: Run, project: Project, repository: Path
) -> None:
    project("fraud", "source_paths: [services/one]")
    project("churn", "source_paths: [services/one]")
    write_test(suite, "services/one/test_both.py")
    (suite.path / "services" / "one" / "test_marked.py").write_text(
        "import pytest\n@pytest.mark.workspace('churn')\n" + TEST.strip().partition("\n")[2],
        encoding="utf-8",
    )
    result = run(*ARGUMENTS)
    result.assert_outcomes(passed=1, errors=1)
    assert owners(result) == ["churn"]
    result.stdout.fnmatch_lines(
        [
            (
                "*test_both.py belongs to two projects: churn and fraud both have 'services/one'"
                " among their source_paths. Say which one is meant: @pytest.mark.workspace('churn')"
            )
        ]
    )


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"project_name: [", b"- a list\n"])
def test_a_broken_manifest_disturbs_its_own_project_only(
    suite: pytest.Pytester, run: Run, project: Project, repository: Path, content: bytes
) -> None:
    project("fraud").write_bytes(content)
    project("churn")
    write_test(suite, "churn/test_good.py")
    suite.makepyfile(
        test_own="""
        import pytest

        @pytest.mark.workspace("fraud")
        def test_own(workspace):
            pass
        """
    )
    result = run(*ARGUMENTS)
    result.assert_outcomes(passed=1, errors=1)
    assert owners(result) == ["churn"]
    result.stdout.fnmatch_lines(["*Failed to load workspace metadata*fraud/workspace.yaml*"])
    result.stdout.no_fnmatch_line("*Traceback*")


def test_experiment_and_prefix_come_along_and_places_do_not(
    suite: pytest.Pytester, run: Run, project: Project, repository: Path
) -> None:
    project(
        "fraud",
        "mlflow_experiment_name: fraud-eval",
        "bentoml_tag_prefix: fraudster--",
        "mlflow_tracking_uri: http://127.0.0.1:9",
        "mlflow_registry_uri: http://127.0.0.1:9",
        "mlflow_artifact_location: s3://bucket/fraud",
        "mlflow_workspace: team",
        "mlflow_experiment_id: '7'",
        "dvc_remote_path: s3://bucket/dvc",
        "metadata: {owner: ml}",
    )
    before = sorted(suite.path.rglob("*"))
    (suite.path / "fraud").mkdir()
    (suite.path / "fraud" / "test_it.py").write_text(
        """
import mlflow

def test_it(workspace):
    spec = workspace.effective
    base = str(workspace.base_path)
    assert workspace.metadata == {"owner": "ml"}
    assert spec.bentoml_tag_prefix == "fraudster--"
    assert spec.mlflow_tracking_uri == spec.mlflow_registry_uri
    assert spec.mlflow_tracking_uri.startswith(f"sqlite:///{base}")
    assert spec.mlflow_artifact_location.startswith(base)
    assert spec.dvc_remote_path.startswith(base)
    assert (spec.mlflow_workspace, spec.mlflow_experiment_id) == (None, None)
    with mlflow.start_run() as run:
        assert mlflow.get_experiment(run.info.experiment_id).name == "fraud-eval"
""",
        encoding="utf-8",
    )
    run(*ARGUMENTS).assert_outcomes(passed=1)
    assert (suite.path / "mlops") in before
    assert sorted((suite.path / "mlops").rglob("*")) == [
        path for path in before if path.is_relative_to(suite.path / "mlops" / "workspace")
    ]


def test_a_wrong_name_is_one_line_with_the_nearest_one_and_leaves_nothing(
    suite: pytest.Pytester, run: Run
) -> None:
    suite.makepyfile(
        """
        import pytest

        @pytest.mark.parametrize("one", [1])
        @pytest.mark.workspace("Fraud Eval")
        def test_wrong(workspace, one):
            pass

        @pytest.mark.workspace("../../fraud")
        def test_climbing(workspace):
            pass

        def test_nothing_is_left(tmp_path_factory):
            assert not list((tmp_path_factory.getbasetemp() / "mlops-ws").glob("*"))
        """
    )
    result = run("-rE", "--tb=short")
    result.assert_outcomes(passed=1, errors=2)
    result.stdout.fnmatch_lines(
        [
            (
                "Invalid project name 'Fraud Eval': only a-z and 0-9, in words joined by one '-' or"
                " '_', are allowed; use 'fraud-eval'"
            ),
            "Invalid project name '../../fraud': *; use 'fraud'",
        ]
    )
    result.stdout.no_fnmatch_line("*pytest_mlops_ws*.py*")
