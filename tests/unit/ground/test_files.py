from __future__ import annotations

import os
import subprocess
import sys
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from pytest_mlops_ws.ground.files import write_new

if TYPE_CHECKING:
    from pathlib import Path

FULL_DISK = """
import resource
import sys
from pathlib import Path
from pytest_mlops_ws.ground.files import write_new

sys.dont_write_bytecode = True  # a module that the limit cuts off is taken for whole
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    write_new(Path(sys.argv[1]), *map(bytes, map(int, sys.argv[2:])))
except OSError as error:
    print(error.strerror)
"""


@pytest.mark.parametrize("cuts", [(), (1,), (0, 700_000, 700_000)])
def test_a_new_file_holds_what_it_was_given(tmp_path: Path, cuts: tuple[int, ...]) -> None:
    content = bytes(range(256)) * 5_000
    parts = [memoryview(content)[start:end] for start, end in pairwise((0, *cuts, len(content)))]
    write_new(tmp_path / "new", *parts)
    assert (tmp_path / "new").read_bytes() == content


def test_what_a_nearly_full_disk_left_over_is_written_after_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stock = os.writev
    monkeypatch.setattr(os, "writev", lambda descriptor, parts: stock(descriptor, parts[:1]))
    write_new(tmp_path / "new", b"one", b"two", b"three")
    assert (tmp_path / "new").read_bytes() == b"onetwothree"


def test_parts_are_written_where_the_system_takes_one_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "writev")
    write_new(tmp_path / "new", b"one", memoryview(b"two"))
    assert (tmp_path / "new").read_bytes() == b"onetwo"


def test_a_new_file_replaces_nothing(tmp_path: Path) -> None:
    (tmp_path / "old").write_bytes(b"old")
    with pytest.raises(FileExistsError):
        write_new(tmp_path / "old", b"new")
    assert (tmp_path / "old").read_bytes() == b"old"


@pytest.mark.skipif(sys.platform == "win32", reason="a limit stands for a full disk")
@pytest.mark.parametrize("sizes", ["1001", "1 1000", "1001 0"])
def test_a_part_of_a_new_file_is_an_error(tmp_path: Path, sizes: str) -> None:
    command = [sys.executable, "-c", FULL_DISK, str(tmp_path / "new"), *sizes.split()]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "File too large\n"
