from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def test_names_that_tools_can_tell_apart(says: Callable[..., list[str]]) -> None:
    assert says("WS304", {"lora": "", "lora-2": "", "lora2": "", "lora-finetuning": ""}) == []


def test_the_same_name_in_two_bases(says: Callable[..., list[str]]) -> None:
    other = {"teams/risk/churn/workspace.yaml": "project_name: churn\n"}
    assert says("WS304", {"churn": ""}, other) == ["the project name 'churn' is taken"]


def test_of_three_the_first_stays(says: Callable[..., list[str]]) -> None:
    files = {f"{base}/churn/workspace.yaml": "project_name: churn\n" for base in ("a", "b", "c")}
    assert len(says("WS304", {}, files)) == 2
