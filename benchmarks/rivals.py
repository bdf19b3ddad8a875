"""What other guards see of the corpus of leaks: two plugins, and two suites' own conftests.

A plugin has seen a leak if it says anything of the test that did it; it has named it if what it
says has a word of what was touched. A conftest says nothing and undoes: a leak it has prevented is
one that our guard finds without it and does not find with it. Ours has prevented what it refused:
what it puts back, and what it finds afterwards, had happened. The plugins are installed for the
table, beside nothing else; one that cannot be had is left out.

The whole takes most of an hour; ``SCENARIOS="xdist rename"`` plays those whose names have one of
the words. Every number is a count of scenarios, so the rows of parts add up.
"""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from measuring import Bench

    from tests.leaks.conftest import Result, Scenario

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
_HYGIENE, _LITTER = "pytest-hygiene==0.1.0", "pytest-litter==0.0.4"
_SEEN, _NAMED, _ACCUSED = "culprit named", "and what was touched", "innocent accused"
_PREVENTED = "prevented"
_TITLES = (_SEEN, _NAMED, _PREVENTED, _ACCUSED)


class Told(NamedTuple):
    """What was said of tests, each with the words that were said."""

    said: list[tuple[str, str]]

    def of(self, tests: Iterable[str]) -> list[str]:
        """Return what was said of *tests*."""
        wanted = {_bare(test) for test in tests}
        return [text for test, text in self.said if _bare(test) in wanted]


class Rival(NamedTuple):
    """Another guard.

    Attributes:
        name: for people.
        plugins: what pytest loads.
        options: what switches it on.
        reads: finds in pytest's output what it says; None if it only undoes.
    """

    name: str
    plugins: tuple[str, ...]
    options: tuple[str, ...] = ()
    reads: Callable[[str], Told] | None = None


def hygiene(output: str) -> Told:
    """Find a test's node id on a line, and what it leaks on those below."""
    said, test = [], ""
    for line in output.partition("= test hygiene =")[2].splitlines():
        if re.match(r"\S+\.py::", line):
            test = line.strip()
        elif line.startswith("  LEAK "):
            said.append((test, line))
    return Told(said)


def litter(output: str) -> Told:
    """Find the sentence with which a test is failed."""
    return Told(re.findall(r"LitterError: The test '([^']+)' (.*)", output))


RIVALS = (
    Rival(_HYGIENE, ("pytest_hygiene.plugin",), ("--hygiene",), hygiene),
    Rival(_LITTER, ("pytest_litter.plugin.plugin",), ("--check-litter",), litter),
    Rival("MLflow's own conftest", ("as_mlflow_does",)),
    Rival("kedro-mlflow's own conftest", ("as_kedro_mlflow_does",)),
)


def rivals(bench: Bench) -> None:
    """What others see of the corpus, and how many of the innocent they accuse."""
    stage = Stage(bench)
    leaking, innocent = stage.scenarios("leaking"), stage.scenarios("innocent")
    print(f"{len(leaking)} leaking and {len(innocent)} innocent scenarios")
    _row("", dict(zip(_TITLES, _TITLES, strict=True)))
    seen = [each for each in leaking if sorted(stage.ours(each).report) == sorted(each.report)]
    refused = sum(bool(each.report) and all(map(_is_refused, each.report)) for each in seen)
    accused = sum(bool(stage.ours(each).report) for each in innocent)
    counts = (len(seen), len(seen), refused, accused)
    _row("pytest-mlops-ws", dict(zip(_TITLES, counts, strict=True)))
    for rival in RIVALS:
        if not stage.has(rival):
            print(f"{rival.name:32}cannot be installed here")
        elif rival.reads is not None:
            counts = Counter(step for each in leaking for step in stage.tells(rival, each))
            counts[_ACCUSED] = sum(bool(stage.told(rival, each).said) for each in innocent)
            _row(rival.name, counts)
        else:
            gone = (
                _keys(stage.watched(each)) - _keys(stage.watched(each, rival))
                for each in filter(_is_about_mlflow, leaking)
            )
            accused = sum(stage.fails(rival, each) for each in filter(_is_about_mlflow, innocent))
            _row(rival.name, {_PREVENTED: sum(map(bool, gone)), _ACCUSED: accused})


def _is_about_mlflow(scenario: Scenario) -> bool:
    """Tell whether a conftest that knows of nothing but MLflow can make a difference."""
    return any("mlflow" in text.lower() for text in scenario.files.values())


def _row(name: str, counts: Mapping[str, object]) -> None:
    cells = (f"{counts.get(title, '-'):>{len(title) + 3}}" for title in _TITLES)
    print(f"{name:30}{''.join(cells)}", flush=True)


class Stage:
    """Plays scenarios under one guard or another."""

    def __init__(self, bench: Bench) -> None:
        sys.path.insert(0, str(ROOT))
        from tests.leaks import conftest as corpus

        self._corpus: Any = corpus
        self._bench = bench
        self._number = 0
        self._installed = bench.place / "installed"
        for name in (_HYGIENE, _LITTER):
            command = [*(sys.executable, "-m", "uv", "pip", "install", "-q", "--no-deps")]
            command += ["--target", str(self._installed), name]
            subprocess.run(command, check=False)
        places = (corpus.PLUGINS, HERE / "conftests", self._installed)
        self._path = os.pathsep.join(map(str, places))

    def scenarios(self, kind: str) -> list[Scenario]:
        """Return those whose tools are here; one in ten for a quick look."""
        every = [self._corpus.parsed(path) for path in self._corpus.paths(kind)]
        here = [each for each in every if all(map(importlib.util.find_spec, each.needs))]
        # That somebody is not watched who leaks is no matter for who watches everybody.
        meant = [each for each in here if each.name not in {"guard_off", "not_guarded"}]
        parts = os.environ.get("SCENARIOS", "").split()
        if parts:
            meant = [each for each in meant if any(part in each.name for part in parts)]
        return meant[:: 10 if self._bench.quick else 1]

    def has(self, rival: Rival) -> bool:
        """Tell whether it could be installed."""
        top = rival.plugins[0].partition(".")[0]
        return rival.reads is None or (self._installed / top).is_dir()

    def ours(self, scenario: Scenario) -> Result:
        """Play it as the tests do."""
        return self._play(scenario, scenario.options, {})

    def watched(self, scenario: Scenario, rival: Rival | None = None) -> list[str]:
        """Return what we find where nothing is refused or undone, and *rival* may undo it."""
        options = [each for each in scenario.options if not each.endswith(("=warn", "=error"))]
        plugins = rival.plugins if rival else ()
        return self._play(scenario, options, {"MLOPS_WS_GUARD": "warn"}, plugins).report

    def fails(self, rival: Rival, scenario: Scenario) -> bool:
        """Tell whether an innocent suite fails under *rival*."""
        return self._alone(scenario, rival).status != 0

    def told(self, rival: Rival, scenario: Scenario) -> Told:
        """Return what *rival* says of a suite that nobody else watches."""
        assert rival.reads is not None
        return rival.reads(self._alone(scenario, rival).output)

    def tells(self, rival: Rival, scenario: Scenario) -> Iterable[str]:
        """Yield a column for each, if *rival* says something of who did it, and of what."""
        tests = {line.split()[2] for line in scenario.report}
        said = self.told(rival, scenario).of(tests)
        if said:
            yield _SEEN
            if any(_names(line, " ".join(said)) for line in scenario.report):
                yield _NAMED

    def _alone(self, scenario: Scenario, rival: Rival) -> Result:
        kept = [each for each in scenario.options if not each.startswith("--mlops-ws-guard")]
        options = [*kept, *rival.options]
        return self._play(scenario, options, {"MLOPS_WS_GUARD": "off"}, rival.plugins)

    def _play(
        self,
        scenario: Scenario,
        options: list[str],
        variables: Mapping[str, str],
        plugins: tuple[str, ...] = (),
    ) -> Result:
        self._number += 1
        place = self._bench.place / str(self._number)
        place.mkdir()
        try:
            return self._corpus.perform(
                scenario,
                place,
                self._bench.place / "cache",
                options=options,
                plugins=plugins,
                variables={"PYTHONPATH": self._path, **variables},
            )
        except subprocess.TimeoutExpired:  # a suite that does not end is one that fails
            return self._corpus.Result([], [], "", 1, [])


def _is_refused(line: str) -> bool:
    return "(refused)" in line


def _keys(report: Iterable[str]) -> set[tuple[str, ...]]:
    """Return rule, test and what was touched; lines and owners may differ."""
    return {(*line.split()[1:3], line.partition(": ")[2].split(" after ")[0]) for line in report}


def _bare(test: str) -> str:
    return test.rpartition("::")[2]


def _names(line: str, said: str) -> bool:
    """Tell whether *said* has a word of what the report's *line* says was touched."""
    touched = line.partition(": ")[2].partition(" after ")[0].removesuffix(" (refused)")
    words = re.findall(r"[\w.]{4,}", touched.rpartition("/")[2])
    return any(word.lower().rstrip("s") in said.lower() for word in words)


BENCHMARKS = (rivals,)
