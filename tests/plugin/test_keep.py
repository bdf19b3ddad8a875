from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    Run = Callable[..., pytest.RunResult]

SUITE = """
import pytest

def test_good(workspace, workspace_factory):
    workspace_factory("second")

def test_bad(workspace, workspace_factory):
    workspace_factory("second")
    assert False

@pytest.mark.workspace("Not Legal")
def test_error(workspace):
    pass

@pytest.fixture
def broken_end(workspace):
    yield
    assert False

def test_bad_end(broken_end):
    pass

@pytest.mark.xfail
def test_expected(workspace):
    assert False
"""
#: By test: its own workspace, and those of a factory.
ALL = ["bad-N", "bad-second", "bad_end-N", "expected-N", "good-N", "good-second"]
#: As of pytest's own directories: a fixture that fails at its end does so after they are gone.
FAILED = ["bad-N", "bad-second"]


@pytest.mark.parametrize("workers", ["", "-n 2"])
@pytest.mark.parametrize(
    ("ini", "arguments", "kept"),
    [
        ("tmp_path_retention_policy = all", "", ALL),
        ("tmp_path_retention_policy = failed", "", FAILED),
        ("tmp_path_retention_policy = none", "", []),
        ("tmp_path_retention_policy = none", "--mlops-ws-keep", ALL),
        ("tmp_path_retention_policy = none\nmlops_ws_keep = true", "", ALL),
    ],
)
def test_what_stays_on_the_disk(
    suite: pytest.Pytester, run: Run, *, workers: str, ini: str, arguments: str, kept: list[str]
) -> None:
    suite.makeini(f"[pytest]\n{ini}\n")
    suite.makepyfile(SUITE)
    result = run(*workers.split(), *arguments.split())
    result.assert_outcomes(passed=2, failed=1, errors=2, xfailed=1)
    found = sorted(
        path.name.partition("-test_")[2].replace("-second", "@").partition("-")[0]
        for path in suite.path.glob("runpytest-0/**/mlops-ws/*")
    )
    wanted = sorted(each.replace("-N", "").replace("-second", "@") for each in kept)
    assert found == wanted


def test_a_module_keeps_its_own_if_one_of_its_tests_failed(
    suite: pytest.Pytester, run: Run
) -> None:
    suite.makeini("[pytest]\ntmp_path_retention_policy = failed\n")
    suite.makepyfile(
        test_good="def test_it(module_workspace): pass",
        test_bad="def test_it(module_workspace): assert False\ndef test_more(): pass",
    )
    run()
    found = [path.name for path in suite.path.glob("runpytest-0/mlops-ws/*")]
    assert found == ["0001-test_bad-py"]


def test_sections_say_whether_it_was_kept(suite: pytest.Pytester, run: Run) -> None:
    suite.makeini("[pytest]\ntmp_path_retention_policy = none\n")
    suite.makepyfile("def test_bad(workspace): assert False")
    base = suite.path / "runpytest-0" / "mlops-ws" / "0001-test_bad"
    run().stdout.fnmatch_lines(["removed; --mlops-ws-keep keeps it"])
    run("--mlops-ws-keep").stdout.re_match_lines([r"kept in .*/mlops-ws/0001-test_bad/\w+"])
    assert not base.exists()
    assert (suite.path / "runpytest-1" / "mlops-ws" / "0001-test_bad").is_dir()
