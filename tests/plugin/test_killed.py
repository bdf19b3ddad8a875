"""Sessions that end before pytest does: the next one starts clean, and `mlops-ws doctor` sweeps."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    Shell = Callable[..., subprocess.CompletedProcess[str]]

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are found by /proc")

DEATHS = {
    "killed": "os.kill(os.getpid(), signal.SIGKILL)",
    "exit": "os._exit(0)",
    "segmentation fault": "ctypes.string_at(0)",
    "timeout": "faulthandler.dump_traceback_later(0.1, exit=True); time.sleep(60)",
}
DYING = """
    import ctypes, faulthandler, os, signal, subprocess, sys, time

    PROGRAM = "import time\\nwhile True:\\n    open('run.log', 'w').close()\\n    time.sleep(0.1)"

    def test_dies(workspace):
        os.environ["MLFLOW_EXPERIMENT_ID"] = "7"
        # Isolated, so that it is not watched from inside.
        subprocess.Popen([sys.executable, "-Ic", PROGRAM], cwd="mlops/workspace/churn")
        os.chdir(workspace)
        {death}
    """
#: What starts a process hears of what changes from then on.
NEXT = """
    import os, subprocess, time

    def test_next(workspace):
        assert "MLFLOW_EXPERIMENT_ID" not in os.environ
        subprocess.run(["true"])
        time.sleep(0.5)
        assert workspace.mlflow.runs() == []
    """


@pytest.fixture
def shell(
    suite: pytest.Pytester, repository: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shell]:
    """Run a module of this interpreter in the suite's repository, with temporary files apart."""
    temporary = tmp_path_factory.mktemp("temporary")
    variables = {
        **os.environ,
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTEST_DEBUG_TEMPROOT": str(temporary),
        "PYTHONFAULTHANDLER": "",
        "TMPDIR": str(temporary),
    }

    def shell(*words: str, under: Sequence[str] = ()) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*under, sys.executable, "-m", *words],
            cwd=repository,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )

    yield shell
    shell("pytest_mlops_ws", "doctor", "--fix")


def run(shell: Shell, *options: str, under: Sequence[str] = ()) -> subprocess.CompletedProcess[str]:
    words = ("pytest", "-p", "mlops_ws", "-p", "no:cacheprovider", "-q", *options)
    return shell(*words, under=under)


def strays(shell: Shell, *options: str, under: Sequence[str] = ()) -> tuple[int, list[str]]:
    """What the doctor says of strays, without numbers, commands and places."""
    done = shell("pytest_mlops_ws", "doctor", *options, under=under)
    said = re.sub(r"`[^`]*`", "`…`", done.stdout.partition("stray\n")[2])
    said = re.sub(r"/\S*/pytest-of-[^/]+", "TEMPORARY", said)
    return done.returncode, re.sub(r"\d{2,}", "N", said).splitlines()


@pytest.mark.parametrize("death", DEATHS)
def test_after_a_death_the_next_session_is_clean_and_the_doctor_sweeps(
    death: str, suite: pytest.Pytester, project: Callable[..., Path], shell: Shell
) -> None:
    project("churn")
    suite.makepyfile(test_a=DYING.format(death=DEATHS[death]), test_b=NEXT)
    died = run(shell, "test_a.py")
    assert "1 passed" not in died.stdout
    following = run(shell, "test_b.py")
    assert following.returncode == 0, following.stdout
    left = [
        "  process N (`…`), which a test of a session that is gone started",
        "  TEMPORARY/pytest-0: 1 workspace of tests whose session (N) was killed",
    ]
    assert strays(shell) == (1, [*left, "mlops-ws doctor --fix removes what is stray"])
    assert strays(shell, "--fix") == (0, [f"{each}: removed" for each in left])
    assert _settles(lambda: strays(shell) == (0, ["  nothing"]))


def _settles(condition: Callable[[], bool]) -> bool:
    until = time.monotonic() + 10
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(0.1)
    return True


def test_what_a_dead_sessions_process_writes_is_no_later_tests_doing(
    suite: pytest.Pytester, project: Callable[..., Path], shell: Shell
) -> None:
    project("churn")
    suite.makepyfile(test_a=DYING.format(death=DEATHS["killed"]), test_b=NEXT)
    assert run(shell, "test_a.py").returncode == -signal.SIGKILL
    result = run(shell, "test_b.py")
    assert "WS707 the real workspace of churn has changed" in result.stdout
    assert result.returncode == 0


LIVING = """
    import subprocess, time
    from pathlib import Path

    def test_alive(workspace):
        with subprocess.Popen(["sleep", "60"]) as process:
            Path("begun").touch()
            while not Path("asked").exists():
                time.sleep(0.02)
            process.kill()
    """


@pytest.mark.parametrize("where", ["here", "apart"])
def test_what_a_living_session_has_is_no_stray_wherever_who_asks_is(
    where: str,
    suite: pytest.Pytester,
    repository: Path,
    shell: Shell,
    request: pytest.FixtureRequest,
) -> None:
    under = request.getfixturevalue("apart") if where == "apart" else ()
    suite.makepyfile(LIVING)
    with ThreadPoolExecutor() as pool:
        running = pool.submit(run, shell)
        try:
            assert _settles(lambda: (repository / "begun").exists() or running.done())
            said = strays(shell, under=under)
        finally:
            (repository / "asked").touch()
    assert running.result().returncode == 0, running.result().stdout
    assert said == (0, ["  nothing"])


def test_a_session_lives_though_its_worker_has_died(
    suite: pytest.Pytester, repository: Path, shell: Shell
) -> None:
    suite.makeconftest(
        """
        import subprocess, sys
        from pathlib import Path

        def pytest_handlecrashitem():
            command = [sys.executable, "-m", "pytest_mlops_ws", "doctor"]
            said = subprocess.run(command, capture_output=True, text=True)
            Path("said").write_text(said.stdout)
        """
    )
    suite.makepyfile("import os\ndef test_dies(workspace):\n    os._exit(1)")
    run(shell, "-p", "xdist", "-n", "1", "--max-worker-restart", "0")
    assert (repository / "said").read_text().endswith("stray\n  nothing\n")
