from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from pytest_mlops_ws.guard.attribution import Line
from pytest_mlops_ws.guard.channel import Channel
from pytest_mlops_ws.guard.crossing import Crossing

if TYPE_CHECKING:
    from pathlib import Path

FIRST = Crossing("WS701", "fraud writes", Line("test_a.py", 1, "test_a"))
SECOND = Crossing("WS702", "fraud reads", Line("test_a.py", 2), poison=Line("conftest.py", 3))


def test_what_is_sent_is_received_once(tmp_path: Path) -> None:
    ours, theirs = (Channel(str(tmp_path / "channel")) for _ in range(2))
    assert ours.receive() == []
    theirs.send(FIRST)
    ours.open()
    theirs.send(SECOND)
    assert ours.receive() == [FIRST, SECOND]
    assert ours.receive() == []
    ours.close()


def test_a_line_that_is_not_whole_waits_for_its_end(tmp_path: Path) -> None:
    channel = Channel(str(tmp_path / "channel"))
    channel.open()
    channel.send(FIRST)
    whole = (tmp_path / "channel").read_bytes()
    (tmp_path / "channel").write_bytes(whole + whole[:9])
    assert channel.receive() == [FIRST]
    (tmp_path / "channel").write_bytes(whole + whole)
    assert channel.receive() == [FIRST]
    channel.close()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_what_a_forked_child_has_received_is_still_there_for_its_parent(tmp_path: Path) -> None:
    channel = Channel(str(tmp_path / "channel"))
    channel.open()
    channel.send(FIRST)
    child = os.fork()
    if not child:
        os._exit(0 if channel.receive() == [FIRST] else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert channel.receive() == [FIRST]
    channel.close()
