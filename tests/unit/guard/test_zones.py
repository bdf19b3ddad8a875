from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from pytest_mlops_ws.guard.zones import Territory, Zone, belongs, harmless

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_mlops_ws.guard.zones import Verb


@pytest.fixture
def territory() -> Territory:
    territory = Territory()
    for zone in (
        Zone("/repo/tmp/pytest", "tests"),
        Zone("/repo/mlops/workspace", "base"),
        Zone(
            "/repo/shared/store.db", "workspace", "churn", "the tracking store of churn", reads=True
        ),
        Zone("/repo", "repository"),
        Zone("/repo/.venv", "free"),
    ):
        territory.add(zone)
    return territory


@pytest.mark.parametrize(
    ("path", "root", "owner", "reads"),
    [
        ("/repo/mlops/workspace/churn/a/b", "/repo/mlops/workspace/churn", "churn", True),
        (
            "/repo/mlops/workspace/.remotes/churn/a",
            "/repo/mlops/workspace/.remotes/churn",
            "churn",
            True,
        ),
        ("/repo/shared/store.db", "/repo/shared/store.db", "churn", True),
        ("/repo/deep/mlruns/0/meta.yaml", "/repo/deep/mlruns", "", True),
        ("/repo/mlflow.db-wal", "/repo/mlflow.db", "", True),
        ("/repo/.dvc/config", "/repo/.dvc", "", False),
        ("/repo/.git/refs/heads/main", "/repo/.git", "", False),
        (
            "/repo/tmp/pytest/mlops-ws/0007-x/fraud/a",
            "/repo/tmp/pytest/mlops-ws/0007-x",
            "fraud",
            True,
        ),
        (
            "/repo/tmp/pytest/mlops-ws/0007-x",
            "/repo/tmp/pytest/mlops-ws/0007-x",
            "",
            True,
        ),
        (
            "/repo/tmp/pytest/popen-gw1/mlops-ws/0007-x/.remotes/fraud/a",
            "/repo/tmp/pytest/popen-gw1/mlops-ws/0007-x",
            "fraud",
            True,
        ),
    ],
)
def test_a_protected_place_has_an_owner(
    territory: Territory, path: str, root: str, owner: str, *, reads: bool
) -> None:
    zone = territory.zone_of(path)
    assert zone is not None
    assert (zone.root, zone.owner, zone.reads) == (root, owner, reads)


@pytest.mark.parametrize(
    "path",
    [
        "/repo",
        "/repo/src/train.py",
        "/repo/mlops/workspace",
        "/repo/mlops/workspace/README.md",
        "/repo/mlops/workspace/.mlops-ws/lock",
        "/repo/.git/index",
        "/repo/.git/logs/HEAD",
        "/repo/.venv/mlruns/a",
        "/repo/tmp/pytest/test_x0/mlruns/a",
        "/repo/tmp/pytest/test_x0/mlops-ws/0007-x/fraud/a",
        "/repo/tmp/pytest/popen-gw1/test_x0/mlruns/a",
        "/repo/tmp/pytest/popen-gw1/mlops-ws",
        "/elsewhere/mlruns/a",
        "/repository/mlruns/a",
    ],
)
def test_elsewhere_is_free(territory: Territory, path: str) -> None:
    assert territory.zone_of(path) is None


def test_the_first_to_claim_a_place_has_it(territory: Territory) -> None:
    territory.add(Zone("/repo", "free"))
    assert territory.zone_of("/repo/mlruns/a") is not None


def test_a_child_process_gets_the_same(territory: Territory) -> None:
    copy = Territory.from_plain(json.loads(json.dumps(territory.plain())))
    assert copy.zones == territory.zones


@pytest.mark.parametrize(
    ("path", "verb", "expected"),
    [
        ("/w/churn/workspace.yaml", "read", True),
        ("/w/churn/workspace.yaml", "write", False),
        ("/w/churn/dvc/data.csv.dvc", "read", True),
        ("/w/churn/.dvc/config.local", "read", True),
        ("/w/churn/.dvc/cache/files/md5/ab", "read", False),
        ("/w/churn/__pycache__/a.pyc.123", "write", True),
        ("/w/churn/.coverage.host.1", "write", True),
        ("/w/churn/outputs/a.csv", "read", False),
    ],
)
def test_what_touches_no_project_is_harmless(path: str, verb: Verb, *, expected: bool) -> None:
    assert harmless(path, verb) is expected


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository whose directories are there."""
    for name in ("mlops/workspace/churn", "code/fraud", "code/churn", ".git", "out/mlops-ws", "a"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "mlops" / "workspace" / "README.md").touch()
    return tmp_path


@pytest.mark.parametrize(
    ("directory", "title"),
    [
        ("mlops/workspace/churn", "the real workspace of churn"),
        ("mlops/workspace", "the real workspaces"),
        ("mlops", "the real workspaces"),
        ("code", "the code of churn"),
        (".git", "the repository's git"),
        ("out/mlops-ws", "the workspace of another test"),
        ("", "the repository"),
        ("code/fraud", None),
        ("a", None),
        ("out", None),
        ("mlops/workspace/README.md", None),
        ("missing", None),
    ],
)
def test_a_directory_is_moved_with_what_it_holds(
    repository: Path, directory: str, title: str | None
) -> None:
    territory = Territory()
    for name, kind, owner in (
        ("/out", "tests", ""),
        ("/code/fraud", "source", "fraud"),
        ("", "repository", ""),
        ("/mlops/workspace", "base", ""),
        ("/code/churn", "source", "churn"),
    ):
        territory.add(Zone(f"{repository}{name}", kind, owner, f"the code of {owner}"))
    found = territory.held_by(str(repository / directory), "fraud")
    assert (found and found.title) == title


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/t/0007-x", True),
        ("/t/0007-x/fraud/outputs/a", True),
        ("/t/0007-x/.remotes/fraud/a", True),
        ("/t/0007-x/.remotes", True),
        ("/t/0007-x/.git/HEAD", True),
        ("/t/0007-x/churn/outputs/a", False),
        ("/t/0007-x/.remotes/churn/a", False),
        ("/t/0008-y", False),
    ],
)
def test_what_belongs_to_a_workspace(path: str, *, expected: bool) -> None:
    assert belongs(path, "/t/0007-x/fraud") is expected
