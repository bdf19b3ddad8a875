"""What being watched costs, in CPU time of whole sessions, with the guard on and off in turn."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from measuring import Bench

ON = ("--mlops-ws-guard=error", "--mlops-ws-guard-scope=all")
OFF = ("--mlops-ws-guard=off",)
TRIVIAL = """
import pytest

@pytest.mark.parametrize("number", range({tests}))
def test(number):
    pass
"""
LOGGING = """
import mlflow
import pytest

@pytest.mark.parametrize("number", range({tests}))
def test(workspace, number):
    with mlflow.start_run():
        mlflow.log_param("number", number)
        mlflow.log_metric("auc", 0.9)
        mlflow.log_text("weights", "model.txt")
"""
LOOKING = "def test(workspace):\n    pass\n"
STARTING = "import subprocess\n\ndef test(workspace):\n    subprocess.run(['true'])\n"


def trivial(place: Path, rounds: int) -> None:
    """Print what a trivial test pays: all of the session's difference, divided among its tests."""
    tests = 1000
    more = [each / tests * 1000 for each in _differences(place, TRIVIAL, tests, rounds)]
    print(
        f"1,000 trivial tests, guard on for all / off, a test (goal <= +150 µs)\n    {_of(more)} µs"
    )


def logging(place: Path, rounds: int) -> None:
    """Print what a hundred tests that log to MLflow pay."""
    pairs = list(_pairs(place, LOGGING, 100, rounds))
    more = [(on / off - 1) * 100 for on, off in pairs]
    print(f"100 tests that log to MLflow, guard on / off (goal <= +3 %)\n    {_of(more)} %")


def repository(place: Path, rounds: int) -> None:
    """Print what a session pays in a repository whose real workspaces hold 100,000 files."""
    for project in range(10):
        for directory in range(100):
            below = place / "mlops" / "workspace" / f"p{project}" / "outputs" / str(directory)
            below.mkdir(parents=True)
            for number in range(100):
                (below / str(number)).touch()
        manifest = place / "mlops" / "workspace" / f"p{project}" / "workspace.yaml"
        manifest.write_text(f"schema_version: 1\nproject_name: p{project}\n", encoding="utf-8")
    for title, text, goal in (
        ("no other process", LOOKING, 100),
        ("a test that starts a process", STARTING, 600),
    ):
        more = _differences(place, text, 1, rounds)
        print(f"100,000 files, {title}, guard on / off (goal <= +{goal} ms)\n    {_of(more)} ms")


def _differences(place: Path, text: str, tests: int, rounds: int) -> list[float]:
    return [on - off for on, off in _pairs(place, text, tests, rounds)]


def _pairs(place: Path, text: str, tests: int, rounds: int) -> Iterator[tuple[float, float]]:
    (place / "test_it.py").write_text(text.replace("{tests}", str(tests)), encoding="utf-8")
    for options in (ON, OFF):
        _cpu(place, options)  # compiled modules, templates
    for number in range(rounds):
        if number % 2:  # whoever is second finds the files in memory
            yield _cpu(place, ON), _cpu(place, OFF)
        else:
            off = _cpu(place, OFF)
            yield _cpu(place, ON), off


def _cpu(place: Path, options: Sequence[str]) -> float:
    """Return the milliseconds of CPU time that a session used, its children included."""
    variables = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("MLFLOW_", "MLOPS_WS_", "PYTEST_"))
        and name != "PYTHONDONTWRITEBYTECODE"
    }
    variables |= {
        "MLOPS_WS_CACHE_DIR": str(place / ".cache"),
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTHONPYCACHEPREFIX": str(place / ".pyc"),
    }
    command = [sys.executable, "-m", "pytest", "-q", "-p", "pytest_mlops_ws.plugin", "-W", "ignore"]
    command += ["-p", "no:cacheprovider", "-o", "tmp_path_retention_policy=none"]
    # By its name: pytest would look for tests in a hundred thousand files.
    command += [f"--basetemp={place / '.tmp'}", f"--rootdir={place}", *options, "test_it.py"]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        command, cwd=place, env=variables, capture_output=True, text=True, check=False
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}\n{done.stdout}\n{done.stderr}")
    return (after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime) * 1000


def _of(values: Sequence[float]) -> str:
    ordered = sorted(values)
    middle = statistics.median(ordered)
    return f"median {middle:+.1f}, from {ordered[0]:+.1f} to {ordered[-1]:+.1f}"


def guard(bench: Bench) -> None:
    """What it costs to be watched: trivial tests, tests that log, a large repository."""
    for measure, rounds in ((trivial, 20), (logging, 30), (repository, 10)):
        place = bench.place / measure.__name__
        place.mkdir()
        measure(place, bench.rounds(rounds))


BENCHMARKS = (guard,)
