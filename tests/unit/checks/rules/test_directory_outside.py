from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("source_paths: [x/../..]\n", "fraud's source_paths leads out of the repository: x/../.."),
        (
            "source_paths: [mlops/workspace/churn/x]\n",
            "fraud's source_paths leads into churn's workspace: mlops/workspace/churn/x",
        ),
        (
            "dvc_repo_path: mlops/workspace/.remotes/churn\n",
            "fraud's dvc_repo_path leads into churn's workspace: mlops/workspace/.remotes/churn",
        ),
        ("dvc_repo_path: link\n", "fraud's dvc_repo_path leads out of the repository: link"),
    ],
)
def test_these_are_not_its_own(says: Callable[..., list[str]], text: str, message: str) -> None:
    from pytest_mlops_ws.findings.rule import Link

    assert says("WS318", {"churn": "", "fraud": text}, {"link": Link("../elsewhere")}) == [message]


@pytest.mark.parametrize(
    "text",
    [
        "source_paths: [projects/fraud, mlops/workspace/fraud]\n",
        "source_paths: [.]\n",
        "source_paths: [x/../y]\n",
        "dvc_repo_path: .\n",
        "dvc_repo_path: mlops/workspace/fraud\n",
        "dvc_repo_path: mlops\n",
    ],
)
def test_these_are(says: Callable[..., list[str]], text: str) -> None:
    assert says("WS318", {"churn": "", "fraud": text}) == []
