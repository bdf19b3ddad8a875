"""What the kernel tells of other processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, TypeAlias

import pytest

from pytest_mlops_ws.ground import alive
from pytest_mlops_ws.guard import strangers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

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


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The directory of a session, of whose second worker this process is the guard."""
    session = tmp_path / "pytest-0"
    for worker in ("popen-gw0", "popen-gw1"):
        (session / worker).mkdir(parents=True)
    monkeypatch.setenv("MLOPS_WS_GUARD_CHILD", f"{session}/popen-gw1/guard-{os.getpid()}.json")
    return session


@contextmanager
def process(place: Path, mark: str) -> Iterator[int]:
    """A process of somebody's that stands in *place*, and bears *mark*."""
    # It starts another and ends: whose parent is gone, is known by the mark alone.
    # `mlops-ws doctor --fix`, whoever calls it meanwhile, does not end what does not listen.
    program = "trap '' TERM; cd \"$0\" && exec sleep 60 >/dev/null & echo $!"
    said = subprocess.check_output(
        ["sh", "-c", program, str(place)], env={**os.environ, "MLOPS_WS_GUARD_CHILD": mark}
    )
    number = int(said)
    try:
        until = time.monotonic() + 10
        while "sleep" not in strangers.command(number) and time.monotonic() < until:
            time.sleep(0.01)
        yield number
    finally:
        os.kill(number, signal.SIGKILL)


@pytest.fixture
def held() -> Iterator[Callable[[Path, int], None]]:
    """Give a sign of life for another process, as that would."""
    with ExitStack() as undo:

        def hold(directory: Path, number: int) -> None:
            undo.callback(os.close, alive._hold(alive.sign(directory, number)))

        yield hold


Held: TypeAlias = "Callable[[Path, int], None]"


@pytest.mark.parametrize(
    ("where", "lives", "is_strange", "is_orphan"),
    [
        ("pytest-0/popen-gw0", True, False, False),
        ("pytest-0/popen-gw0", False, True, True),
        ("pytest-0/popen-gw0", None, True, False),
        ("pytest-1", True, True, False),
        ("pytest-1", False, True, True),
    ],
)
def test_a_process_is_known_by_the_sign_of_who_started_it(
    session: Path, held: Held, where: str, *, lives: bool | None, is_strange: bool, is_orphan: bool
) -> None:
    directory = session.parent / where
    directory.mkdir(exist_ok=True)
    if lives:
        held(directory, 7)
    elif lives is not None:
        (directory / "alive-7").touch()
    place = session.parent / "place"
    place.mkdir()
    with process(place, f"{directory}/guard-7.json") as number:
        assert strangers.is_used_by_a_stranger(str(place)) is is_strange
        assert (number in [each for each, _ in strangers.orphans()]) is is_orphan


def test_what_this_process_has_started_needs_no_sign(session: Path) -> None:
    place = session / "popen-gw1"
    with process(place, os.environ["MLOPS_WS_GUARD_CHILD"]):
        assert strangers.is_used(str(place))
        assert not strangers.is_used_by_a_stranger(str(place))


def test_the_first_process_of_a_container_has_started_its_children(
    tmp_path: Path, apart: list[str]
) -> None:
    program = f"""
import os, signal, sys
from pytest_mlops_ws.guard import strangers
assert os.getpid() == 1
reading, writing = os.pipe()
if not os.fork():
    os.chdir({str(tmp_path)!r})
    os.write(writing, b"!")
    signal.pause()
os.read(reading, 1)
assert strangers.is_used({str(tmp_path)!r})
assert not strangers.is_used_by_a_stranger({str(tmp_path)!r})
"""
    subprocess.run([*apart, sys.executable, "-c", program], check=True, timeout=60)


def test_a_container_has_signs_of_its_own(session: Path, apart: list[str]) -> None:
    directory = session / "popen-gw0"
    (directory / "alive-1").touch()
    # In there lives what out here would be taken for dead.
    program = f"""
import signal, subprocess
from pathlib import Path
from pytest_mlops_ws.ground import alive
subprocess.run(["mount", "-t", "tmpfs", "none", {str(directory)!r}], check=True)
alive.show(Path({str(directory)!r}))
print(flush=True)
signal.pause()
"""
    mark = f"{directory}/guard-1.json"
    with subprocess.Popen(
        [*apart, sys.executable, "-c", program],
        env={**os.environ, "MLOPS_WS_GUARD_CHILD": mark},
        stdout=subprocess.PIPE,
    ) as outer:
        assert outer.stdout is not None
        outer.stdout.readline()
        orphans = [strangers.command(each) for each, _ in strangers.orphans()]
        marked = [each for each in strangers._processes() if strangers._mark(each) == mark]
        outer.kill()
    assert len(marked) == 2
    assert not [each for each in orphans if program.strip() in each]
