"""What is read without DVC is what DVC reads, and what the rules warn of is what DVC does."""

from __future__ import annotations

import os
from hashlib import md5
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_mlops_ws.checks.dvc import config, datafiles, nodes
from pytest_mlops_ws.checks.dvc.pipelines import Pipeline
from pytest_mlops_ws.checks.dvc.storage import storage
from pytest_mlops_ws.ground.locations import RealPaths

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_mlops_ws import ProjectWorkspace

PIPELINE = """\
vars:
  - extra.yaml
  - names: {raw: ../raw, parts: [a, b]}
stages:
  plain:
    cmd: echo
    deps: [../churn/x, "${names.raw}/y", /mnt/z, sub/./q/../r, "remote://store/deep/p"]
    params: [lr, other.yaml: [a]]
    outs:
      - "${models.directory}/model.pkl"
      - ../churn/out.bin: {cache: false}
    metrics: [metrics.json: {cache: false}]
    plots: [roc.csv: {x: a}]
  moved:
    wdir: sub
    cmd: echo
    vars: [level: ../..]
    deps: [x, "${level}/y"]
  each:
    foreach: ${names.parts}
    do:
      wdir: sub/${item}
      cmd: echo
      deps: ["../${item}.csv"]
  keyed:
    foreach: {one: {at: p}, two: {at: q}}
    do:
      cmd: echo
      deps: ["${item.at}/${key}"]
  grid:
    matrix: {size: [s, l], part: "${names.parts}"}
    cmd: echo
    outs: ["${item.size}/${item.part}", "${key}"]
"""
CONFIG = """\
[core]
    remote = Mine
['remote "store"']
    url = ../../stores/x
['remote "Mine"']
    url = remote://store/fraud
[cache]
    dir = ../../caches/x
"""
IMPORT = """\
wdir: sub
deps:
- path: ../../churn/x
outs:
- path: y
"""


@pytest.fixture
def project(tmp_path: Path, workspace: ProjectWorkspace) -> Path:
    """A DVC repository without git, in an active workspace's environment."""
    root = tmp_path / "fraud"
    for name, text in {
        ".dvc/config": f"{CONFIG}".replace("[core]\n", "[core]\n    no_scm = True\n"),
        "dvc.yaml": PIPELINE,
        "params.yaml": "lr: 1\nmodels: {directory: models/best}\n",
        "extra.yaml": "unused: 1\n",
        "other.yaml": "a: 1\n",
        "y.dvc": IMPORT,
        "sub/a/x": "",
        "sub/b/x": "",
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


def test_paths_are_those_of_dvc(project: Path) -> None:
    from dvc.repo import Repo

    with Repo(os.fspath(project)) as repo:
        stages = list(repo.index.stages)
        theirs = {(each.fs_path, type(each).__name__) for stage in stages for each in stage.deps}
        theirs |= {(each.fs_path, type(each).__name__) for stage in stages for each in stage.outs}
        remotes = {name: repo.cloud.get_remote(name).path for name in ("store", "mine")}
        cache = repo.cache.local.path
    root = os.fspath(project)
    stored = storage([config.read(CONFIG.encode(), "config")], f"{root}/.dvc", RealPaths())

    def load(path: str) -> nodes.Mapping | None:
        found = nodes.parse(Path(path).read_bytes())
        assert isinstance(found, nodes.Mapping)
        return found

    parsed = nodes.parse(PIPELINE.encode())
    assert parsed is not None
    pipeline = Pipeline(parsed, "dvc.yaml", root, load)
    assert pipeline.undecided == []
    references = pipeline.references + list(datafiles.data(nodes.parse(IMPORT.encode()), "", root))
    kinds = {"dependency": "Dependency", "parameters": "ParamsDependency"}
    ours = {
        (
            stored.locate(each.text, each.directory, RealPaths()).path,
            kinds.get(each.role, "Output"),
        )
        for each in references
        if each.role != "working directory" and each.text != "extra.yaml"
    }
    # DVC adds the default file of parameters wherever one of them is named.
    assert ours == theirs - {(f"{root}/params.yaml", "ParamsDependency")}
    assert {name: each.place.path for name, each in stored.remotes.items()} == remotes
    assert stored.cache is not None
    assert f"{stored.cache[0].path}/files/md5" == cache


NAMES = ("fraud", "churn")


def kept(remote: Path) -> set[str]:
    """Return the digests of what a remote holds."""
    files = [path for path in remote.rglob("*") if path.is_file()]
    return {f"{path.parent.name}{path.name}" for path in files}


def test_on_a_shared_remote_one_project_deletes_the_data_of_another(
    tmp_path: Path, workspace_factory: Callable[..., ProjectWorkspace]
) -> None:
    remote = tmp_path / "shared"
    projects = [workspace_factory(name) for name in NAMES]
    for project in projects:
        with project.activate():
            file = project.dvc_path / "data.csv"
            file.write_text(project.project_name, encoding="utf-8")
            with project.dvc.repo.config.edit() as edited:
                edited["remote"]["storage"]["url"] = os.fspath(remote)
            project.dvc.close()
            project.dvc.add(file)
            project.dvc.repo.push()
            project.dvc.close()
    digests = {name: md5(name.encode(), usedforsecurity=False).hexdigest() for name in NAMES}
    assert kept(remote) == {*digests.values()}
    with projects[0].activate():
        projects[0].dvc.repo.gc(workspace=True, cloud=True)
        projects[0].dvc.close()
    assert kept(remote) == {digests["fraud"]}
