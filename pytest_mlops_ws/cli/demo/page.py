"""The page ``mlops-ws demo`` prints: 80 columns."""

from __future__ import annotations

import contextlib
import sys
from collections import Counter
from statistics import median
from typing import TYPE_CHECKING

from pytest_mlops_ws.cli.terminal import colour
from pytest_mlops_ws.ground.distributions import version
from pytest_mlops_ws.model.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from pytest_mlops_ws.cli.demo.evidence import Evidence
    from pytest_mlops_ws.cli.terminal import Line

_LABEL, _LEFT, _RIGHT = 44, 15, 19
_SHOWN = 3
_PLACES = {
    "by-hand/repo/conftest.py": "the fixture written by hand",
    "with-workspace/repo/projects/": "the same tests; here without a conftest",
    "with-workspace/tests/": "the tests' workspaces, as they were",
    "by-hand/pytest.log": "what pytest said; beside it junit.xml",
}


class Seconds(Record):
    """What took how long, beside the tests: building the template, and all of it."""

    template: float
    all: float


def lines(root: Path, by_hand: Evidence, ours: Evidence, seconds: Seconds) -> list[Line]:
    """Return the page on the two halves that are below *root*."""
    tools = (f"{tool} {version(tool, f'{tool}-skinny')}" for tool in ("pytest", "mlflow", "dvc"))
    green = "the green tests" if by_hand.passed == by_hand.tests else "the tests"
    return [
        [
            (f"Three projects, {ours.tests} tests, run twice", "bold"),
            (f" ({', '.join(tools)})", ""),
        ],
        [],
        *_table(by_hand, ours, seconds.template),
        [],
        [(f"What {green} left behind by hand", "bold")],
        *_left_behind("by-hand", by_hand),
        [],
        [("What they left behind with workspace", "bold")],
        *_left_behind("with-workspace", ours),
        [],
        [("Where to look", "bold"), (f", below {root}", "")],
        *([(f"  {place:32}", ""), (what, "dim")] for place, what in _PLACES.items()),
        [(f"Every figure was measured in this run, which took {seconds.all:.0f} s.", "dim")],
    ]


def _table(by_hand: Evidence, ours: Evidence, template: float) -> Iterator[Line]:
    halves = (by_hand, ours)
    yield [(f"{'':{_LABEL}}{'by hand':>{_LEFT}}{'with workspace':>{_RIGHT}}", "bold")]
    yield _row("tests passed", [f"{half.passed} of {half.tests}" for half in halves])
    yield _counts("runs in another project's experiment", [half.strays for half in halves])
    yield _counts("files dropped into the repository", [half.dropped for half in halves])
    yield _counts("committed files rewritten", [half.rewritten for half in halves])
    yield _counts("data sets deleted from the shared storage", [half.lost for half in halves])
    if by_hand.failed or ours.failed:
        return  # a test that ended early took no time worth comparing
    totals = [sum(half.seconds) for half in halves]
    medians = [median(half.seconds) for half in halves]
    yield _row("all tests took", [f"{total:.1f} s" for total in totals])
    yield _row("a test took (median)", [f"{middle:.2f} s" for middle in medians])
    yield _row("once per machine: the template", ["", f"{template:.1f} s"])
    saved = f"saved {totals[0] - totals[1]:.1f} s"
    ratio = f"a test is {medians[0] / medians[1]:.1f} times as fast"
    yield [(f"{f'{saved}; {ratio}':>{_LABEL + _LEFT + _RIGHT}}", "bold")]


def _counts(label: str, items: Sequence[Sequence[object]]) -> Line:
    styles = ["red" if left else "green" for left in items]
    return _row(label, [str(len(left)) for left in items], styles)


def _row(label: str, figures: Sequence[str], styles: Sequence[str] = ("", "")) -> Line:
    left, right = figures
    return [
        (f"  {label:{_LABEL - 2}}", ""),
        (f"{left:>{_LEFT}}", styles[0]),
        (f"{right:>{_RIGHT}}", styles[1]),
    ]


def _left_behind(half: str, found: Evidence) -> Iterator[Line]:
    """Say of each kind what happened, where, and why."""
    for run in found.strays[:_SHOWN]:
        yield [(f'  {run.project}\'s run "{run.name}" is in the experiment "{run.experiment}"', "")]
        yield [(f"    {half}/{run.store.relative_to(found.root).as_posix()}", "dim")]
        yield [("    an earlier test's set_experiment() is still in force", "dim")]
    tops = Counter(name.split("/")[0] for name in found.dropped)
    for top, count in tops.most_common(_SHOWN):
        yield [(f"  {count} files of models and artifacts are in the repository", "")]
        yield [(f"    {half}/repo/{top}/", "dim")]
        yield [("    a tracking URI of its own does not move a test's artifacts", "dim")]
    if found.rewritten:
        yield [(f"  {_names(found.rewritten)}: rewritten", "")]
        yield [(f"    git -C {half}/repo diff", "dim")]
        yield [("    a test's `dvc add` in the project's own repository", "dim")]
    if found.lost:
        yield [(f"  {_names(found.lost)}: last month's data is gone", "")]
        yield [(f"    {half}/storage/", "dim")]
        yield [("    `dvc gc` in a test of churn, on the storage of all three", "dim")]
    for name in found.failed[:_SHOWN]:
        yield [(f"  {name} failed", "red")]
        yield [(f"    {half}/pytest.log", "dim")]
    if found.spotless:
        yield [("  nothing", "green")]


def _names(paths: Sequence[str]) -> str:
    shown = [path.rpartition("/")[2] for path in paths[:_SHOWN]]
    more = [f"{len(paths) - _SHOWN} more"] if len(paths) > _SHOWN else []
    return ", ".join(shown + more)


def progress(doing: str) -> AbstractContextManager[object]:
    """Show that *doing* goes on, where someone watches; nothing anywhere else."""
    if not colour(sys.stderr):
        return contextlib.nullcontext()
    from rich.console import Console

    return Console(file=sys.stderr).status(doing)
