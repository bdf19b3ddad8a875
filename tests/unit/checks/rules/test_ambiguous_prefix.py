from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable


def prefix(text: str) -> str:
    return f"bentoml_tag_prefix: '{text}'\n"


@pytest.mark.parametrize(
    "projects",
    [
        {"lora": "", "lora-finetuning": "", "lora-2": ""},
        {"lora": prefix("lora--"), "lora-finetuning": ""},
        {"lora": prefix("lora.v1-"), "lora-finetuning": prefix("lora.v2-")},
        {"lora": prefix("${MLOPS_WS_UNSET}"), "lora-finetuning": prefix("${MLOPS_WS_UNSET}")},
        {"lora": prefix("base-"), "lora-finetuning": ""},
        {"lora": prefix("${MLOPS_WS_UNSET}"), "base": prefix("lora--")},
    ],
)
def test_these_can_be_told_apart(says: Callable[..., list[str]], projects: dict[str, str]) -> None:
    assert says("WS310", projects) == []


@pytest.mark.parametrize(
    ("projects", "message"),
    [
        (
            {"churn": prefix("x-"), "fraud": prefix("x-")},
            "fraud's tag prefix 'x-' is churn's",
        ),
        (
            {"churn": prefix("X-"), "fraud": prefix("x-")},
            "fraud's tag prefix 'x-' is churn's",
        ),
        (
            {"churn": prefix("fraud--"), "fraud": ""},
            "churn's tag prefix 'fraud--' is fraud's",
        ),
        (
            {"churn": prefix("f"), "fraud": ""},
            "churn's tag prefix 'f' begins fraud's 'fraud--'",
        ),
        (
            {"churn": "", "fraud": prefix("churn--fraud-")},
            "fraud's tag prefix 'churn--fraud-' begins with churn's 'churn--'",
        ),
        (
            {"churn_eval": "", "fraud": prefix("churn-eval--x")},
            "fraud's tag prefix 'churn-eval--x' begins with churn_eval's 'churn-eval--'",
        ),
        (
            {"churn": prefix("a-"), "fraud": prefix("a-b-")},
            "churn's tag prefix 'a-' begins fraud's 'a-b-'",
        ),
    ],
)
def test_these_cannot(
    says: Callable[..., list[str]], projects: dict[str, str], message: str
) -> None:
    assert says("WS310", projects) == [message]


def test_each_is_told_of_the_nearest(says: Callable[..., list[str]]) -> None:
    projects = {"aa": prefix("x"), "bb": prefix("x-y"), "cc": prefix("x-y-z")}
    assert says("WS310", projects) == [
        "aa's tag prefix 'x' begins bb's 'x-y'",
        "bb's tag prefix 'x-y' begins cc's 'x-y-z'",
    ]
