from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("churn", "fraud"),
    [
        ("[projects/churn]", "[projects/fraud]"),
        ("[projects]", "[projects/fraud]"),
        ("[projects/a, projects/b]", "[projects/c]"),
        ("[projects/a]", "[]"),
    ],
)
def test_these_are_apart(says: Callable[..., list[str]], churn: str, fraud: str) -> None:
    projects = {"churn": f"source_paths: {churn}\n", "fraud": f"source_paths: {fraud}\n"}
    assert says("WS312", projects) == []


def test_spelling_and_links_do_not_hide_it(says: Callable[..., list[str]]) -> None:
    from pytest_mlops_ws.findings.rule import Link

    projects = {
        "churn": "source_paths: [src/risk]\n",
        "fraud": "source_paths: [src/./x/../risk/]\n",
        "limits": "source_paths: [limits, lib]\n",
    }
    files = {"src/risk/a.py": "", "limits/a.py": "", "lib": Link("src/risk")}
    assert says("WS312", projects, files) == [
        "src/./x/../risk/ is churn's code, too: rules about code leave it out",
        "lib is churn's code, too: rules about code leave it out",
    ]


def test_twice_in_one_manifest_is_no_second_project(says: Callable[..., list[str]]) -> None:
    assert says("WS312", {"churn": "source_paths: [src, ./src]\n"}) == []
