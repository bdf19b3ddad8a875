from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable


def test_each_missing_one_is_named(says: Callable[..., list[str]]) -> None:
    text = "source_paths: [src, gone, src/a.py]\ndvc_repo_path: data\n"
    assert says("WS317", {"fraud": text}, {"src/a.py": ""}) == [
        "gone, which fraud's source_paths names, does not exist",
        "src/a.py, which fraud's source_paths names, is no directory",
        "data, which fraud's dvc_repo_path names, does not exist",
    ]


@pytest.mark.parametrize(
    "text", ["source_paths: []\n", "source_paths:\n", "dvc_repo_path: ${MLOPS_WS_UNSET}\n", ""]
)
def test_nothing_is_named(says: Callable[..., list[str]], text: str) -> None:
    assert says("WS317", {"fraud": text}) == []


def test_a_linked_directory_is_there(says: Callable[..., list[str]]) -> None:
    from pytest_mlops_ws.findings.rule import Link

    files = {"lib/a.py": "", "src": Link("lib")}
    assert says("WS317", {"fraud": "source_paths: [src]\n"}, files) == []


def test_a_repository_in_a_repository_counts_from_its_own_root(
    says: Callable[..., list[str]],
) -> None:
    files = {
        "examples/sample/mlops/workspace/fraud/workspace.yaml": (
            "project_name: fraud\nsource_paths: [src]\ndvc_repo_path: src\n"
        ),
        "examples/sample/src/a.py": "",
    }
    assert says("WS317", {}, files) == []
