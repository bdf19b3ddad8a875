from __future__ import annotations

import os
import pty
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from pytest_mlops_ws.ground import progress

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = """
import sys, time
from pytest_mlops_ws.ground import progress
progress.PATIENCE_SECONDS = 0.2
with progress.progress("pushing [data]"):
    time.sleep(float(sys.argv[1]))
assert ("rich" in sys.modules) is (sys.argv[2] == "told")
"""


def on_a_terminal(seconds: str, told: str, **variables: str) -> str:
    """Run the program with a terminal for its standard error; return what it showed."""
    ours, its = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", **variables}
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, seconds, told], stderr=its, env=environment
    ) as process:
        os.close(its)
        shown = b""
        while True:
            try:
                part = os.read(ours, 4096)
            except OSError:  # the other end is closed
                break
            if not part:
                break
            shown += part
    os.close(ours)
    assert process.returncode == 0, shown.decode()
    return shown.decode()


def test_what_takes_long_says_so_on_a_terminal() -> None:
    assert "pushing [data] …" in on_a_terminal("1", "told")


def test_what_is_done_at_once_says_nothing() -> None:
    assert on_a_terminal("0", "silent") == ""


def test_a_dumb_terminal_is_told_nothing() -> None:
    assert on_a_terminal("1", "silent", TERM="dumb") == ""


@pytest.mark.parametrize("seconds", ["0", "1"])
def test_a_pipe_is_told_nothing(seconds: str) -> None:
    command = [sys.executable, "-c", PROGRAM, seconds, "silent"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize(
    ("counts", "line"),
    [
        ({}, "pushing …"),
        ({"files": 3}, "pushing … 3 files"),
        ({"of_files": 12}, "pushing … 0 of 12 files"),
        ({"files": 3, "of_files": 12, "size": 999}, "pushing … 3 of 12 files, 999.0 B"),
        ({"size": 4_500_000, "of_size": 20_000_000}, "pushing … 4.5 of 20.0 MB"),
        ({"size": 4_500_000, "of_size": 2 * 10**15}, "pushing … 0.0 of 2000.0 TB"),
    ],
)
def test_how_far_it_is_is_said_in_words(counts: dict[str, int], line: str) -> None:
    meter = progress.Meter("pushing")
    vars(meter).update(counts)
    assert meter.line() == line


def test_what_grows_is_measured_where_it_is(tmp_path: Path) -> None:
    meter = progress.Meter("copying")
    meter.growing = tmp_path
    (tmp_path / "a").write_bytes(b"1234")
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "b").write_bytes(b"56")
    (tmp_path / "loop").symlink_to(tmp_path)
    assert meter.line() == "copying … 6.0 B"
    meter.growing = tmp_path / "missing"
    assert meter.line() == "copying …"
