from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def test_foreign_files_of_that_name_are_left_alone(says: Callable[..., list[str]]) -> None:
    dagster = {"orchestration/workspace.yml": "load_from:\n  - python_module: jobs\n"}
    assert says("WS207", {"churn": ""}, dagster) == []


def test_one_beside_is_no_second_project(says: Callable[..., list[str]]) -> None:
    beside = {"mlops/workspace/churn/workspace.yml": "project_name: churn\n"}
    for rule in ("WS304", "WS305", "WS309"):
        assert says(rule, {"churn": "mlflow_tracking_uri: http://h\n"}, beside) == []


def test_one_alone_is_compared_all_the_same(says: Callable[..., list[str]]) -> None:
    alone = {"mlops/workspace/fraud/workspace.yml": "project_name: churn\n"}
    assert says("WS304", {"churn": ""}, alone) == ["the project name 'churn' is taken"]


def test_other_names_are_nobodys(says: Callable[..., list[str]]) -> None:
    assert says("WS207", {"churn": ""}, {"pnpm-workspace.yml": "packages: []\n"}) == []
