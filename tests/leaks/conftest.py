from __future__ import annotations

import hashlib
import json
import os
import re
import sqlite3
import subprocess
import sys
from fnmatch import fnmatchcase
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from pytest_mlops_ws.ground.cache import cache_directory
from pytest_mlops_ws.tools import all_tools

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

HERE = Path(__file__).parent
PLUGINS = HERE / "plugins"
_PATTERNS = ("*_STUDIO_*", "GIT_*", "MLOPS_WS_*", "PYTEST_*", "GITHUB_*", "PYTHONPATH")


class Scenario(NamedTuple):
    """One file of `leaking` or `innocent`: headers, the suite's files, and what is expected."""

    name: str
    headers: dict[str, str]
    files: dict[str, str]
    report: list[str]

    @property
    def plugins(self) -> list[str]:
        return self.headers.get("plugins", "").split()

    @property
    def needs(self) -> list[str]:
        return self.headers.get("needs", "").split()

    @property
    def options(self) -> list[str]:
        return self.headers.get("options", "").split()


class Result(NamedTuple):
    """What became of it: the normalised report, pytest's output and status, and what changed."""

    report: list[str]
    faults: list[str]
    output: str
    status: int
    changed: list[str]


def scenarios(kind: str) -> list[Any]:
    return [pytest.param(parsed(path), id=path.stem) for path in paths(kind)]


def one_of_each_detector() -> list[Any]:
    """Return the scenario of each detector that takes least; with ``LEAKS=all``, every one."""
    every = sorted(map(parsed, paths("leaking")), key=lambda each: (len(each.needs), each.name))
    if os.environ.get("LEAKS") != "all":
        every = list({each.headers["detector"]: each for each in reversed(every)}.values())
    return [pytest.param(each, id=each.name) for each in every]


def paths(kind: str) -> list[Path]:
    return sorted((HERE / kind).glob("*.txt"))


def parsed(path: Path) -> Scenario:
    head, *sections = path.read_text(encoding="utf-8").split("\n=== ")
    headers = dict(line.split(": ", 1) for line in head.strip().splitlines())
    files = {}
    for section in sections:
        name, _, content = section.partition("\n")
        files[name.strip()] = content.rstrip("\n") + "\n"
    report = files.pop("report", "").strip().splitlines()
    return Scenario(path.stem, headers, files, report)


def line(crossing: dict[str, Any]) -> str:
    """A crossing as scenarios write it down."""
    who = f"{crossing['culprit'] or '-'} > {crossing['victim'] or '-'}"
    refused = " (refused)" if crossing["refused"] else ""
    poison = f" after {crossing['poison'][0]}:{crossing['poison'][1]}" if crossing["poison"] else ""
    candidates = f" by {' or '.join(crossing['candidates'])}" if crossing["candidates"] else ""
    place = f"{crossing['line'][0]}:{crossing['line'][1]}"
    test = crossing["test"].rpartition("::")[2] or "?"
    subject = crossing["subject"]
    return f"{place} {crossing['rule']} {test} {who}: {subject}{refused}{poison}{candidates}"


@pytest.fixture(scope="session")
def users_cache() -> Path:
    return cache_directory()


@pytest.fixture
def play(tmp_path: Path, users_cache: Path) -> Any:
    """Run a scenario in a repository of two projects."""

    def play(scenario: Scenario, *, without: str = "") -> Result:
        for module in scenario.needs:
            pytest.importorskip(module)
        return perform(scenario, tmp_path, users_cache, variables={"LEAK_WITHOUT": without})

    return play


def perform(
    scenario: Scenario,
    place: Path,
    cache: Path,
    *,
    options: Sequence[str] | None = None,
    plugins: Sequence[str] = (),
    variables: Mapping[str, str] = MappingProxyType({}),
) -> Result:
    """Run a scenario below *place*; the benchmarks do so with other guards than ours, too."""
    root = place / "repo"
    _repository(root, with_mlruns=scenario.headers.get("mlruns") != "no")
    for name, content in scenario.files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content, encoding="utf-8")
    subprocess.run(["git", "add", "-A"], cwd=root, check=True)
    subprocess.run(["git", "commit", "-qm", "first"], cwd=root, check=True)
    home = place / "home"
    (home / "bentoml").mkdir(parents=True)
    output = place / "report.json"
    before = _tree(root, home)
    words = [word for each in (*scenario.plugins, *plugins) for word in ("-p", each)]
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", f"--basetemp={place / 'pytest'}"),
            *("-p", "pytest_mlops_ws.plugin", "-p", "leak_report"),
            *words,
            *(scenario.options if options is None else options),
        ],
        cwd=root,
        env=_environment(scenario, home, cache) | {"LEAK_REPORT": str(output), **variables},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    found: dict[str, Any] = {"crossings": [], "faults": ["pytest has not come to its end"]}
    if output.exists():
        found = json.loads(output.read_text(encoding="utf-8"))
    after = _tree(root, home)
    every = after.keys() | before.keys()
    changed = sorted(path for path in every if before.get(path) != after.get(path))
    names = {str(place / "pytest"): "{tmp}", str(home): "{home}", str(root): "{repo}"}
    report = [line(each) for each in found["crossings"]]
    for path, name in names.items():
        report = [each.replace(path, name) for each in report]
    # Which worker gets which test is chance.
    report = [re.sub(r"popen-gw\d", "{worker}", each) for each in report]
    text = done.stdout + done.stderr
    return Result(report, found["faults"], text, done.returncode, changed)


def _environment(scenario: Scenario, home: Path, cache: Path) -> dict[str, str]:
    patterns = {each for tool in all_tools() for each in (*tool.ambient, *tool.telemetry)}
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not any(fnmatchcase(name, pattern) for pattern in (*patterns, *_PATTERNS))
    }
    pairs = (pair.split("=", 1) for pair in scenario.headers.get("variables", "").split())
    return inherited | {
        "HOME": str(home),
        "MLOPS_WS_CACHE_DIR": str(cache),
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(PLUGINS),
        **dict(pairs),
    }


def _repository(root: Path, *, with_mlruns: bool) -> None:
    for project in ("fraud", "churn"):
        workspace = root / "mlops" / "workspace" / project
        for area in ("mlflow", "dvc", "monitoring", "models", "outputs"):
            (workspace / area).mkdir(parents=True)
        text = f"schema_version: 1\nproject_name: {project}\nsource_paths: [code/{project}]\n"
        (workspace / "workspace.yaml").write_text(text, encoding="utf-8")
        (workspace / "outputs" / "scores.csv").write_text("0.9\n", encoding="utf-8")
        (workspace / "dvc" / "data.csv").write_text("1,2\n" * 2000, encoding="utf-8")
        (workspace / "dvc" / "data.csv.dvc").write_text("outs: []\n", encoding="utf-8")
        remote = root / "mlops" / "workspace" / ".remotes" / project / "files"
        remote.mkdir(parents=True)
        (remote / "blob").write_text("blob", encoding="utf-8")
        store = sqlite3.connect(workspace / "mlflow" / "mlflow.db")
        with store:
            store.execute("create table runs (id)")
        store.close()
        (root / "code" / project).mkdir(parents=True)
        (root / "code" / project / "train.py").write_text("RATE = 0.1\n", encoding="utf-8")
    (root / "pyproject.toml").write_text('[project]\nname = "fraud"\n', encoding="utf-8")
    if with_mlruns:
        (root / "mlruns" / "0").mkdir(parents=True)
        (root / "mlruns" / "0" / "meta.yaml").write_text("name: Default\n", encoding="utf-8")
    (root / "data").mkdir()
    (root / "data" / "reference.csv").write_text("1,2\n", encoding="utf-8")
    for command in (
        ["git", "init", "-q", "."],
        ["git", "config", "user.email", "a@b.c"],
        ["git", "config", "user.name", "a"],
    ):
        subprocess.run(command, cwd=root, check=True)


def _tree(*tops: Path) -> dict[str, str]:
    """The content of what is protected, byte for byte."""
    found = {}
    for top in tops:
        for place, directories, names in os.walk(top):
            directories[:] = [each for each in directories if each not in {"__pycache__", ".git"}]
            for name in names:
                path = Path(place, name)
                shown = str(path.relative_to(top))
                if _is_protected(shown) or top.name == "home":
                    found[shown] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def _is_protected(path: str) -> bool:
    return path.startswith(("mlops/", "mlruns", "mlflow.db", ".dvc"))
