from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

from pytest_mlops_ws.findings.rule import HardLink, Link

BASE = "mlops/workspace"
PROJECTS = {"churn": "", "fraud": ""}


@pytest.mark.parametrize(
    ("link", "target"),
    [
        ("mlflow", "../fraud/mlflow"),
        ("outputs", "../fraud"),
        ("dvc/train", "../../fraud/dvc/train"),
        ("dvc/gone", "../../fraud/gone"),  # what is not there yet will be
        ("dvc/remote", "../../.remotes/fraud"),
        ("dvc/code", "../../../../projects/fraud"),
        ("dvc/all", "../../"),  # around it
        ("dvc/chain", "../hop"),
        (".dvc/cache", "../../fraud/.dvc/cache"),
        ("models/x", "../../fraud/models/x"),
        ("workspace.yaml.bak", "../fraud/workspace.yaml"),
    ],
)
def test_a_link_into_what_is_anothers(
    says: Callable[..., list[str]], link: str, target: str
) -> None:
    files = {
        f"{BASE}/churn/{link}": Link(target),
        "projects/fraud/train.py": "",
        **({f"{BASE}/churn/hop": Link("../fraud/dvc")} if "hop" in target else {}),
    }
    found = says("WS303", PROJECTS, files)
    assert f"{BASE}/churn/{link} leads into what is fraud's" in found
    assert len(found) == 1 + ("hop" in target)


@pytest.mark.parametrize(
    ("link", "target"),
    [
        ("outputs", "../../../data/churn"),
        ("outputs", "/mnt/data/churn"),
        ("dvc/train", "../mlflow"),
        ("dvc/train", "train"),  # a loop
        ("dvc/code", "../../../../projects/churn"),
        ("dvc/remote", "../../.remotes/churn"),
        ("dvc/deep/er/train", "../../../../fraud/dvc"),  # DVC's own rules look there
    ],
)
def test_these_are_nobodys_or_its_own(
    says: Callable[..., list[str]], link: str, target: str
) -> None:
    files = {f"{BASE}/churn/{link}": Link(target), "projects/churn/train.py": ""}
    assert says("WS303", PROJECTS, files) == []


def test_a_link_in_the_place_of_a_workspace(says: Callable[..., list[str]]) -> None:
    files = {
        f"{BASE}/latest": Link("churn"),
        f"{BASE}/.remotes/churn": Link("fraud"),
        f"{BASE}/.remotes/fraud/x": "",
        "current": Link("mlops/workspace/churn"),  # a shortcut for people
        f"{BASE}/docs": Link("../../docs"),
    }
    assert says("WS303", PROJECTS, files) == [
        f"{BASE}/.remotes/churn leads into what is fraud's",
        f"{BASE}/latest leads into what is churn's",
    ]


def test_a_manifest_that_is_a_link(says: Callable[..., list[str]]) -> None:
    files = {f"{BASE}/fraud/workspace.yaml": Link("../churn/workspace.yaml")}
    assert says("WS303", {"churn": ""}, files) == [
        f"{BASE}/fraud/workspace.yaml leads into what is churn's"
    ]


@pytest.mark.parametrize("name", ["workspace.yaml", "mlflow/mlflow.db", ".dvc/config"])
def test_one_file_of_two_projects(says: Callable[..., list[str]], name: str) -> None:
    files = {
        f"{BASE}/churn/workspace.yaml": "project_name: churn\n",
        f"{BASE}/churn/{name}": "project_name: churn\n",
        f"{BASE}/fraud/workspace.yaml": "project_name: fraud\n",
        f"{BASE}/fraud/{name}": HardLink(f"{BASE}/churn/{name}"),
    }
    assert says("WS303", {}, files) == [f"{BASE}/fraud/{name} and {BASE}/churn/{name} are one file"]


def test_a_files_two_names_in_one_workspace(says: Callable[..., list[str]]) -> None:
    files = {
        f"{BASE}/churn/mlflow/mlflow.db": "",
        f"{BASE}/churn/mlflow/backup.db": HardLink(f"{BASE}/churn/mlflow/mlflow.db"),
    }
    assert says("WS303", PROJECTS, files) == []


def test_code_that_both_share(says: Callable[..., list[str]]) -> None:
    text = "source_paths: [projects/risk]\n"
    files = {"projects/risk/a.py": "", f"{BASE}/churn/outputs": Link("../../../projects/risk")}
    assert says("WS303", {"churn": text, "fraud": text}, files) == []


def test_a_shortcut_at_the_root_is_in_nobodys_place(says: Callable[..., list[str]]) -> None:
    files = {"churn/workspace.yaml": "project_name: churn\n", "current": Link("churn")}
    assert says("WS303", {}, files) == []
