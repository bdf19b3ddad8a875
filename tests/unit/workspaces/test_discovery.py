from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_mlops_ws.workspaces import discovery

if TYPE_CHECKING:
    from pathlib import Path


def tree(root: Path, *directories: str) -> None:
    for directory in directories:
        (root / directory).mkdir(parents=True, exist_ok=True)


def sources(root: Path, name: str = "fraud") -> tuple[str, ...]:
    return discovery.source_directories(root, root / "mlops" / "workspace", name)


def test_deepest_directory_of_that_name_is_the_source(tmp_path: Path) -> None:
    tree(tmp_path, "fraud", "projects/fraud/src/fraud", "projects/churn/src")
    assert sources(tmp_path) == ("projects/fraud/src/fraud",)


def test_equally_deep_directories_are_all_sources(tmp_path: Path) -> None:
    tree(tmp_path, "libs/fraud", "apps/fraud", "fraud")
    assert sources(tmp_path) == ("apps/fraud", "libs/fraud")


@pytest.mark.parametrize("written", ["fraud_eval", "fraud-eval", "Fraud_Eval"])
def test_spelling_of_a_name_does_not_matter(tmp_path: Path, written: str) -> None:
    tree(tmp_path, written)
    assert sources(tmp_path, "fraud-eval") == (written,)


@pytest.mark.parametrize(
    "foreign",
    [
        *("mlops/workspace/fraud", ".tox/fraud", "node_modules/fraud", "venv/lib/fraud"),
        *("__pycache__/fraud", "a/site-packages/fraud", "build/lib/fraud"),
    ],
)
def test_foreign_directories_are_not_looked_at(tmp_path: Path, foreign: str) -> None:
    tree(tmp_path, foreign)
    assert sources(tmp_path) == ()


def test_virtual_environment_of_any_name_is_not_looked_at(tmp_path: Path) -> None:
    tree(tmp_path, "py311/lib/fraud")
    (tmp_path / "py311" / "pyvenv.cfg").touch()
    assert sources(tmp_path) == ()


def test_link_is_not_followed(tmp_path: Path) -> None:
    tree(tmp_path, "outside/fraud", "repo/mlops")
    (tmp_path / "repo" / "link").symlink_to(tmp_path / "outside")
    (tmp_path / "repo" / "loop").symlink_to(tmp_path / "repo")
    assert sources(tmp_path / "repo") == ()


def test_search_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree(tmp_path, *(f"d{number}" for number in range(9)), "d0/fraud")
    monkeypatch.setattr(discovery, "MAX_DIRECTORIES", 9)
    assert sources(tmp_path) == ()
    monkeypatch.undo()
    assert sources(tmp_path) == ("d0/fraud",)
    tree(tmp_path, "/".join("abcdefgh"[: discovery.MAX_DEPTH]) + "/fraud")
    assert sources(tmp_path) == ("d0/fraud",)


def test_base_that_is_the_repository_has_nothing_outside(tmp_path: Path) -> None:
    tree(tmp_path, "fraud")
    assert discovery.source_directories(tmp_path, tmp_path, "fraud") == ()


def test_directory_without_a_manifest_is_no_workspace(tmp_path: Path) -> None:
    tree(tmp_path, "fraud", "churn", ".mlops-ws")
    for name in ("fraud", ".mlops-ws"):
        (tmp_path / name / "workspace.yaml").touch()
    (tmp_path / "workspace.yaml").touch()
    assert discovery.workspace_names(tmp_path) == ["fraud"]


@pytest.mark.parametrize("missing", ["gone", "file"])
def test_base_that_is_none_has_no_workspaces(tmp_path: Path, missing: str) -> None:
    (tmp_path / "file").touch()
    assert discovery.workspace_names(tmp_path / missing) == []


def test_twin_is_the_workspace_that_tools_take_for_the_same(tmp_path: Path) -> None:
    tree(tmp_path, "fraud_eval")
    (tmp_path / "fraud_eval" / "workspace.yaml").touch()
    assert discovery.twin(tmp_path, "fraud-eval") == "fraud_eval"
    assert discovery.twin(tmp_path, "fraud") is None


def test_statistics_count_files_at_any_depth(tmp_path: Path) -> None:
    tree(tmp_path, "mlflow/a/b", "outputs")
    (tmp_path / "mlflow" / "a" / "b" / "x").touch()
    (tmp_path / "mlflow" / "y").touch()
    statistics = discovery.area_statistics(tmp_path)
    assert {key: value for key, value in statistics.items() if value} == {
        "mlflow_exists": True,
        "mlflow_files": 2,
        "outputs_exists": True,
    }
    assert len(statistics) == 10
