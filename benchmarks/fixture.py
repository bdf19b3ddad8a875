"""The fixture against what people write by hand, and what a suite pays that does not use it."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import zipfile
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from measuring import compare, cpu_milliseconds, milliseconds, spread

if TYPE_CHECKING:
    from collections.abc import Callable

    from measuring import Bench

ROOT = Path(__file__).resolve().parent.parent


def fixture(bench: Bench) -> None:
    """The fixture against what people write by hand, and against the file system."""
    rounds = {
        "BENCHMARK_ROUNDS": str(bench.rounds(150)),
        "BENCHMARK_FRESH_ROUNDS": str(bench.rounds(20)),
    }
    bench.pytest("light", BENCHMARK_ROUNDS="1")  # the template, once per user
    # With pytest's own default, which keeps the directories of the last three sessions; without
    # the floor, which removes files: ext4 without a journal passes over each for five minutes
    # whenever it makes one, and a shared store makes none.
    others = ("-k", "not floor")
    times = milliseconds(bench.pytest("side_by_side", *others, **rounds)[0])
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
    stock = milliseconds(bench.pytest("side_by_side", *others, MLOPS_WS_STOCK="1", **rounds)[0])
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
    """What the plugin costs a suite that does not use it, in CPU time: of pairs of runs in turn."""
    suite = bench.place / "test_nothing.py"
    suite.write_text("def test_nothing():\n    pass\n")
    environment = {
        name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
    }
    pytest = ["-m", "pytest", "-q", "-p", "no:cacheprovider", str(suite)]
    alone = environment | {"PYTHONPATH": str(_site(bench.place))}
    cases = {
        "nothing else installed": ([sys.executable, "-S", *pytest], alone),
        "with every plugin installed here": ([sys.executable, *pytest], environment),
    }
    for title, (command, variables) in cases.items():
        ours, theirs = [], []
        for _ in range(bench.rounds(100)):
            ours.append(cpu_milliseconds(command, variables))
            theirs.append(cpu_milliseconds([*command, "-p", "no:mlops_ws"], variables))
        compare(f"pytest's start, {title}: plugin / no plugin (CPU)", ours, theirs, "<= 1.02")


def _site(place: Path) -> Path:
    """Make a directory in which pytest and this package are installed, and nothing else."""
    site = place / "site"
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(place)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    with zipfile.ZipFile(next(place.glob("*.whl"))) as wheel:
        wheel.extractall(site)
    for name in ("pytest", "pluggy", "iniconfig", "packaging", "pygments"):
        distribution = metadata.distribution(name)
        for top in {file.parts[0] for file in distribution.files or ()} - {"..", "__pycache__"}:
            (site / top).symlink_to(str(distribution.locate_file(top)))
    return site


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
        variables = {"BENCHMARK_ROUNDS": str(count), "BENCHMARK_BUILDS": "counted"}
        built.append(bench.pytest("light", "-p", "xdist", "-n", "2", **variables)[1])
    print(f"-n 2, {count} tests, cold template, {repeats} times (goal: one built, no failure)")
    print(f"    templates built: {sorted(set(built))}; failures: 0", flush=True)


BENCHMARKS: tuple[Callable[[Bench], None], ...] = (fixture, first, start, many, cold)
