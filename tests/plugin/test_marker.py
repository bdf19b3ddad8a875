from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    Run = Callable[..., pytest.RunResult]


def test_the_marks_of_module_class_and_test_are_merged_and_the_nearest_wins(
    suite: pytest.Pytester, run: Run
) -> None:
    suite.makepyfile(
        """
        from pathlib import Path

        import pytest

        pytestmark = pytest.mark.workspace("of-module", git=False)
        START = Path.cwd()

        def test_module(workspace):
            assert workspace.project_name == "of-module"
            assert not (workspace.root_path / ".git").exists()
            assert Path.cwd() == START

        @pytest.mark.workspace("of-test", chdir=True)
        def test_function(workspace):
            assert workspace.project_name == "of-test"
            assert not (workspace.root_path / ".git").exists()
            assert Path.cwd() == workspace.root_path

        def test_working_directory_is_back():
            assert Path.cwd() == START

        @pytest.mark.workspace(name="of-class", git=True)
        class TestClass:
            def test_keyword_wins_over_the_modules_position(self, workspace):
                assert workspace.project_name == "of-class"
                assert (workspace.root_path / ".git").is_dir()

            @pytest.mark.workspace("of-method", git=False)
            def test_position_wins_over_the_classs_keyword(self, workspace):
                assert workspace.project_name == "of-method"
                assert not (workspace.root_path / ".git").exists()

        def test_module_workspace_heeds_the_modules_marks(module_workspace):
            assert module_workspace.project_name == "of-module"
            assert not (module_workspace.root_path / ".git").exists()
        """
    )
    run("--strict-markers", "--strict-config").assert_outcomes(passed=6)


def test_chdir_of_the_ini_file_is_for_all_and_a_marker_has_the_last_word(
    suite: pytest.Pytester, run: Run
) -> None:
    suite.makeini("[pytest]\nmlops_ws_chdir = true\n")
    suite.makepyfile(
        """
        import subprocess
        from pathlib import Path

        import pytest

        START = Path.cwd()

        def test_inside(workspace):
            assert Path.cwd() == workspace.root_path
            said = subprocess.run(["git", "rev-parse", "--show-toplevel"],
                                  capture_output=True, text=True, check=True)
            assert Path(said.stdout.strip()).samefile(workspace)

        @pytest.mark.workspace(chdir=False)
        def test_outside(workspace):
            assert Path.cwd() == START

        @pytest.mark.xfail(strict=True)
        def test_fails_inside(workspace):
            assert False

        def test_back():
            assert Path.cwd() == START
        """
    )
    run().assert_outcomes(passed=3, xfailed=1)


WRONG = {
    "gti=False": "got an unexpected keyword argument 'gti'",
    "'a', 'b'": "takes from 0 to 1 positional arguments but 2 were given",
    "git='no'": "git='no': it must be True or False",
    "git=None": "git=None: it must be True or False",
    "chdir=1": "chdir=1: it must be True or False",
    "7": "name=7: it must be a text",
    "tracking='server'": "tracking='server' comes with a later release; there is 'embedded'",
    "tracking='srv'": "tracking='srv' is unknown; there is 'embedded'",
    "allow='churn'": "allow='churn': it must be a list of paths, addresses or projects",
}
TAKES = "(name=None, *, git=True, chdir=False, tracking='embedded', allow=())"


def test_a_wrong_argument_is_one_line_and_other_tests_go_on(
    suite: pytest.Pytester, run: Run
) -> None:
    lines = ["import pytest", "def test_right(workspace): pass"]
    for number, mark in enumerate(WRONG):
        lines += [f"@pytest.mark.workspace({mark})", f"def test_{number}(workspace): pass"]
    suite.makepyfile("\n".join([*lines, "def test_last(workspace): pass"]))
    run("--junitxml=out.xml").assert_outcomes(passed=2, errors=len(WRONG))

    cases = ET.parse(suite.path / "out.xml").iter("testcase")  # noqa: S314 -- pytest's own
    said = [error.text for case in cases for error in case]
    assert said == [f"@pytest.mark.workspace: {text}. It takes {TAKES}" for text in WRONG.values()]


def test_marker_is_documented(run: Run) -> None:
    run("--markers").stdout.fnmatch_lines(
        [f"@pytest.mark.workspace{TAKES.replace('[', '[[]')}: which project's workspace*"]
    )
