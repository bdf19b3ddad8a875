from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_mlops_ws.tools.dvc import TOOL
from pytest_mlops_ws.tools.dvc.handle import DVCHandle

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_mlops_ws.model.spec import WorkspaceSpec

    Make = Callable[..., WorkspaceSpec]


def _changed(spec: WorkspaceSpec, write: Callable[[], object]) -> set[str]:
    before = TOOL.watch(spec)
    write()
    after = TOOL.watch(spec)
    return {item for item in before | after if before.get(item) != after.get(item)}


def test_a_write_to_configuration_data_cache_or_remote_is_seen(spec: WorkspaceSpec) -> None:
    written = [
        spec.root_path / ".dvc" / "config",
        spec.root_path / ".dvc" / "cache" / "files" / "md5" / "ab" / "cd",
        spec.root_path / "dvc" / "sub" / "data.csv",
        spec.root_path / "model.pkl.dvc",
        spec.root_path / "dvc.lock",
        Path(spec.dvc_remote_path) / "files" / "md5" / "ab" / "cd",
    ]

    def write() -> None:
        for path in written:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("changed")

    assert _changed(spec, write) == {
        ".dvc/config",
        ".dvc/cache/files/md5/ab/cd",
        "dvc/sub/data.csv",
        "model.pkl.dvc",
        "dvc.lock",
        "../.remotes/fraud/files/md5/ab/cd",
    }


def test_a_removal_is_seen(spec: WorkspaceSpec) -> None:
    assert _changed(spec, (spec.root_path / ".dvcignore").unlink) == {".dvcignore"}


def test_a_link_is_not_followed(spec: WorkspaceSpec, base: Path) -> None:
    outside = base / "outside"
    outside.write_text("1")
    (spec.area("dvc") / "link").symlink_to(outside)

    assert _changed(spec, lambda: outside.write_text("22")) == set()


def test_reading_through_dvc_is_no_change(active: WorkspaceSpec) -> None:
    def read() -> None:
        from dvc.repo import Repo

        with Repo(os.fspath(active.root_path)) as repo:
            repo.status()

    assert _changed(active, read) == set()


def test_adding_through_dvc_is_a_change(active: WorkspaceSpec) -> None:
    (active.area("dvc") / "data").write_text("1")

    changed = _changed(active, lambda: DVCHandle(active).add("dvc/data"))

    assert {"dvc/data.dvc", "dvc/.gitignore"} <= changed
    assert any(item.startswith(".dvc/cache/") for item in changed)


def test_a_workspace_without_a_tree_or_with_a_remote_elsewhere_has_nothing_to_watch(
    make_spec: Make,
) -> None:
    assert TOOL.watch(make_spec(dvc_remote_path="s3://bucket/fraud")) == {}
