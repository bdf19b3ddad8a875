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
import sys, threading, time
from pytest_mlops_ws.ground import progress
progress.PATIENCE_SECONDS = 0.2
with progress.progress("pushing [data]"):
    time.sleep(float(sys.argv[1]))
assert ("rich" in sys.modules) is (sys.argv[2] == "told")
assert "_tell" not in str(threading.enumerate())  # nothing is written later
"""
#: Two at once: the second one is told of when the first has ended, and waits for nobody.
TWO = """
import sys, threading, time
from pytest_mlops_ws.ground import progress
progress.PATIENCE_SECONDS = 0.1

def take(doing, seconds):
    with progress.progress(doing):
        time.sleep(seconds)

def first():
    take("first", 2)

one = threading.Thread(target=first)
one.start()
time.sleep(1)
started = time.monotonic()
take("short", 0.3)
assert time.monotonic() - started < 0.9
take("second", 2)
one.join()
"""


def on_a_terminal(*arguments: str, program: str = PROGRAM, **variables: str) -> str:
    """Run a program with a terminal for its standard error; return what it showed."""
    ours, its = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", **variables}
    with subprocess.Popen(
        [sys.executable, "-c", program, *arguments], stderr=its, env=environment
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


def test_who_wants_no_colour_gets_none() -> None:
    assert "\x1b[3" in on_a_terminal("1", "told")
    assert "\x1b[3" not in on_a_terminal("1", "told", NO_COLOR="1")


def test_what_is_long_stays_one_line() -> None:
    program = PROGRAM.replace("pushing [data]", "pushing " + "data " * 40 + "END")
    shown = on_a_terminal("1", "told", program=program)
    assert "pushing data data" in shown
    assert "END" not in shown
    assert shown.count("\n") == 1  # when it is wiped away


def test_of_two_at_once_one_after_the_other_is_told() -> None:
    shown = on_a_terminal(program=TWO)
    assert "short" not in shown
    assert -1 < shown.rindex("first") < shown.index("second")


def test_what_goes_on_inside_ends_with_its_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)  # as pythonw has it
    with progress.progress("outer") as outer:
        with progress.progress("inner") as inner:
            assert progress.current() is inner
        assert progress.current() is outer
    assert progress.current().doing == ""


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
