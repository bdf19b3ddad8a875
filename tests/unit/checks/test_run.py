from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_mlops_ws.checks.run import Checked

BASE = "mlops/workspace"
#: The kinds of file of this name that other programs have.
STRANGERS = (
    "workspace:\n  name: platform\nrepos: []\n",
    "---\nrepositories:\n  robot:\n    type: git\n",
    "schema_version: 1\nprojects: {training: a}\npaths: {data: b}\n",
    "mode: WRITE\nmounts: {/docs: {resource: disk}}\n",
    "- apps\n- packages\n",
    "name: tool\nmetadata: {}\ntags: [a, [\n",
    "SEALED\0\x01\x02 not for you",
)
#: What somebody meant for us, though it cannot be read.
OURS = (
    "mlflow_tracking_uri: http://h\n",
    "project-name: fraud\n",
    "Project_Name: fraud\n",
    "source_path: [src]\n",
    "project_name: [fraud\n",
    "project_name: fraud\n- a\n",
    "",
)


def outside(checked: Callable[..., Checked], text: str, path: str) -> tuple[list[str], list[str]]:
    found = checked({path: text})
    left_alone = [f"{each.path} is {each.foreign}'s" for each in found.foreign]
    return [each.rule for each in found.diagnostics], left_alone


@pytest.mark.parametrize("text", STRANGERS)
@pytest.mark.parametrize("path", ["workspace.yaml", "tools/workspace.yml"])
def test_file_that_says_nothing_of_ours_is_another_programs(
    checked: Callable[..., Checked], text: str, path: str
) -> None:
    assert outside(checked, text, path) == ([], [f"{path} is another program's"])


@pytest.mark.parametrize("text", STRANGERS)
@pytest.mark.parametrize("top", ["", "teams/risk/"])
def test_where_workspaces_are_no_file_is_another_programs(
    checked: Callable[..., Checked], text: str, top: str
) -> None:
    rules, left_alone = outside(checked, text, f"{top}{BASE}/fraud/workspace.yaml")
    assert (bool(rules), left_alone) == (True, [])


@pytest.mark.parametrize("text", OURS)
def test_file_that_may_be_ours_is_judged_wherever_it_is(
    checked: Callable[..., Checked], text: str
) -> None:
    rules, left_alone = outside(checked, text, "projects/fraud/workspace.yaml")
    assert (bool(rules), left_alone) == (True, [])
