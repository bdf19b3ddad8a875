from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_mlops_ws.ground.unwatched import unwatched
from pytest_mlops_ws.guard import hook

if TYPE_CHECKING:
    from collections.abc import Iterator


class RefusedError(Exception):
    """What the watcher hands on."""


class Watcher:
    """Refuses whatever is opened by the name of ``forbidden``, and looks before it does."""

    def __init__(self) -> None:
        self.judges = {"open": self._judge}
        self.faults: list[BaseException] = []

    def _judge(self, _: str, args: tuple[Any, ...]) -> BaseException | None:
        name = str(args[0])
        if name.endswith("faulty"):
            raise ValueError(name)
        Path(__file__).open(encoding="utf-8").close()  # its own doing is not judged
        return RefusedError() if name.endswith("forbidden") else None

    def fault(self, error: BaseException) -> None:
        self.faults.append(error)


@pytest.fixture
def watcher() -> Iterator[Watcher]:
    watcher = Watcher()
    before = hook.watch(watcher)
    yield watcher
    hook.watch(before)


@pytest.mark.usefixtures("watcher")
def test_a_refusal_is_raised_where_it_happens(tmp_path: Path) -> None:
    (tmp_path / "free").touch()
    with pytest.raises(RefusedError):
        (tmp_path / "forbidden").touch()
    assert not (tmp_path / "forbidden").exists()


@pytest.mark.usefixtures("watcher")
def test_what_is_unwatched_is_one_threads_and_ends_with_the_block(tmp_path: Path) -> None:
    refused = []

    def elsewhere() -> None:
        with pytest.raises(RefusedError):
            (tmp_path / "another forbidden").touch()
        refused.append(True)

    with unwatched:
        with unwatched:
            pass
        (tmp_path / "forbidden").touch()
        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join()
    assert refused == [True]
    with pytest.raises(RefusedError):
        (tmp_path / "third forbidden").touch()


def test_a_fault_of_the_watcher_lets_everything_go_on(tmp_path: Path, watcher: Watcher) -> None:
    (tmp_path / "faulty").touch()
    assert [str(each) for each in watcher.faults] == [str(tmp_path / "faulty")]


def test_nobody_is_asked_once_nobody_watches(tmp_path: Path, watcher: Watcher) -> None:
    assert hook.watch(None) is watcher
    (tmp_path / "forbidden").touch()
