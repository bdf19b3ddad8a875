from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Run = Callable[..., pytest.RunResult]
    Project = Callable[..., Path]

LEAK = """
    from pathlib import Path

    def test_scores(workspace):
        Path("mlops/workspace/churn/scores.csv").write_text("1.0")
    """
TOLD = (
    "*.py:4:1: WS701 fraud writes to the real workspace of churn:"
    " mlops/workspace/churn/scores.csv opened for writing (*)"
)


@pytest.fixture(autouse=True)
def two_projects(repository: Path, project: Project, suite: pytest.Pytester) -> None:
    project("fraud")
    project("churn")
    suite.makeini("[pytest]\nmlops_ws_project = fraud\n")


@pytest.fixture
def stranger(suite: pytest.Pytester) -> Iterator[None]:
    """A process of the developer's own that has a file of churn's open."""
    place = suite.path / "mlops" / "workspace" / "churn"
    program = "import sys; f = open('run.log', 'a'); print('ready', flush=True); sys.stdin.read()"
    environment = {"PATH": os.environ["PATH"]}
    with subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=place,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        yield
        process.kill()


def test_a_crossing_is_refused_at_its_line(suite: pytest.Pytester, run: Run) -> None:
    suite.makepyfile(LEAK)
    result = run()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [">*write_text*", f"E *WorkspaceBoundaryError: {TOLD.replace('(*)', '(refused)*')}"]
    )
    assert not (suite.path / "mlops/workspace/churn/scores.csv").exists()


def test_warn_tells_and_fails_nothing(suite: pytest.Pytester, run: Run) -> None:
    suite.makepyfile(LEAK)
    result = run("--mlops-ws-guard=warn")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*= mlops-ws guard =*", TOLD, "  to mend it, *"])
    assert (suite.path / "mlops/workspace/churn/scores.csv").exists()


def test_off_sees_nothing_and_loads_nothing(suite: pytest.Pytester, run: Run) -> None:
    suite.makepyfile(
        LEAK,
        test_modules="""
        import sys

        def test_modules(workspace):
            assert [name for name in sys.modules if name.startswith("pytest_mlops_ws.guard")] == []
        """,
    )
    run("--mlops-ws-guard=off").assert_outcomes(passed=2)


def test_the_tests_own_failure_is_not_hidden(suite: pytest.Pytester, run: Run) -> None:
    suite.makepyfile(
        """
        from contextlib import suppress
        from pathlib import Path

        def test_scores(workspace):
            with suppress(Exception):
                Path("mlops/workspace/churn/scores.csv").write_text("1.0")
            assert "its own" == "failure"
        """
    )
    result = run()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["E *'its own' == 'failure'", "*- mlops-ws guard -*", "*WS701 fraud writes*"]
    )


def test_an_expected_failure_stays_one_and_the_crossing_is_told_at_the_end(
    suite: pytest.Pytester, run: Run
) -> None:
    suite.makepyfile(
        """
        from pathlib import Path

        import pytest

        @pytest.mark.xfail(raises=ZeroDivisionError)
        def test_scores(workspace):
            try:
                Path("mlops/workspace/churn/scores.csv").write_text("1.0")
            finally:
                1 / 0
        """
    )
    run().assert_outcomes(xfailed=1, errors=1)


def test_junit_and_sarif_have_what_the_terminal_has(suite: pytest.Pytester, run: Run) -> None:
    suite.makepyfile(LEAK)
    run("--junit-xml=junit.xml", "--mlops-ws-sarif=out/guard.sarif").assert_outcomes(failed=1)
    assert '<property name="mlops_ws" value="' in (suite.path / "junit.xml").read_text()
    log = json.loads((suite.path / "out/guard.sarif").read_text())
    (result,) = log["runs"][0]["results"]
    place = result["locations"][0]["physicalLocation"]
    assert (result["ruleId"], result["level"]) == ("WS701", "error")
    assert result["properties"] == {"projects": ["fraud", "churn"]}
    assert place["region"] == {"startLine": 4, "startColumn": 1}


def test_github_gets_annotations(
    suite: pytest.Pytester, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    suite.makepyfile(LEAK)
    result = run()
    result.stdout.fnmatch_lines(["::error title=WS701 wrote-to-foreign,file=*.py,line=4,*"])


def test_one_shells_write_seen_by_two_workers_is_one_tests(
    suite: pytest.Pytester, run: Run
) -> None:
    suite.makepyfile(
        """
        import subprocess
        import time

        def test_shell(workspace):
            subprocess.run("echo 1 > mlops/workspace/churn/scores.csv", shell=True)

        def test_beside(workspace):
            time.sleep(0.5)
        """
    )
    result = run("-n", "2")
    result.assert_outcomes(passed=2)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["*:5:1: WS701 fraud writes to *scores.csv made by `echo 1 *"])


def test_a_developers_own_process_makes_it_nobodys(
    stranger: None, suite: pytest.Pytester, run: Run
) -> None:
    suite.makepyfile(
        """
        import subprocess

        def test_shell(workspace):
            subprocess.run("echo 1 > mlops/workspace/churn/scores.csv", shell=True)
        """
    )
    result = run()
    result.assert_outcomes(passed=1)
    assert result.ret == pytest.ExitCode.OK
    result.stdout.fnmatch_lines(["*WS707 the real workspace of churn has changed: *scores.csv*"])


def test_a_fault_of_the_guard_is_told_once_and_fails_nothing(
    suite: pytest.Pytester, run: Run
) -> None:
    suite.makeconftest(
        """
        from pytest_mlops_ws.guard import operations

        def broken(args):
            raise RuntimeError("ours")

        operations.FILES["open"] = broken
        """
    )
    suite.makepyfile(
        """
        import pytest

        @pytest.mark.parametrize("number", range(3))
        def test_file(workspace, number):
            (workspace.outputs_path / "a").write_text("1")
        """
    )
    result = run()
    result.assert_outcomes(passed=3)
    told = "mlops-ws guard: a fault of ours, please report it: RuntimeError: ours"
    assert result.stdout.str().count(told) == 1


def test_a_guard_that_cannot_begin_lets_tests_run(suite: pytest.Pytester, run: Run) -> None:
    suite.makeconftest(
        """
        from pytest_mlops_ws.guard import discovery

        def broken(*_):
            raise RuntimeError("ours")

        discovery.Protected.__init__ = broken
        """
    )
    suite.makepyfile("def test_it(workspace): pass")
    result = run()
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["mlops-ws guard: a fault of ours, please report it: *: ours"])


def test_a_killed_test_leaves_the_next_session_clean(suite: pytest.Pytester, run: Run) -> None:
    suite.makepyfile(
        test_killed="""
        import os
        import subprocess

        def test_killed(workspace):
            subprocess.run(["true"])
            os._exit(9)
        """,
        test_next="def test_next(workspace): pass",
    )
    assert run("test_killed.py").ret == 9
    run("test_next.py").assert_outcomes(passed=1)


def test_an_audit_changes_nothing_and_says_what_mends_it(suite: pytest.Pytester, run: Run) -> None:
    suite.makepyfile(
        test_old="""
        import os
        import socket
        from contextlib import suppress
        from pathlib import Path

        def test_writes():
            Path("mlflow.db").touch()

        def test_leaves():
            os.environ["MLFLOW_TRACKING_URI"] = "http://localhost:1"

        def test_reaches():
            assert os.environ["MLFLOW_TRACKING_URI"]
            with suppress(OSError):
                socket.create_connection(("server.invalid", 80))
        """
    )
    result = run("--mlops-ws-audit")
    result.assert_outcomes(passed=3)
    text = result.stdout.str()
    told = text[text.index("= mlops-ws audit =") :].splitlines()[1:-1]
    assert list(filter(None, told)) == [
        "1 test writes to the repository's own or your own stores:",
        "  test_old.py:7  WS701 mlflow.db",
        "1 test leaves state for the tests after them:",
        "  test_old.py:10  WS704 MLFLOW_TRACKING_URI",
        "1 test would reach an outside server:",
        "  server.invalid from test_old.py::test_reaches",
        "to mend it:",
        '  in test_old.py:  pytestmark = pytest.mark.usefixtures("mlops_workspace")',
        "  and remove what sets MLflow's addresses by hand:",
        "    test_old.py:10",
    ]


SETS = """
    import os

    import pytest

    {}os.environ["MLFLOW_TRACKING_URI"] = "sqlite:///{}/mlflow.db"

    @pytest.fixture(autouse=True)
    def tracking(tmp_path, monkeypatch):
        monkeypatch.setenv("{}_URI", f"sqlite:///{{tmp_path}}/mlflow.db")
    """
BY_HAND = "  and remove what sets MLflow's addresses by hand:"


@pytest.mark.parametrize("workers", [(), ("-n", "1")], ids=["alone", "worker"])
@pytest.mark.parametrize(
    ("early", "variable", "said"),
    [
        ("# ", "PEOPLES", []),
        ("# ", "MLFLOW_TRACKING", [BY_HAND, "    conftest.py:9"]),
        ("", "PEOPLES", [BY_HAND, "    a conftest, or the top of a module"]),
    ],
    ids=["nobody", "fixture", "conftest"],
)
def test_an_audit_says_what_to_remove_only_if_it_is_there(
    suite: pytest.Pytester,
    run: Run,
    early: str,
    variable: str,
    said: list[str],
    workers: tuple[str, ...],
) -> None:
    suite.makeconftest(SETS.format(early, suite.path, variable))
    suite.makepyfile("from pathlib import Path\ndef test_a():\n    Path('mlflow.db').touch()")
    text = run("--mlops-ws-audit", *workers).stdout.str()
    told = text[text.index("to mend it:") :].splitlines()[1:-1]
    assert told[1:] == said


def test_who_is_at_work_is_asked_once_however_many_files_a_program_changes(
    suite: pytest.Pytester, run: Run
) -> None:
    suite.makeconftest(
        """
        from pytest_mlops_ws.guard import afterwards

        asked = []
        afterwards.is_used_by_a_stranger = lambda place: bool(asked.append(place))

        def pytest_terminal_summary(terminalreporter):
            terminalreporter.write_line(f"asked {len(asked)} times")
        """
    )
    suite.makepyfile(
        """
        import subprocess

        def test_a(workspace):
            command = "cd mlops/workspace/churn && touch 1 2 3 && echo a > 4"
            subprocess.run(command, shell=True, check=True)
        """
    )
    result = run()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*WS701*and 3 more*", "asked 1 times"])


def test_people_assert_with_workspace_guard(suite: pytest.Pytester, run: Run) -> None:
    suite.makepyfile(
        """
        import pytest

        def test_expected(workspace, workspace_guard):
            with workspace_guard.expected("WS701") as found:
                open("mlops/workspace/churn/scores.csv", "w")
            assert [each.projects for each in found] == [("fraud", "churn")]
            workspace_guard.assert_clean()

        def test_nothing(workspace_guard):
            with pytest.raises(AssertionError, match="did nothing that WS701"):
                with workspace_guard.expected("WS701"):
                    pass

        def test_unclean(workspace, workspace_guard):
            with pytest.raises(Exception, match="WS701"):
                open("mlops/workspace/churn/scores.csv", "w")
            assert len(workspace_guard.findings) == 1
            workspace_guard.assert_clean()
        """
    )
    result = run()
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(["E *AssertionError: this test has left its workspace:"])


@pytest.mark.skipif(sys.platform != "linux", reason="inotify is Linux's")
def test_that_not_all_changes_were_seen_is_said_once(suite: pytest.Pytester, run: Run) -> None:
    kept = Path("/proc/sys/fs/inotify/max_queued_events").read_text(encoding="ascii")
    suite.makepyfile(
        f"""
        import subprocess
        import sys

        PROGRAM = (
            "import os; files = [os.open(name, os.O_CREAT | os.O_WRONLY) for name in 'ab'];"
            "[os.write(files[number % 2], b'1') for number in range(2 * {int(kept)})]"
        )

        def change():
            command = [sys.executable, "-I", "-S", "-c", PROGRAM]
            subprocess.run(command, cwd="mlops/workspace/churn", check=True)

        def test_many(workspace):
            change()

        def test_many_more(workspace):
            change()
        """
    )
    result = run()
    result.assert_outcomes(failed=2)
    said = [line for line in result.outlines if "inotify has dropped changes" in line]
    assert len(said) == 1
