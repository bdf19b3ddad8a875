from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

MESSAGE = "no source_paths, and no directory is called 'fraud': no code was judged"


@pytest.mark.parametrize(
    ("text", "files"),
    [
        ("", {}),  # a repository without code
        ("", {"notes.md": ""}),
        ("", {"projects/fraud/train.py": "", "scripts/release.py": ""}),
        ("source_paths: []\n", {"scripts/release.py": ""}),
        ("source_paths: [services]\n", {"services/a.py": "", "scripts/release.py": ""}),
        ("", {"mlops/workspace/fraud/train.py": ""}),  # code in the workspace itself
    ],
)
def test_these_are_decided(
    says: Callable[..., list[str]], text: str, files: dict[str, str]
) -> None:
    assert says("WS315", {"fraud": text}, files) == []


def test_code_of_nobody_may_be_the_projects(says: Callable[..., list[str]]) -> None:
    files = {"services/a.py": "", "churn/a.py": ""}
    assert says("WS315", {"churn": "", "fraud": ""}, files) == [MESSAGE]


def test_a_repository_in_a_repository_has_code_of_its_own(says: Callable[..., list[str]]) -> None:
    sample = "examples/sample"
    files = {
        f"{sample}/mlops/workspace/fraud/workspace.yaml": "project_name: fraud\n",
        "fraud/a.py": "",
    }
    # What is beside the sample is not in it.
    assert says("WS315", {}, files) == [MESSAGE]
    assert says("WS315", {}, {**files, "fraud/a.py": "", f"{sample}/fraud/a.py": ""}) == []
