from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_mlops_ws.checks.run import Checked


def test_a_manifest_at_the_root_bears_any_name(says: Callable[..., list[str]]) -> None:
    # What a checkout is called is not in the repository.
    files = {"workspace.yaml": "project_name: fraud\n", "a/workspace.yaml": "project_name: bb\n"}
    assert says("WS301", {}, files) == ["the workspace of 'bb' is in a directory called 'a'"]


@pytest.mark.parametrize("name", ["churn_eval", "churn-eval"])
def test_the_two_spellings_are_told_apart(says: Callable[..., list[str]], name: str) -> None:
    files = {f"teams/risk/{name}/workspace.yaml": "project_name: churn_eval\n"}
    expected = [
        f"the workspace of 'churn_eval' is in a directory called '{each}'"
        for each in [name]
        if each != "churn_eval"
    ]
    assert says("WS301", {}, files) == expected


@pytest.mark.parametrize(
    ("directory", "remedy"),
    [
        ("churn", "name it 'project_name: churn', or: git mv 'ml/churn' 'ml/fraud'"),
        ("Fraud", "git mv 'ml/Fraud' 'ml/fraud'"),  # no legal name
    ],
)
def test_only_a_legal_name_is_proposed(
    checked: Callable[..., Checked], directory: str, remedy: str
) -> None:
    found = checked({f"ml/{directory}/workspace.yaml": "project_name: fraud\n"}, "WS301")
    assert [each.remedy for each in found.diagnostics] == [remedy]
