"""What the kernel tells of changes, and that it says when it does not tell all."""

from __future__ import annotations

import os
import sys
from contextlib import closing
from pathlib import Path

import pytest

from pytest_mlops_ws.guard.notifications import Notifications

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="inotify is Linux's")

KEPT = Path("/proc/sys/fs/inotify/max_queued_events")


def test_changes_are_told_once(tmp_path: Path) -> None:
    with closing(Notifications()) as notifications:
        notifications.add(str(tmp_path))
        (tmp_path / "made").write_text("1", encoding="utf-8")
        (tmp_path / "made").write_text("2", encoding="utf-8")
        assert notifications.changes() == [(str(tmp_path / "made"), "made")]
        assert notifications.changes() == []
        assert not notifications.has_lost


@pytest.mark.skipif(not KEPT.is_file(), reason="how many are kept is not known")
def test_more_than_the_kernel_keeps_is_noticed(tmp_path: Path) -> None:
    with closing(Notifications()) as notifications:
        notifications.add(str(tmp_path))
        first, second = (os.open(tmp_path / name, os.O_CREAT | os.O_WRONLY) for name in "ab")
        # The same twice in a row is one.
        for _ in range(int(KEPT.read_text(encoding="ascii"))):
            os.write(first, b"1")
            os.write(second, b"2")
        os.close(first)
        os.close(second)
        assert {path for path, _ in notifications.changes()} == {
            str(tmp_path / name) for name in "ab"
        }
        assert notifications.has_lost
