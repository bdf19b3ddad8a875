"""What a client costs, side by side with the tools themselves.

Times are CPU time, user and system; the two sides of a ratio are run in turn. Needs all four
tools beside the package.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from typing import TYPE_CHECKING

from measuring import compare, cpu_milliseconds

if TYPE_CHECKING:
    from collections.abc import Callable

    from measuring import Bench

OPEN = """
import sys
from pytest_mlops_ws import MLOpsClient
MLOpsClient.from_project("fraud", sys.argv[1])
"""


def opening(bench: Bench) -> None:
    """A client that is not used yet, against the import of one of its tools."""
    environment = os.environ | {"MLFLOW_DISABLE_TELEMETRY": "true"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    open_client = [sys.executable, "-c", OPEN, str(bench.place)]
    import_mlflow = [sys.executable, "-c", "import mlflow"]
    (bench.place / ".git").mkdir()  # a repository, as far as the client asks
    ours, theirs = [], []
    for number in range(bench.rounds(20) + 1):
        times = [cpu_milliseconds(command, environment) for command in (open_client, import_mlflow)]
        if number:  # the first one makes the workspace
            ours.append(times[0])
            theirs.append(times[1])
    compare("MLOpsClient.from_project / import mlflow (CPU)", ours, theirs, "<= 0.1")


def logging_metrics(bench: Bench) -> None:
    """A thousand calls of log_metrics, a hundred at a time."""
    import mlflow

    from pytest_mlops_ws import MLOpsClient

    (bench.place / ".git").mkdir()  # a repository, as far as the client asks
    client = MLOpsClient.from_project("fraud", bench.place)
    mlflow.set_tracking_uri(client.workspace.mlflow.tracking_uri)

    def block(log: Callable[..., object]) -> float:
        begun = time.process_time()
        for step in range(100):
            log({"loss": 0.5, "accuracy": 0.9}, step=step)
        return (time.process_time() - begun) * 10  # milliseconds a call

    ours, theirs = [], []
    for number in range(bench.rounds(10) + 1):
        with client.start_run():
            mine = block(client.log_metrics)
        with mlflow.start_run():
            other = block(mlflow.log_metrics)
        if number:
            ours.append(mine)
            theirs.append(other)
    compare("client.log_metrics / mlflow.log_metrics, one store (CPU)", ours, theirs, "<= 1.05")


def four_tools(bench: Bench) -> None:
    """A workspace in a process that has loaded all four tools."""
    two, four = [], []
    for _ in range(bench.rounds(6)):
        for tools, found in (("mlflow dvc", two), ("mlflow dvc bentoml evidently", four)):
            rows, _ = bench.pytest("four_tools", BENCHMARK_TOOLS=tools, BENCHMARK_ROUNDS="60")
            found += [row["cpu"] * 1000 for row in rows[5:]]
    more = statistics.median(four) - statistics.median(two)
    print(
        f"workspace with four tools loaded: {more:+.2f} ms to MLflow and DVC (goal <= +2 ms, CPU)"
    )
    print(f"    two    p50 {statistics.median(two):.2f} ms", end="")
    print(f"\n    four   p50 {statistics.median(four):.2f} ms", flush=True)


def bentoml_stores(bench: Bench) -> None:
    """Fifty tests that list exactly the model they stored."""
    count = bench.rounds(50)
    rows, _ = bench.pytest("bentoml_stores", BENCHMARK_ROUNDS=str(count))
    for kind, title in (("test_workspace", "workspace"), ("test_variable", "BENTOML_HOME alone")):
        own = sum(row["own"] for row in rows if row["test"] == kind)
        print(f"BentoML, {title:20} {own} of {count} tests list their own models only", flush=True)


BENCHMARKS: tuple[Callable[[Bench], None], ...] = (
    opening,
    logging_metrics,
    four_tools,
    bentoml_stores,
)
