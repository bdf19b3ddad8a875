from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

from pytest_mlops_ws.findings.rule import Link

BASE = "mlops/workspace"


def test_each_is_told_of_the_innermost_around_it(says: Callable[..., list[str]]) -> None:
    files = {
        f"{BASE}/churn/eval/workspace.yaml": "project_name: eval\n",
        f"{BASE}/churn/eval/deep/er/workspace.yaml": "project_name: er\n",
        f"{BASE}/churn/eval-2/workspace.yaml": "project_name: eval-2\n",
    }
    assert says("WS309", {"churn": "", "churn-2": ""}, files) == [
        "eval-2's workspace lies in churn's",
        "er's workspace lies in eval's",
        "eval's workspace lies in churn's",
    ]


def test_a_workspace_at_the_root_is_around_all(says: Callable[..., list[str]]) -> None:
    assert says("WS309", {"churn": ""}, {"workspace.yaml": "project_name: whole\n"}) == [
        "churn's workspace lies in whole's"
    ]


def test_a_link_does_not_hide_it(says: Callable[..., list[str]]) -> None:
    files = {
        "teams/risk": Link("../mlops/workspace/churn/risk"),
        f"{BASE}/churn/risk/limits/workspace.yaml": "project_name: limits\n",
    }
    assert says("WS309", {"churn": ""}, files) == ["limits's workspace lies in churn's"]


@pytest.mark.parametrize(
    ("churn", "fraud", "message"),
    [
        ("../../../x", "../../../x", "are one directory: x"),
        ("../../../x", "../../../y/../x/", "are one directory: x"),
        ("/mnt/x", "/mnt/x", "are one directory: /mnt/x"),
    ],
)
def test_areas_that_are_one(
    says: Callable[..., list[str]], churn: str, fraud: str, message: str
) -> None:
    files = {f"{BASE}/churn/outputs": Link(churn), f"{BASE}/fraud/monitoring": Link(fraud)}
    assert says("WS309", {"churn": "", "fraud": ""}, files) == [
        f"{BASE}/fraud/monitoring and {BASE}/churn/outputs {message}"
    ]


@pytest.mark.parametrize(
    ("churn", "fraud"),
    [
        ({"outputs": "../../../x"}, {"outputs": "../../../x-2"}),
        ({"outputs": "../../../x", "models": "../../../x/models"}, {}),
        # Data that both read is no area.
        ({"dvc/reference": "../../../../data"}, {"dvc/reference": "../../../../data"}),
        ({"dvc/outputs": "../../../../x"}, {"dvc/outputs": "../../../../x"}),
        ({"notes": "../../../x"}, {"notes": "../../../x"}),
    ],
)
def test_these_are_apart(
    says: Callable[..., list[str]], churn: dict[str, str], fraud: dict[str, str]
) -> None:
    files = {
        **{f"{BASE}/churn/{name}": Link(target) for name, target in churn.items()},
        **{f"{BASE}/fraud/{name}": Link(target) for name, target in fraud.items()},
    }
    assert says("WS309", {"churn": "", "fraud": ""}, files) == []
