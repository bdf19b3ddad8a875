"""What the tables share: where a benchmark works, how it runs a suite, how two sides compare."""

from __future__ import annotations

import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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
    """Print a ratio of medians with both sides."""
    ratio = statistics.median(ours) / statistics.median(theirs)
    shown = f"1/{1 / ratio:.0f}" if ratio < 0.1 else f"{ratio:.2f}"
    print(f"{title}\n    ratio {shown}  (goal {goal})")
    print(f"    ours   {spread(ours)}\n    theirs {spread(theirs)}", flush=True)


def cpu_milliseconds(command: Sequence[str], environment: Mapping[str, str]) -> float:
    """Return what a command and its children use of the processor."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, env=environment, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return used * 1000
