from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    Run = Callable[..., pytest.RunResult]


def section(result: pytest.RunResult, title: str) -> list[str]:
    """The lines below a section's title, up to the next title; run names are random."""
    lines = result.outlines
    start = next(
        number for number, line in enumerate(lines) if re.fullmatch(rf"-+ {title} -+", line)
    )
    rest = lines[start + 1 :]
    end = next(number for number, line in enumerate(rest) if re.match(r"[-=_]{5,}", line))
    return rest[:end]


def test_a_failing_tests_section(suite: pytest.Pytester, run: Run) -> None:
    suite.makepyfile(
        """
        import mlflow
        import pytest

        @pytest.mark.workspace("fraud")
        def test_bad(workspace):
            with mlflow.start_run(run_name="baseline"):
                mlflow.log_params({"depth": 3, "model": "tree"})
                mlflow.log_metric("auc", 0.75)
            mlflow.set_experiment("eval")
            mlflow.start_run(run_name="second")
            (workspace.outputs_path / "plots").mkdir()
            (workspace.outputs_path / "plots" / "roc.svg").write_text("x" * 1234)
            (workspace.dvc_path / "data.csv").write_text("1")
            workspace.dvc.add("dvc/data.csv")
            assert False
        """
    )
    result = run()
    lines = section(result, "workspace fraud")
    assert lines == [
        "run second (eval, running)",
        "run baseline (fraud, finished) auc=0.75 depth=3 model=tree",
        "dvc/",
        "  data.csv (1 bytes)",
        "  data.csv.dvc (85 bytes)",
        "outputs/",
        "  plots/",
        "    roc.svg (1,234 bytes)",
        f"kept in {suite.path}/runpytest-0/mlops-ws/0001-test_bad/fraud",
    ]
    assert (suite.path / "runpytest-0/mlops-ws/0001-test_bad/fraud/dvc/data.csv").exists()


@pytest.mark.parametrize("workers", ["", "-n 1"])
def test_sections_have_twenty_lines_in_all(suite: pytest.Pytester, run: Run, workers: str) -> None:
    suite.makepyfile(
        """
        def fill(workspace):
            for number in range(100):
                (workspace.outputs_path / f"{number:02}").touch()

        def test_one(workspace):
            fill(workspace)
            assert False

        def test_three(workspace, workspace_factory):
            for made in (workspace, workspace_factory("second"), workspace_factory("third")):
                fill(made)
            assert False

        def test_ten(workspace_factory):
            for number in range(10):
                workspace_factory(f"number-{number}")
            assert False
        """
    )
    text = run(*workers.split()).stdout.str()
    blocks = re.split(r"_{5,} test_(?:one|three|ten) _{5,}", text)[1:]
    sizes = []
    for block in blocks:
        parts = re.findall(r"-+ workspace \S+ -+\n(.*?)(?=\n[-=]{5,}|\Z)", block, re.DOTALL)
        sizes.append([len(part.splitlines()) for part in parts])
    one, three, ten = sizes
    assert one == [20]
    assert three == [6, 6, 6]
    assert ten == [1] * 5
    assert "… and 84 more" not in text
    assert "… and 83 more" in text


def test_who_passes_or_has_no_workspace_has_no_section(suite: pytest.Pytester, run: Run) -> None:
    suite.makepyfile("def test_good(workspace): pass\ndef test_bad(): assert False")
    result = run("-rA")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.no_fnmatch_line("*- workspace *")


def test_a_failure_of_the_setup_shows_it_too(suite: pytest.Pytester, run: Run) -> None:
    suite.makepyfile(
        """
        import pytest

        @pytest.fixture
        def data(workspace):
            (workspace.outputs_path / "half").touch()
            assert False

        def test_it(data):
            pass
        """
    )
    run().stdout.fnmatch_lines(["*- workspace *-", "outputs/", "  half (0 bytes)", "kept in *"])


def test_summary_is_silent_unless_asked(suite: pytest.Pytester, run: Run) -> None:
    suite.makepyfile(
        "import pytest\n@pytest.mark.parametrize('n', [1, 2, 3])\ndef test_it(workspace, n): pass"
    )
    run().stdout.no_fnmatch_line("*mlops-ws:*")
    run("-v").stdout.fnmatch_lines(["mlops-ws: 3 workspaces, kept"])
    run("-v", "-n", "2").stdout.fnmatch_lines(["mlops-ws: 3 workspaces, kept"])
    suite.makeini("[pytest]\ntmp_path_retention_policy = failed\n")
    run("-v", "-k", "1").stdout.fnmatch_lines(["mlops-ws: 1 workspace, removed"])
    run("-v", "-k", "nothing").stdout.no_fnmatch_line("*mlops-ws:*")
