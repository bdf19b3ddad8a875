from __future__ import annotations

import os
import signal
import tempfile
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from pytest_mlops_ws.ground import alive

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Start = Callable[[Callable[[], object]], int]


@pytest.fixture
def start() -> Iterator[Start]:
    """Fork off a process that does something and then lives on."""
    started = []

    def start(act: Callable[[], object]) -> int:
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            os.setpgid(0, 0)
            act()
            os.write(writing, b"!")
            signal.pause()
        started.append(child)
        assert os.read(reading, 1) == b"!"
        os.close(reading)
        os.close(writing)
        return child

    yield start
    for child in started:
        with suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(child, 0)


def kill(child: int) -> None:
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def test_a_sign_tells_of_life_until_it_ends_however_it_ends(tmp_path: Path, start: Start) -> None:
    child = start(lambda: alive.show(tmp_path))
    sign = alive.sign(tmp_path, child)
    assert alive.lives(sign) is True
    kill(child)
    assert alive.lives(sign) is False


def test_a_child_that_outlives_its_parent_is_no_sign_of_that(tmp_path: Path, start: Start) -> None:
    def act() -> None:
        alive.show(tmp_path)
        reading, writing = os.pipe()
        if not os.fork():
            os.write(writing, b"!")  # from here on it has forgotten its parent's sign
            signal.pause()
        assert os.read(reading, 1) == b"!"

    parent = start(act)
    kill(parent)
    assert alive.lives(alive.sign(tmp_path, parent)) is False


def test_without_a_sign_nothing_is_known(tmp_path: Path) -> None:
    assert alive.lives(tmp_path / "alive") is None


def test_where_no_sign_can_be_given_there_is_none(tmp_path: Path, start: Start) -> None:
    start(lambda: alive.show(tmp_path / "missing"))
    assert list(tmp_path.iterdir()) == []


def test_a_working_directory_goes_with_its_block(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with alive.working_directory("model") as place:
        assert place.parent.name.startswith("mlops-ws-model-")
        assert list(place.iterdir()) == []
        assert alive.lives(place.parent / alive.SIGN) is True
        (tmp_path / "kept").hardlink_to(place.parent / alive.SIGN)
    assert list(tmp_path.iterdir()) == [tmp_path / "kept"]
    assert alive.lives(tmp_path / "kept") is False
