from __future__ import annotations

import subprocess
import sys
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

resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    write_new(Path(sys.argv[1]), bytes(1001))
except OSError as error:
    print(error.strerror)
"""


def test_a_new_file_holds_what_it_was_given(tmp_path: Path) -> None:
    content = bytes(range(256)) * 5_000
    write_new(tmp_path / "new", content)
    assert (tmp_path / "new").read_bytes() == content


def test_a_new_file_replaces_nothing(tmp_path: Path) -> None:
    (tmp_path / "old").write_bytes(b"old")
    with pytest.raises(FileExistsError):
        write_new(tmp_path / "old", b"new")
    assert (tmp_path / "old").read_bytes() == b"old"


@pytest.mark.skipif(sys.platform == "win32", reason="a limit stands for a full disk")
def test_a_part_of_a_new_file_is_an_error(tmp_path: Path) -> None:
    command = [sys.executable, "-c", FULL_DISK, str(tmp_path / "new")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "File too large\n"
