"""What a check costs, side by side with what a user would run instead.

All times are CPU time, user and system, of whole processes with all their children; the two sides
of a ratio are run in turn, and each is its best of some rounds. Needs check-jsonschema beside the
package, which judges the same files by the same schema, and nothing more than that.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SCHEMA = Path(__file__).resolve().parent.parent / "schemas" / "workspace.schema.json"
PROGRAMS = Path(sys.executable).parent
#: As in .pre-commit-hooks.yaml.
CHECK = [str(PROGRAMS / "mlops-ws"), "check", "--tracked"]
SCHEMA_HOOK = [str(PROGRAMS / "mlops-ws"), "check", "--select", "WS1,WS2,WS6"]
SCHEMA_ONLY = [str(PROGRAMS / "check-jsonschema"), "--schemafile", str(SCHEMA)]
#: Users have compiled modules, and no settings of ours.
ENVIRONMENT = {
    name: value
    for name, value in os.environ.items()
    if not name.startswith(("MLOPS_WS_", "PYTHON", "GIT_"))
}

MANIFEST = """\
# yaml-language-server: $schema=https://example.com/workspace.schema.json
schema_version: 1
project_name: {name}
source_paths: [projects/{name}]
mlflow_tracking_uri: https://mlflow.example.com
mlflow_experiment_name: {name}-training
dvc_remote_path: s3://ml-data/{name}
metadata:
  description: what {name} is for
  owner: team-{number}
created_at: '2026-11-02T09:15:02+00:00'
updated_at: '2026-11-02T09:15:02+00:00'
"""
SOURCE = """\
import math
from dataclasses import dataclass


@dataclass
class Step{number}:
    weight: float
    rate: float = 0.1

    def apply(self, values: list[float]) -> list[float]:
        total = math.fsum(values) or 1.0
        return [self.weight * value / total for value in values if value > self.rate]


def run_{number}(values: list[float], *, rounds: int = 3) -> dict[str, float]:
    steps = [Step{number}(weight=1 / (index + 1)) for index in range(rounds)]
    for step in steps:
        values = step.apply(values)
    return {{"first": values[0] if values else 0.0, "sum": math.fsum(values)}}
"""
NAMING = """

def train(values: list[float]) -> None:
    import mlflow

    mlflow.set_experiment("{name}-training")
    with mlflow.start_run():
        mlflow.log_metrics(run_{number}(values))
"""
TRACKED = """\
outs:
- md5: 22a1a2931c8370d3aeedd7183606fd7f
  size: 14445097
  hash: md5
  path: part-{number}.csv
"""
PARSE = """\
import ast, pathlib, sys
for path in pathlib.Path(sys.argv[1]).rglob("*.py"):
    ast.parse(path.read_bytes())
"""


@dataclass
class Usage:
    """What one process and its children used."""

    milliseconds: float
    megabytes: float


@dataclass
class Bench:
    """One call of this script: where it works, how much it does."""

    place: Path
    quick: bool

    def rounds(self, count: int) -> int:
        """Return how often to do what is done *count* times in earnest."""
        return max(count // 10, 2) if self.quick else count

    def size(self, count: int) -> int:
        """Return how many manifests to make where *count* are meant."""
        return count // 10 if self.quick else count

    def repository(self, projects: int) -> Path:
        """Make a repository of *projects* with nothing wrong in it, all of it tracked."""
        root = Path(tempfile.mkdtemp(dir=self.place))
        for number in range(projects):
            name = f"project-{number:05d}"
            directory = root / "mlops" / "workspace" / name
            directory.mkdir(parents=True)
            text = MANIFEST.format(name=name, number=number % 20)
            (directory / "workspace.yaml").write_text(text)
            code = root / "projects" / name
            code.mkdir(parents=True)
            (code / "pyproject.toml").write_text(f'[project]\nname = "{name}"\n')
        return root


def track(root: Path) -> Path:
    """Let git know all files below *root*."""
    for command in (["init", "-q"], ["add", "-A"]):
        subprocess.run(["git", *command], cwd=root, env=ENVIRONMENT, check=True)  # noqa: S607 -- as users have it
    return root


def used(command: Sequence[str], directory: Path) -> Usage:
    """Run *command*, which must succeed; return what it used."""
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            command, cwd=directory, env=ENVIRONMENT, stdout=said, stderr=said
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            sys.exit(f"{' '.join(command[:9])}\n{said.read().decode()[-3000:]}")
    return Usage((usage.ru_utime + usage.ru_stime) * 1000, usage.ru_maxrss / 1024)


def compare(
    title: str,
    ours: tuple[Sequence[str], Path],
    theirs: tuple[Sequence[str], Path],
    rounds: int,
    goal: str,
) -> Usage:
    """Run both in turn; print the ratio of the best, and return ours."""
    for each in (ours, theirs):
        used(*each)  # compiles modules, and reads the files into the system's cache
    pairs = [(used(*ours), used(*theirs)) for _ in range(rounds)]
    best = [min(usage.milliseconds for usage in side) for side in zip(*pairs, strict=True)]
    ratio = best[0] / best[1]
    shown = f"{ratio:.2f} times" if ratio > 0.5 else f"{1 / ratio:.1f} times cheaper"
    print(f"{title}: {shown} (goal {goal})")
    print(f"    ours {best[0]:9.1f} ms   theirs {best[1]:9.1f} ms", flush=True)
    return min((ours for ours, _ in pairs), key=lambda usage: usage.milliseconds)


def hook(bench: Bench) -> None:
    """The hook over fourteen good manifests, schema and isolation."""
    root = track(bench.repository(14))
    manifests = sorted(str(path) for path in root.rglob("workspace.yaml"))
    rounds = bench.rounds(40)
    ours = (CHECK, root)
    theirs = ([*SCHEMA_ONLY, *manifests], root)
    compare("14 manifests / check-jsonschema", ours, theirs, rounds, "6 times cheaper")
    yaml = ([sys.executable, "-c", "import yaml"], root)
    compare("14 manifests / import yaml", ours, yaml, rounds, "<= 1.6 times")
    schema = ([*SCHEMA_HOOK, *manifests], root)
    compare("the schema hook alone / import yaml", schema, yaml, rounds, "<= 1.6 times")


def many(bench: Bench) -> None:
    """Ten thousand manifests, with positions and every rule across projects."""
    large, small = (
        track(bench.repository(bench.size(10_000))),
        track(bench.repository(bench.size(1000))),
    )
    theirs = ([*SCHEMA_ONLY, *sorted(str(path) for path in large.rglob("workspace.yaml"))], large)
    rounds = bench.rounds(6)
    title = f"{bench.size(10_000)} manifests"
    most = compare(
        f"{title} / check-jsonschema", (CHECK, large), theirs, rounds, "15 times cheaper"
    )
    compare(f"{title} / a tenth of them", (CHECK, large), (CHECK, small), rounds, "<= 11 times")
    print(f"{title}: {most.megabytes:.0f} MB (goal <= 150)", flush=True)


def code(bench: Bench) -> None:
    """Fourteen projects with two thousand Python files, of which forty name a project, and DVC."""
    root = bench.repository(14)
    for number in range(2000):
        name = f"project-{number % 14:05d}"
        directory = root / "projects" / name / f"part{number // 140}"
        directory.mkdir(parents=True, exist_ok=True)
        text = SOURCE.format(number=number) * 3
        if number % 50 == 0:
            text += NAMING.format(name=name, number=number)
        (directory / f"module_{number}.py").write_text(text)
    for number in range(200):
        directory = root / "mlops" / "workspace" / f"project-{number % 14:05d}" / "dvc"
        directory.mkdir(exist_ok=True)
        (directory / f"part-{number}.csv.dvc").write_text(TRACKED.format(number=number))
    track(root)
    parse = [sys.executable, "-c", PARSE, str(root)]
    title = "14 projects, 2,000 Python and 200 DVC files / ast.parse of the 2,000"
    compare(title, (CHECK, root), (parse, root), bench.rounds(20), "<= 0.25 times")


BENCHMARKS: tuple[Callable[[Bench], None], ...] = (hook, many, code)
