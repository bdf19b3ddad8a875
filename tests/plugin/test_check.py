from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[..., pytest.RunResult]
    Project = Callable[..., Path]

SERVER = "mlflow_tracking_uri: https://mlflow.example.com"
CHURN = "mlops/workspace/churn/workspace.yaml"
FRAUD = "mlops/workspace/fraud/workspace.yaml"
CLASH = f"""\
1 error: WS305
{FRAUD}:4:25: WS305 fraud logs into churn's experiment 'churn' in https://mlflow.example.com
  see also {CHURN}:2:15
  remedy: give each project its own, such as 'mlflow_experiment_name: fraud'

mlops-ws: 1 error in 1 file
why: mlops-ws explain WS305
"""

pytestmark = pytest.mark.usefixtures("repository")


@pytest.fixture(autouse=True)
def a_test(suite: pytest.Pytester) -> None:
    suite.makepyfile("def test_ordinary():\n    pass\n")


@pytest.fixture
def clash(project: Project) -> None:
    project("churn", SERVER, "source_paths: []")
    project(
        "fraud",
        SERVER,
        "mlflow_experiment_name: churn",
        "mlflow_experiment_id: 3",
        "source_paths: []",
    )


@pytest.fixture
def broken(project: Project) -> Path:
    return project("fraud", "mlflow_experiment_id: [1]", "source_paths: []")


def node_ids(result: pytest.RunResult) -> list[str]:
    return [line for line in result.outlines if "::" in line]


def section(result: pytest.RunResult, title: str) -> str:
    """What stands below a failure's title, up to the next one."""
    text = "\n".join(result.outlines)
    pattern = rf"^_+ {re.escape(title)} _+$\n(.*?)^[_=]"
    (found,) = re.findall(pattern, text + "\n=", re.MULTILINE | re.DOTALL)
    return str(found)


def test_each_manifest_and_the_isolation_are_tests(run: Run, project: Project) -> None:
    project("churn", "source_paths: []")
    project("fraud", "source_paths: []")
    result = run("--mlops-ws-check", "--collect-only", "-q")
    assert set(node_ids(result)) == {
        f"{CHURN}::schema",
        f"{FRAUD}::schema",
        "mlops-ws::isolation",
        "test_each_manifest_and_the_isolation_are_tests.py::test_ordinary",
    }
    result.stdout.fnmatch_lines(["4 tests collected in *"])
    run("--mlops-ws-check").assert_outcomes(passed=4)


def test_nothing_is_added_unless_it_is_asked_for(run: Run, clash: None) -> None:
    run().assert_outcomes(passed=1)


@pytest.mark.parametrize(
    "arguments", [(), ("tests",), ("test_one.py",), ("test_one.py::test_one", "mlops")]
)
def test_arguments_and_testpaths_do_not_narrow_what_is_judged(
    arguments: tuple[str, ...], suite: pytest.Pytester, run: Run, clash: None
) -> None:
    suite.makepyfile(test_one="def test_one():\n    pass\n")
    suite.mkdir("tests")
    suite.makeini("[pytest]\ntestpaths = tests\n")
    result = run("--mlops-ws-check", "--color=no", *arguments)
    result.assert_outcomes(passed=3 if "test_one" in "".join(arguments) else 2, failed=1)
    assert section(result, "mlops-ws: isolation") == CLASH


def test_from_a_directory_of_the_repository_all_of_it_is_judged(
    suite: pytest.Pytester, run: Run, clash: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = suite.mkdir("part")
    (part / "pytest.ini").write_text("[pytest]\n")
    (part / "test_part.py").write_text("def test_part():\n    pass\n")
    result = run("--mlops-ws-check", "--rootdir", str(part), str(part))
    result.assert_outcomes(passed=3, failed=1)


def test_failure_is_the_finding_and_no_traceback(run: Run, broken: Path) -> None:
    result = run("--mlops-ws-check", "--tb=long", "-vv")
    result.assert_outcomes(passed=2, failed=1)
    assert section(result, f"{FRAUD}: schema") == (
        "1 error: WS203\n"
        f"{FRAUD}:3:23: WS203 'mlflow_experiment_id' is text or a whole number, not a list\n"
        "\n"
        "mlops-ws: 1 error in 1 file\n"
        "why: mlops-ws explain WS203\n"
    )
    result.stdout.fnmatch_lines([f"FAILED {FRAUD}::schema - 1 error: WS203"])


def test_one_can_be_run_again_by_the_id_in_the_summary(run: Run, broken: Path) -> None:
    result = run("--mlops-ws-check", f"{FRAUD}::schema", "-k", "schema")
    result.assert_outcomes(failed=1)


def test_warnings_fail_nothing_and_can_be_read(run: Run, project: Project) -> None:
    project("fraud", "colour: red", "source_paths: []")
    result = run("--mlops-ws-check", "-rP")
    result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines([f"{FRAUD}:3:1: WS201 (warning) unknown key 'colour'"])


def test_keyword_chooses_among_them(run: Run, clash: None) -> None:
    run("--mlops-ws-check", "-k", "churn").assert_outcomes(passed=1, deselected=3)
    run("--mlops-ws-check", "-k", "isolation").assert_outcomes(failed=1, deselected=3)


def test_workers_share_them(run: Run, clash: None) -> None:
    result = run("--mlops-ws-check", "-n", "2")
    result.assert_outcomes(passed=3, failed=1)
    assert CLASH in "\n".join(result.outlines)


@pytest.mark.parametrize("seed", ["1", "2", "3"])
def test_order_does_not_matter(seed: str, run: Run, clash: None) -> None:
    result = run("--mlops-ws-check", f"--randomly-seed={seed}", plugins=("randomly",))
    result.assert_outcomes(passed=3, failed=1)


def test_junit_has_them_under_the_manifests_path(
    suite: pytest.Pytester, run: Run, clash: None
) -> None:
    run("--mlops-ws-check", "--junitxml=report.xml")
    tree = ET.parse(suite.path / "report.xml")  # noqa: S314 -- pytest has just written it
    cases = tree.getroot().iter("testcase")
    found = {(case.get("classname"), case.get("name")): case.find("failure") for case in cases}
    assert {key for key, failure in found.items() if failure is not None} == {
        ("mlops-ws", "isolation")
    }
    assert ("mlops.workspace.churn.workspace.yaml", "schema") in found
    failure = found["mlops-ws", "isolation"]
    assert failure is not None
    assert failure.text == CLASH.rstrip("\n")


def test_wrong_setting_is_pytests_usage_error(suite: pytest.Pytester, run: Run) -> None:
    suite.makepyprojecttoml('[tool.mlops-ws]\nselect = ["WS35"]\n')
    result = run("--mlops-ws-check")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert result.errlines[0].startswith(
        "ERROR: select = 'WS35' (pyproject.toml): there is no such"
    )


def test_other_tools_files_are_left_alone(suite: pytest.Pytester, run: Run) -> None:
    (suite.path / "workspace.yaml").write_text("load_from:\n  - python_file: jobs.py\n")
    result = run("--mlops-ws-check", "--collect-only", "-q")
    assert set(node_ids(result)) == {
        "mlops-ws::isolation",
        "test_other_tools_files_are_left_alone.py::test_ordinary",
    }


def test_suite_without_the_flag_loads_nothing_of_it(suite: pytest.Pytester, clash: None) -> None:
    program = (
        "import pytest, sys; pytest.main(['-q', '-p', 'pytest_mlops_ws.plugin']);"
        "print([name for name in sys.modules if name.startswith(('pytest_mlops_ws.checks',"
        " 'pytest_mlops_ws.findings', 'pytest_mlops_ws.manifest', 'yaml'))])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=suite.path, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"
