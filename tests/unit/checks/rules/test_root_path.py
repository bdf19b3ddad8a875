from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def test_null_is_no_root_path(says: Callable[..., list[str]]) -> None:
    assert says("WS206", {"churn": "root_path:\n", "fraud": "root_path: ~\n"}) == []


def test_what_is_under_metadata_is_the_projects_own(says: Callable[..., list[str]]) -> None:
    assert says("WS206", {"churn": "metadata:\n  root_path: /srv\n"}) == []
