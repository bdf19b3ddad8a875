from __future__ import annotations

import io
from dataclasses import replace
from importlib import metadata
from pathlib import Path

import pytest

from pytest_mlops_ws.cli.demo import page
from pytest_mlops_ws.cli.demo.evidence import Evidence, Run
from pytest_mlops_ws.cli.terminal import write

ROOT = Path("/scratch")
CLEAN = Evidence(
    root=ROOT / "with-workspace",
    tests=12,
    failed=(),
    seconds=(0.5, 0.25, 3.25),
    runs=(Run("ridge", "demand", "demand", ROOT / "with-workspace/tests/t0/mlflow.db"),),
    dropped=(),
    rewritten=(),
    published=("churn/messages.csv", "fraud/transactions.csv"),
    lost=(),
)
LEAKY = replace(
    CLEAN,
    root=ROOT / "by-hand",
    seconds=(15.0, 1.0, 4.0),
    runs=(Run("outlook", "demand", "churn", ROOT / "by-hand/tests/t0/mlflow.db"),),
    dropped=("mlruns/1/a.json", "mlruns/1/b.json"),
    rewritten=("mlops/workspace/churn/dvc/messages.csv.dvc",),
    lost=("churn/dvc/messages.csv",),
)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


OURS_LEAKY = replace(
    LEAKY,
    root=CLEAN.root,
    runs=(Run("outlook", "demand", "churn", CLEAN.root / "tests/t0/mlflow.db"),),
)


def shown(by_hand: Evidence, ours: Evidence, stream: io.StringIO | None = None) -> str:
    stream = stream or io.StringIO()
    write(page.lines(ROOT, by_hand, ours, page.Seconds(template=4.24, all=41.7)), stream)
    return stream.getvalue()


def test_page_says_what_happened_where_and_why() -> None:
    versions = ", ".join(f"{tool} {metadata.version(tool)}" for tool in ("pytest", "dvc"))
    first, rest = shown(LEAKY, CLEAN).split("\n", 1)
    assert first.startswith("Three projects, 12 tests, run twice (pytest ")
    assert all(each in first for each in versions.split(", "))
    assert rest == PAGE


def test_leak_in_our_half_is_shown_like_any_other() -> None:
    ours = shown(LEAKY, OURS_LEAKY).split("What they left behind with workspace\n")[1]
    assert ours.startswith('  demand\'s run "outlook" is in the experiment "churn"\n')
    assert "with-workspace/repo/mlruns/" in ours
    assert "nothing" not in ours


def test_failed_test_is_named_and_times_are_not_compared() -> None:
    failing = replace(CLEAN, failed=("test_a",))
    text = shown(LEAKY, failing)
    assert "  tests passed                                     12 of 12           11 of 12" in text
    assert "  test_a failed\n    with-workspace/pytest.log\n" in text
    assert "times as fast" not in text


def test_failing_by_hand_is_not_called_green() -> None:
    text = shown(replace(LEAKY, failed=("test_a",)), CLEAN)
    assert "What the tests left behind by hand" in text


def test_long_lists_are_cut_and_counted() -> None:
    many = replace(LEAKY, lost=tuple(f"data/{n}.csv" for n in range(5)))
    assert "  0.csv, 1.csv, 2.csv, 2 more: last month's data is gone\n" in shown(many, CLEAN)


def test_terminal_gets_colour_and_the_same_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    coloured = shown(LEAKY, CLEAN, Terminal())
    assert "\x1b[31m" in coloured
    from rich.text import Text

    plain = shown(LEAKY, CLEAN)
    words = [line.rstrip() for line in Text.from_ansi(coloured).plain.splitlines()]
    assert words == plain.splitlines()


@pytest.mark.parametrize("setting", [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_terminal_that_wants_no_colour_gets_none(
    setting: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv(*setting)
    assert "\x1b" not in shown(LEAKY, CLEAN, Terminal())


PAGE = """
                                                    by hand     with workspace
  tests passed                                     12 of 12           12 of 12
  runs in another project's experiment                    1                  0
  files dropped into the repository                       2                  0
  committed files rewritten                               1                  0
  data sets deleted from the shared storage               1                  0
  all tests took                                     20.0 s              4.0 s
  a test took (median)                               4.00 s             0.50 s
  once per machine: the template                                         4.2 s
                                     saved 16.0 s; a test is 8.0 times as fast

What the green tests left behind by hand
  demand's run "outlook" is in the experiment "churn"
    by-hand/tests/t0/mlflow.db
    an earlier test's set_experiment() is still in force
  2 files of models and artifacts are in the repository
    by-hand/repo/mlruns/
    a tracking URI of its own does not move a test's artifacts
  messages.csv.dvc: rewritten
    git -C by-hand/repo diff
    a test's `dvc add` in the project's own repository
  messages.csv: last month's data is gone
    by-hand/storage/
    `dvc gc` in a test of churn, on the storage of all three

What they left behind with workspace
  nothing

Where to look, below /scratch
  by-hand/repo/conftest.py        the fixture written by hand
  with-workspace/repo/projects/   the same tests; here without a conftest
  with-workspace/tests/           the tests' workspaces, as they were
  by-hand/pytest.log              what pytest said; beside it junit.xml
Every figure was measured in this run, which took 42 s.
"""
