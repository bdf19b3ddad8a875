from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from pytest_mlops_ws.guard import paths

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    paths.forget()
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "file").write_text("x")
    (tmp_path / "link").symlink_to("real")
    (tmp_path / "name").symlink_to("real/file")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_links_on_the_way_are_followed(place: Path) -> None:
    assert paths.real("link/file") == f"{place}/real/file"
    assert paths.real(b"link/../real/new") == f"{place}/real/new"


def test_a_link_as_the_last_part_is_followed_where_the_call_does(place: Path) -> None:
    assert paths.real(place / "name") == f"{place}/real/file"
    assert paths.real(place / "name", follow=False) == f"{place}/name"


def test_a_link_that_was_moved_is_seen_after_forget(place: Path) -> None:
    assert paths.real("link/new") == f"{place}/real/new"
    (place / "other").mkdir()
    (place / "link").unlink()
    (place / "link").symlink_to("other")
    paths.forget()
    assert paths.real("link/new") == f"{place}/other/new"


def test_a_descriptor_says_what_it_stands_for(place: Path) -> None:
    descriptor = os.open("real", os.O_RDONLY)
    try:
        assert paths.real(descriptor) == f"{place}/real"
        assert paths.real("new", descriptor) == f"{place}/real/new"
        assert paths.real("new", -1) == f"{place}/new"
    finally:
        os.close(descriptor)


@pytest.mark.parametrize("path", ["", "a\0b", None, 3.5])
def test_what_is_no_path_is_none(path: object) -> None:
    assert paths.real(path) is None


def test_dots_end_somewhere(place: Path) -> None:
    assert paths.real("real/..") == str(place)
    assert paths.real("/") == "/"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (":memory:", None),
        ("", None),
        (7, None),
        ("a.db", ("a.db", False)),
        ("file:a%20b.db?mode=ro", ("a b.db", True)),
        ("file:/x/a.db?mode=rwc", ("/x/a.db", False)),
        ("file:a?mode=memory&cache=shared", None),
        ("file:a.db?immutable=1", ("a.db", True)),
    ],
)
def test_a_databases_address(address: object, expected: tuple[str, bool] | None) -> None:
    assert paths.database(address) == expected
