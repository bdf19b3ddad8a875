from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def test_repository_that_no_project_uses_is_passed_over(says: Callable[..., list[str]]) -> None:
    files = {
        "legacy/.dvc/config": "",
        "legacy/data.csv.dvc": "outs:\n- path: data.csv\n",
        ".dvc/config": "",
    }
    sharing = {"churn": "dvc_repo_path: .\n", "fraud": "dvc_repo_path: .\n"}
    assert says("WS407", sharing, files) == [
        "fraud and churn use one DVC repository: that of the whole repository"
    ]
