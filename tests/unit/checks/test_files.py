from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

import pytest

from pytest_mlops_ws.checks import files as module
from pytest_mlops_ws.checks.files import Files

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(str(tmp_path))


@pytest.mark.parametrize("size", [0, 1, (1 << 15) - 1, 1 << 15, (1 << 15) + 1, 3 << 15])
def test_file_is_read_to_its_end(files: Files, tmp_path: Path, size: int) -> None:
    content = os.urandom(size)
    (tmp_path / "a").write_bytes(content)
    assert (files.read("a"), files.unreadable, files.count) == (content, {}, 1)


def test_what_is_gone_is_nothing_to_tell(files: Files, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"")
    assert (files.read("b"), files.read("a/b"), files.unreadable) == (None, None, {})
    assert (files.entries(f"{tmp_path}/b"), files.entries(f"{tmp_path}/a")) == ([], [])
    assert files.unreadable == {}


def test_what_is_there_and_cannot_be_read_is_told(files: Files, tmp_path: Path) -> None:
    (tmp_path / "nowhere").symlink_to("gone")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "directory").mkdir()
    (tmp_path / "endless").symlink_to("/dev/zero")
    os.mkfifo(tmp_path / "pipe")
    with (tmp_path / "huge").open("wb") as huge:
        huge.truncate(module.MAX_BYTES + 1)  # takes no place on the disk
    expected = {
        "nowhere": "it is a link to nowhere",
        "loop": os.strerror(errno.ELOOP),
        "directory": os.strerror(errno.EISDIR),
        "endless": "it is a pipe or a device",
        "pipe": "it is a pipe or a device",
        "huge": "it has 100000001 bytes, and no more than 100000000 are read",
    }
    assert [files.read(name) for name in expected] == [None] * len(expected)
    assert (files.unreadable, files.count) == (expected, 0)


def test_directory_that_cannot_be_listed_is_told(files: Files, tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    assert files.entries(f"{tmp_path}/loop") == []
    assert files.entries("/".join([str(tmp_path)] + ["d" * 200] * 100)) == []
    assert files.unreadable["loop"] == os.strerror(errno.ELOOP)
    assert os.strerror(errno.ENAMETOOLONG) in files.unreadable.values()


def test_place_is_told_as_the_repository_calls_it(files: Files, tmp_path: Path) -> None:
    for path in (str(tmp_path), f"{tmp_path}/a/b", "/elsewhere"):
        files.give_up(path, "why")
    assert files.unreadable == {"": "why", "a/b": "why", "/elsewhere": "why"}
