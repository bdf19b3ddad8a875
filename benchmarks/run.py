"""What a workspace costs, side by side with what a user would use instead, in one run.

    python benchmarks/run.py             every table, some minutes
    python benchmarks/run.py fixture     the ones whose name contains a word
    python benchmarks/run.py --quick     a tenth of the rounds, to see that it runs

Quote ratios: both sides of one are measured in turn, in the same process. Run it in an environment
that has the package, mlflow and pytest-xdist installed, on a machine that does nothing else.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import guarding

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SUITES = Path(__file__).resolve().parent / "suites"
Rows = list[dict[str, Any]]


@dataclass
class Bench:
    """One call of this script: where it works, how much it does."""

    place: Path
    quick: bool
    calls: int = field(default=0)

    def rounds(self, count: int) -> int:
        """Return how often to do what is done *count* times in earnest."""
        return max(count // 10, 2) if self.quick else count

    def pytest(self, suite: str, *options: str, **variables: str) -> tuple[Rows, int]:
        """Run a suite; return a row for each test, and how many templates were built."""
        self.calls += 1
        output = self.place / f"rows-{self.calls}.json"
        temporary = self.place / f"tmp-{self.calls}"
        temporary.mkdir()
        # Users have compiled modules, and no other tool's variables.
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("MLFLOW_", "DVC_", "MLOPS_WS_", "PYTEST_"))
            and name != "PYTHONDONTWRITEBYTECODE"
        }
        environment |= {
            "BENCHMARK_OUTPUT": str(output),
            "MLOPS_WS_CACHE_DIR": str(self.place / "cache"),
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "TMPDIR": str(temporary),
            **variables,
        }
        command = [sys.executable, "-m", "pytest", "-q", "-p", "pytest_mlops_ws.plugin"]
        command += ["-p", "no:cacheprovider", "-W", "ignore", "-c", os.devnull]
        command += ["--rootdir", str(SUITES), *options]
        done = subprocess.run(
            [*command, str(SUITES / f"{suite}.py")],
            env=environment,
            cwd=self.place,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            sys.exit(f"{' '.join(command)}\n{done.stdout}\n{done.stderr}")
        builds = Path(f"{output}.builds")
        built = len(builds.read_text().splitlines()) if builds.exists() else 0
        shutil.rmtree(temporary)
        return json.loads(output.read_text(encoding="utf-8")), built


def milliseconds(rows: Rows) -> dict[str, list[float]]:
    """Return each kind of test's durations, without the first's, which pays for the session."""
    found = defaultdict(list)
    for row in rows:
        found[row["test"].removeprefix("test_")].append(row["seconds"] * 1000)
    return {kind: values[1:] or values for kind, values in found.items()}


def spread(values: Sequence[float]) -> str:
    """Return median and 95th percentile."""
    ordered = sorted(values)
    high = ordered[int(len(ordered) * 0.95)]
    return f"p50 {statistics.median(ordered):8.2f} ms  p95 {high:8.2f} ms"


def compare(title: str, ours: Sequence[float], theirs: Sequence[float], goal: str) -> None:
    """Print a ratio of medians, with both sides."""
    ratio = statistics.median(ours) / statistics.median(theirs)
    shown = f"1/{1 / ratio:.0f}" if ratio < 0.1 else f"{ratio:.2f}"
    print(f"{title}\n    ratio {shown}  (goal {goal})")
    print(f"    ours   {spread(ours)}\n    theirs {spread(theirs)}", flush=True)


def fixture(bench: Bench) -> None:
    """The fixture against what people write by hand, and against the file system."""
    rounds = {
        "BENCHMARK_ROUNDS": str(bench.rounds(150)),
        "BENCHMARK_FRESH_ROUNDS": str(bench.rounds(20)),
    }
    bench.pytest("light", BENCHMARK_ROUNDS="1")  # the template, once per user
    # With pytest's own default, which keeps the directories of the last three sessions.
    times = milliseconds(bench.pytest("side_by_side", **rounds)[0])
    compare(
        "workspace, ready / MLflow at a fresh SQLite file, ready",
        times["workspace_idle"],
        times["fresh_ready"],
        "1/200",
    )
    compare(
        "workspace + set_experiment / fresh SQLite file + set_experiment",
        times["workspace_experiment"],
        times["fresh_experiment"],
        "1/80",
    )
    compare(
        "a test that logs a run, in workspace / in one shared, open store",
        times["workspace_log"],
        times["shared_log"],
        "<= 1.0",
    )
    rounds["BENCHMARK_FRESH_ROUNDS"] = "0"
    removed = ("-o", "tmp_path_retention_policy=none", "-k", "idle or floor")
    times = milliseconds(bench.pytest("side_by_side", *removed, **rounds)[0])
    compare(
        "workspace / the same directories and files, and rmtree",
        times["workspace_idle"],
        times["floor"],
        "<= 3",
    )
    stock = milliseconds(bench.pytest("side_by_side", MLOPS_WS_STOCK="1", **rounds)[0])
    compare(
        "the same on the stock path (MLOPS_WS_STOCK=1)",
        stock["workspace_log"],
        stock["shared_log"],
        "<= 2.0",
    )


def first(bench: Bench) -> None:
    """The first workspace of a process, with a warm template cache and MLflow in use."""
    bench.pytest("light", BENCHMARK_ROUNDS="1")
    variables = {"BENCHMARK_ROUNDS": "0", "BENCHMARK_FRESH_ROUNDS": "0"}
    differences, shared = [], []
    for _ in range(bench.rounds(20)):
        times = milliseconds(bench.pytest("first", **variables)[0])
        shared += times["shared_log"]
        differences.append(times["workspace_log"][0] - statistics.median(times["shared_log"]))
    print("the first workspace of a process, more than a test on the open store (goal <= +10 ms)")
    print(f"    more   {spread(differences)}\n    theirs {spread(shared)}", flush=True)


def start(bench: Bench) -> None:
    """What the plugin costs a suite that does not use it, in CPU time."""
    suite = bench.place / "test_nothing.py"
    suite.write_text("def test_nothing():\n    pass\n")
    environment = {
        name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
    }
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(suite)]
    alone = environment | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    cases = {
        "bare pytest": ([*command, "-p", "pytest_mlops_ws.plugin"], command, alone),
        "with every plugin installed here": (command, [*command, "-p", "no:mlops_ws"], environment),
    }
    for title, (with_us, without, variables) in cases.items():
        ours, theirs = [], []
        for _ in range(bench.rounds(40)):
            ours.append(_cpu_milliseconds(with_us, variables))
            theirs.append(_cpu_milliseconds(without, variables))
        compare(f"pytest's start, {title}: plugin / no plugin (CPU)", ours, theirs, "<= 1.02")


def _cpu_milliseconds(command: list[str], environment: dict[str, str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, env=environment, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return used * 1000


def many(bench: Bench) -> None:
    """Five hundred tests in one process."""
    count = bench.rounds(500)
    rows, _ = bench.pytest("many", BENCHMARK_ROUNDS=str(count))
    part = count // 10
    early, late = rows[1 : part + 1], rows[-part:]
    print(f"{count} tests in one process: the first tenth, the last tenth (goal: no growth)")
    for figure in ("descriptors", "threads", "strays"):
        print(f"    {figure:12} {early[0][figure]} → {late[-1][figure]}")
    print(f"    early  {spread([row['seconds'] * 1000 for row in early])}")
    print(f"    late   {spread([row['seconds'] * 1000 for row in late])}", flush=True)


def cold(bench: Bench) -> None:
    """Two workers, five hundred tests, no template yet."""
    count, repeats = bench.rounds(500), bench.rounds(20)
    built = []
    for _ in range(repeats):
        shutil.rmtree(bench.place / "cache", ignore_errors=True)
        built.append(
            bench.pytest("light", "-p", "xdist", "-n", "2", BENCHMARK_ROUNDS=str(count))[1]
        )
    print(f"-n 2, {count} tests, cold template, {repeats} times (goal: one built, no failure)")
    print(f"    templates built: {sorted(set(built))}; failures: 0", flush=True)


def guard(bench: Bench) -> None:
    """What it costs to be watched: trivial tests, tests that log, a large repository."""
    for measure, rounds in (
        (guarding.trivial, 20),
        (guarding.logging, 10),
        (guarding.repository, 10),
    ):
        place = bench.place / measure.__name__
        place.mkdir()
        measure(place, bench.rounds(rounds))


BENCHMARKS: tuple[Callable[[Bench], None], ...] = (fixture, first, start, many, cold, guard)


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="What a workspace costs.")
    parser.add_argument("--quick", action="store_true", help="a tenth of the rounds")
    parser.add_argument("names", nargs="*", help="parts of the names of tables")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mlops-ws-benchmark-") as place:
        for benchmark in BENCHMARKS:
            if not options.names or any(name in benchmark.__name__ for name in options.names):
                benchmark(Bench(Path(tempfile.mkdtemp(dir=place)), options.quick))


if __name__ == "__main__":
    main()
