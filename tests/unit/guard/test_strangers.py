"""What the kernel tells of other processes."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from pytest_mlops_ws.guard import strangers

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are found by /proc")


def test_a_process_without_words_goes_by_its_name() -> None:
    # As one does in the middle of `exec`.
    with subprocess.Popen([""], executable="/bin/cat", stdin=subprocess.PIPE) as process:
        assert strangers.command(process.pid) == "[cat]"
        assert process.stdin is not None
        process.stdin.close()


def test_what_is_over_runs_nothing() -> None:
    with subprocess.Popen(["true"]) as process:
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        assert not strangers.command(process.pid)
