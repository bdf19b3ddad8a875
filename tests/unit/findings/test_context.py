from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mlops_ws.findings.context import installed_version, reader
from pytest_mlops_ws.findings.outcome import Unchecked
from pytest_mlops_ws.ground.distributions import version

if TYPE_CHECKING:
    from pathlib import Path


def test_text_of_a_file_is_had_by_its_path(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "workspace.yaml").write_bytes(b"name: \xff\r\n")
    read = reader(str(tmp_path))
    assert read("a/workspace.yaml") == "name: \ufffd\r\n"
    (tmp_path / "mark.yaml").write_bytes(b"\xef\xbb\xbfname: x\n")
    assert read("mark.yaml") == "name: x\n"  # a span counts its columns without the mark
    assert [read(path) for path in ("b/workspace.yaml", "a", "a\0b")] == [None, None, None]


def test_version_is_the_installed_one() -> None:
    assert installed_version() == version("pytest-mlops-ws")


def test_what_is_unchecked_says_so() -> None:
    assert str(Unchecked("a", "b")) == "a: not judged: b"
    assert str(Unchecked("", "b")) == "the repository: not judged: b"
