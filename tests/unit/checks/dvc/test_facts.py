from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_mlops_ws.checks.claims import Claim
from pytest_mlops_ws.checks.dvc import reaches
from pytest_mlops_ws.checks.published import ForeignProject
from pytest_mlops_ws.checks.rules.dvc import remote_differs
from pytest_mlops_ws.findings.rule import HardLink, Link
from pytest_mlops_ws.ground.dvc_config import config_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_mlops_ws.checks.workspaces import Workspaces

    Make = Callable[..., Workspaces]

BASE = "mlops/workspace"
FRAUD = {f"{BASE}/fraud/workspace.yaml": "project_name: fraud\n"}
CHURN = {f"{BASE}/churn/workspace.yaml": "project_name: churn\n"}
BOTH = {**CHURN, **FRAUD}


def made(name: str, *, scm: bool = True) -> dict[str, str]:
    """Return the files of a workspace as creation writes them."""
    return {
        f"{BASE}/{name}/workspace.yaml": f"project_name: {name}\n",
        f"{BASE}/{name}/.dvc/config": config_text(f"../../.remotes/{name}", scm=scm),
        f"{BASE}/{name}/.dvc/.gitignore": "/config.local\n/tmp\n/cache\n",
    }


def remote(url: str, more: str = "") -> str:
    return f"[core]\n    remote = r\n['remote \"r\"']\n    url = {url}\n{more}"


def stage(*dependencies: str, more: str = "") -> str:
    lines = "".join(f"      - {each}\n" for each in dependencies)
    return f"stages:\n  train:\n    cmd: x\n{more}    deps:\n{lines}"


def told(found: Workspaces) -> list[tuple[str, str, str | None]]:
    return [(each.victim.name, each.target, each.link) for each in found.dvc.reaches]


def met(found: Workspaces) -> list[tuple[str, str, str]]:
    return [(*pair.projects, pair.culprit.shown) for pair in found.dvc.meetings]


# ── which repositories, and whose ─────────────────────────────────────────────────────────────


@pytest.mark.parametrize("scm", [True, False])
def test_workspaces_as_they_are_made_say_nothing(workspaces: Make, scm: bool) -> None:  # noqa: FBT001 -- a parameter
    found = workspaces(made("fraud", scm=scm) | made("churn", scm=scm))
    assert [each.known for each in found.dvc.repositories.by_directory.values()] == [True, True]
    assert not found.dvc.speaks()


def test_without_dvc_there_is_nothing(workspaces: Make) -> None:
    found = workspaces(
        {**BOTH, "data.dvc.txt": "", "notes/.dvc.md": "", "a.dvc/config": "", ".dvc/tmp/x.dvc": ""}
    )
    assert found.dvc.repositories.by_directory == {}
    assert found.dvc.repositories.files == []
    assert not found.dvc.speaks()


def test_an_ordinary_use_of_dvc_is_no_finding(workspaces: Make) -> None:
    files = made("fraud") | {
        f"{BASE}/fraud/dvc.yaml": stage("dvc/train.csv", "../../../data/reference.csv"),
        f"{BASE}/fraud/dvc.lock": "schema: '2.0'\nstages: {}\n",
        f"{BASE}/fraud/dvc/train.csv.dvc": "outs:\n- path: train.csv\n",
        "projects/fraud/params.yaml": "a: 1\n",
        "data/reference.csv": "",
        ".dvc/config": "",
        "data/big.csv.dvc": "outs:\n- path: big.csv\n",
    }
    assert not workspaces(files | made("churn")).dvc.speaks()


def test_the_nearest_repository_is_a_files_own(workspaces: Make) -> None:
    found = workspaces(
        {**BOTH, ".dvc/config": "", "projects/x/.dvc/config": "", f"{BASE}/fraud/.dvc/config": ""}
    ).dvc.repositories
    around = found.around
    assert [
        getattr(around(path), "directory", None)
        for path in (f"{BASE}/fraud/dvc/a.dvc", f"{BASE}/churn/a.dvc", "projects/x/a.dvc", "a.dvc")
    ] == [f"{BASE}/fraud", "", "projects/x", ""]
    assert around("other/a.dvc") is around("b")


def test_users_are_those_who_declare_or_have_dvc_files(workspaces: Make) -> None:
    found = workspaces(
        {
            **FRAUD,
            ".dvc/config": "",
            "projects/fraud/a.dvc": "outs: []\n",
            "projects/churn/train.py": "",
            "shared/b.dvc": "outs: []\n",
            f"{BASE}/one/workspace.yaml": "project_name: one\nsource_paths: [shared]\n",
            f"{BASE}/two/workspace.yaml": "project_name: two\nsource_paths: [shared]\n",
            f"{BASE}/churn/workspace.yaml": "project_name: churn\n",
            f"{BASE}/scoring/workspace.yaml": "project_name: scoring\ndvc_repo_path: .\n",
        }
    )
    (root,) = found.dvc.repositories.by_directory.values()
    assert [(project.name, why) for project, why in root.users.items()] == [
        ("scoring", "dvc_repo_path"),
        ("fraud", "projects/fraud/a.dvc"),
    ]


def test_a_declared_repository_counts_even_if_git_knows_nothing_of_it(workspaces: Make) -> None:
    files = {
        f"{BASE}/fraud/workspace.yaml": "project_name: fraud\ndvc_repo_path: data\n",
        "data/.dvc/config": remote("../x"),
        "data/x.csv": "",
    }
    found = workspaces(files, "data/.dvc/config")
    assert found.dvc.repositories.missing == []
    assert [each.directory for each in found.dvc.repositories.by_directory.values()] == ["data"]
    assert [each.project.name for each in found.dvc.differences] == ["fraud"]


def test_a_directory_that_is_not_there_is_not_said_twice(workspaces: Make) -> None:
    manifest = {f"{BASE}/fraud/workspace.yaml": "project_name: fraud\ndvc_repo_path: gone\n"}
    assert workspaces(manifest).dvc.repositories.missing == []


# ── remotes and caches ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (remote("s3://data/x"), remote("s3://data/x/"), [("fraud", "churn", "s3://data/x/")]),
        (
            remote("s3://data/x"),
            remote("s3://data/x/fraud"),
            [("fraud", "churn", "s3://data/x/fraud")],
        ),
        (remote("s3://data/x"), remote("s3://data/xy"), []),
        (
            remote("s3://data/x", "    endpointurl = https://a.local\n"),
            remote("s3://data/x", "    endpointurl = https://b.local\n"),
            [],
        ),
        (
            remote("../../../store"),
            remote("../../../store"),
            [("fraud", "churn", "../../../store")],
        ),
        (remote("../store"), remote("../store"), []),
        (
            remote("../../.remotes/churn"),
            remote("../../.remotes/churn/x"),
            [("fraud", "churn", "../../.remotes/churn/x")],
        ),
        # `.remotes` itself is around everybody's.
        ("", remote("../../.remotes"), [("fraud", "churn", "../../.remotes")]),
        ("", remote("../../churn/dvc/remote"), [("fraud", "churn", "../../churn/dvc/remote")]),
        ("", remote("../../../.."), [("fraud", "churn", "../../../..")]),
        (remote("remote://r"), remote("remote://r"), []),
        (remote("remote://a"), remote("remote://a"), []),
        ("[cache]\ndir = /mnt/c\n", "[cache]\ndir = /mnt/c/d\n", [("fraud", "churn", "/mnt/c/d")]),
        ("[cache]\ndir = /mnt/c\n", remote("/mnt/c"), [("churn", "fraud", "/mnt/c")]),
        (
            "",
            "[cache]\ndir = ../../churn/.dvc/cache\n",
            [("fraud", "churn", "../../churn/.dvc/cache")],
        ),
        ("[cache]\ndir = cache\n", "[cache]\ndir = cache\n", []),
    ],
)
def test_what_is_one_place(workspaces: Make, one: str, other: str, expected: object) -> None:
    files = {f"{BASE}/churn/.dvc/config": one, f"{BASE}/fraud/.dvc/config": other}
    assert met(workspaces({**BOTH, **files})) == expected


def test_a_remote_that_others_refer_to_is_nobodys(workspaces: Make) -> None:
    base = (
        "[core]\nremote = r\n['remote \"b\"']\nurl = s3://data\n['remote \"r\"']\nurl = remote://b/"
    )
    files = {f"{BASE}/{name}/.dvc/config": f"{base}{name}\n" for name in ("churn", "fraud")}
    assert met(workspaces({**BOTH, **files})) == []


def test_a_manifest_and_a_configuration_meet(workspaces: Make) -> None:
    found = workspaces(
        {
            **FRAUD,
            f"{BASE}/churn/workspace.yaml": "project_name: churn\ndvc_remote_path: gcs://data/x\n",
            f"{BASE}/fraud/.dvc/config": remote("gs://data/x"),
        }
    )
    (pair,) = found.dvc.meetings
    # Who stands in a configuration stands: that is what DVC reads.
    assert (pair.projects, str(pair.culprit.span)) == (
        ("churn", "fraud"),
        f"{BASE}/churn/workspace.yaml:2:18",
    )
    assert str(pair.victim.span) == f"{BASE}/fraud/.dvc/config:4:11"


def test_manifests_do_not_meet_where_configurations_tell_servers_apart(workspaces: Make) -> None:
    files = {}
    for name in ("churn", "fraud"):
        manifest = f"project_name: {name}\ndvc_remote_path: s3://data/x\n"
        files[f"{BASE}/{name}/workspace.yaml"] = manifest
        endpoint = f"    endpointurl = https://{name}.local\n"
        files[f"{BASE}/{name}/.dvc/config"] = remote("s3://data/x", endpoint)
    abroad = Claim("s3://x", "s3://x", ForeignProject("a:b", "c.json", {}), "x", foreign=True)
    for others in ({}, {"remote": [abroad]}):
        found = workspaces(files, others=others)
        assert (met(found), found.dvc.differences) == ([], [])


def test_two_projects_of_one_name_are_another_rules_business(workspaces: Make) -> None:
    twin = {f"{BASE}/other/workspace.yaml": "project_name: fraud\n"}
    assert met(workspaces(made("fraud") | twin | {f"{BASE}/fraud/.dvc/config": "[a]\n"})) == []


def test_other_repositories_are_met_where_ones_own_data_goes(workspaces: Make) -> None:
    abroad = ForeignProject("acme/risk:fraud", "claims.json", {"dvc_remote_path": 7})
    claims = [
        Claim(key, key, abroad, "dvc_remote_path", foreign=True)
        for key in ("s3://data/w", "s3+a.local://data/x", "s3://data/y", "s3://data/z/deep")
    ]
    endpoint = "    endpointurl = https://a.local\n"
    files = {
        f"{BASE}/demand/workspace.yaml": "project_name: demand\ndvc_remote_path: s3://data/w\n",
        f"{BASE}/demand/.dvc/config": remote("s3://data/w", endpoint),
        f"{BASE}/fraud/workspace.yaml": "project_name: fraud\ndvc_remote_path: s3://data/x\n",
        f"{BASE}/fraud/.dvc/config": remote("s3://data/x", endpoint),
        f"{BASE}/churn/.dvc/config": remote("s3://data/y"),
        f"{BASE}/scoring/workspace.yaml": "project_name: scoring\ndvc_remote_path: s3://data/z\n",
    }
    found = workspaces({**CHURN, **files}, others={"remote": claims})
    assert sorted(met(found)) == [
        ("churn", "acme/risk:fraud", "s3://data/y"),
        ("fraud", "acme/risk:fraud", "s3://data/x"),
        ("scoring", "acme/risk:fraud", "s3://data/z"),
    ]


def test_a_manifest_speaks_of_the_repository_that_it_names(workspaces: Make) -> None:
    manifest = {
        f"{BASE}/fraud/workspace.yaml": (
            "project_name: fraud\ndvc_repo_path: code\ndvc_remote_path: s3://data/x\n"
        ),
        "code/.dvc/config": remote("s3://data/x"),
    }
    found = workspaces(made("fraud") | manifest)  # with the workspace's own, as it was made
    assert found.dvc.differences == []
    found = workspaces(made("fraud") | manifest | {"code/.dvc/config": remote("s3://data/y")})
    assert [each.repository.directory for each in found.dvc.differences] == ["code"]


def test_a_repository_that_is_only_used_does_not_speak_for_the_manifest(workspaces: Make) -> None:
    files = {
        "shared/.dvc/config": remote("s3://elsewhere"),
        "shared/fraud/a.dvc": "outs: []\n",
        f"{BASE}/fraud/workspace.yaml": (
            "project_name: fraud\ndvc_remote_path: s3://data/x\nsource_paths: [shared/fraud]\n"
        ),
        f"{BASE}/churn/workspace.yaml": "project_name: churn\ndvc_remote_path: s3://data/x\n",
    }
    assert met(workspaces(files)) == [("fraud", "churn", "s3://data/x")]


def test_local_configuration_takes_part_though_git_ignores_it(workspaces: Make) -> None:
    cache = "[cache]\n    dir = /mnt/c\n"
    files = made("churn") | made("fraud")
    files |= {f"{BASE}/{name}/.dvc/config.local": cache for name in ("churn", "fraud")}
    found = workspaces(files, *(f"{BASE}/{name}/.dvc/config.local" for name in ("churn", "fraud")))
    assert [str(pair.culprit.span) for pair in found.dvc.meetings] == [
        f"{BASE}/fraud/.dvc/config.local:2:11"
    ]
    assert found.dvc.repositories.tracked_local == []
    assert found.dvc.differences == []


# ── manifest against configuration ────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("declared", "text", "differs"),
    [
        ("s3://data/x", remote("s3://data/x/"), False),
        ("s3://data/x", remote("s3://data/y"), True),
        ("s3://data/x", remote("s3://data/x", "    endpointurl = http://h:9\n"), False),
        ("data/x", remote("../../../../data/x"), False),
        ("data/x", remote("data/x"), True),
        ("${MLOPS_WS_TEST_NOT_SET}/x", remote("s3://data/y"), False),
        ("s3://data/x", config_text("../../.remotes/fraud", scm=True), True),
        ("s3://data/x", "[core]\nremote = r\n", True),
        ("s3://data/x", "", True),
        ("s3://data/x", remote("remote://nowhere"), False),
        (None, remote("s3://data/y"), True),
        (None, remote("../../.remotes/fraud"), False),
        (None, "[core]\nremote = r\n", True),
        (None, "['remote \"r\"']\nurl = s3://data/y\n", False),
        (None, "[cor\n", False),
    ],
)
def test_what_differs(workspaces: Make, declared: str | None, text: str, differs: bool) -> None:  # noqa: FBT001 -- a row's last column
    manifest = "project_name: fraud\n" + (f"dvc_remote_path: {declared}\n" if declared else "")
    found = workspaces(
        {f"{BASE}/fraud/workspace.yaml": manifest, f"{BASE}/fraud/.dvc/config": text}
    )
    assert bool(found.dvc.differences) is differs


@pytest.mark.parametrize(
    "local", [remote("/mnt/mine"), "[core]\nremote = b\n", "['remote \"storage\"']\nurl = /x\n"]
)
def test_what_one_machine_says_is_no_difference(workspaces: Make, local: str) -> None:
    shared = config_text("../../.remotes/fraud", scm=True) + "['remote \"b\"']\nurl = s3://b\n"
    found = workspaces(
        made("fraud")
        | {f"{BASE}/fraud/.dvc/config": shared, f"{BASE}/fraud/.dvc/config.local": local},
        f"{BASE}/fraud/.dvc/config.local",
    )
    assert found.dvc.differences == []


@pytest.mark.parametrize(
    ("url", "line"),
    [
        ("s3://data/x/", "dvc_remote_path: s3://data/x/"),
        ("../../../../store/x", "dvc_remote_path: store/x"),
        ("/mnt/x", "dvc_remote_path: /mnt/x"),
        ("https://me:secret@h/x", None),
        ("remote://base/x", "dvc_remote_path: s3://data/x"),
    ],
)
def test_a_silent_manifest_is_made_to_say_what_dvc_does(
    workspaces: Make, url: str, line: str | None
) -> None:
    base = "['remote \"base\"']\nurl = s3://data\n"
    found = workspaces({**FRAUD, f"{BASE}/fraud/.dvc/config": remote(url, base)})
    (fault,) = remote_differs.check(found)
    if line is None:
        assert fault.fix is None
        return
    assert fault.fix is not None
    assert fault.fix.safe
    (edit,) = fault.fix.edits
    manifest = (found.files.read(fault.fix.path) or b"").decode()
    text = manifest[: edit.start] + edit.text + manifest[edit.end :]
    assert text == f"project_name: fraud\n{line}\n"
    mended = workspaces({fault.fix.path: text, f"{BASE}/fraud/.dvc/config": remote(url, base)})
    assert mended.dvc.differences == []


# ── what reaches into another project ─────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("../churn/dvc/x.csv", [("churn", f"{BASE}/churn/dvc/x.csv", None)]),
        ("dvc/../../churn", [("churn", f"{BASE}/churn", None)]),
        ("{root}/mlops/workspace/churn/x", [("churn", f"{BASE}/churn/x", None)]),
        ("../.remotes/churn/files", [("churn", f"{BASE}/.remotes/churn/files", None)]),
        ("../../../projects/churn/x", [("churn", "projects/churn/x", None)]),
        ("../", [("churn", BASE, None)]),
        ("dvc/x.csv", []),
        ("../fraud/x.csv", []),
        ("../../../projects/fraud/x", []),
        ("../../../data/x", []),
        ("/etc/hosts", []),
        ("s3://elsewhere/x", []),
        ("s3://churn/data/files/x", [("churn", "s3://churn/data/files/x", None)]),
        # One's own remote, even where another's is around it: that is said about the remote.
        ("remote://theirs/x", []),
        ("remote://mine/x", []),
        ("remote://nowhere/x", []),
        ("ds://dataset", []),
        ("linked/x.csv", [("churn", f"{BASE}/churn/dvc/x.csv", f"{BASE}/fraud/linked")]),
        ("linked/../x.csv", []),
        ("home/dvc/x.csv", []),
    ],
)
def test_paths_count_where_they_really_lead(
    workspaces: Make, path: str, expected: object, tmp_path: Path
) -> None:
    root = os.path.realpath(tmp_path / "repo-0")
    mine = (
        "['remote \"mine\"']\nurl = s3://fraud\n['remote \"theirs\"']\nurl = s3://churn/data/dvc\n"
    )
    found = workspaces(
        {
            **FRAUD,
            f"{BASE}/churn/workspace.yaml": "project_name: churn\ndvc_remote_path: s3://churn/data\n",
            f"{BASE}/churn/dvc/x.csv": "",
            f"{BASE}/fraud/.dvc/config": mine,
            f"{BASE}/fraud/dvc.yaml": stage(path.format(root=root)),
            f"{BASE}/fraud/linked": Link("../churn/dvc"),
            f"{BASE}/fraud/home": Link("../fraud"),
            "projects/churn/x": "",
            "projects/fraud/x": "",
        }
    )
    assert told(found) == expected


def test_a_project_may_use_its_code_and_its_repository(workspaces: Make) -> None:
    manifest = "project_name: fraud\nsource_paths: [src]\ndvc_repo_path: data\n"
    found = workspaces(
        {
            **CHURN,
            f"{BASE}/fraud/workspace.yaml": manifest,
            "src/dvc.yaml": stage("../data/x", f"../{BASE}/fraud/y", f"../{BASE}/churn/z"),
            "data/.dvc/config": "",
            "data/x.dvc": "outs:\n- path: ../src/x\n",
        }
    )
    assert told(found) == [("churn", f"{BASE}/churn/z", None)]


def test_a_working_directory_is_said_once(workspaces: Make) -> None:
    text = stage("a", "b", "../fraud/c", "../scoring/d", more="    wdir: ../churn\n")
    scoring = {f"{BASE}/scoring/workspace.yaml": "project_name: scoring\n"}
    found = workspaces({**BOTH, **scoring, f"{BASE}/fraud/dvc.yaml": text})
    assert told(found) == [("churn", f"{BASE}/churn", None)]


def test_the_common_parent_is_nobodys_working_directory(workspaces: Make) -> None:
    text = stage("fraud/a", "churn/b", more="    wdir: ..\n")
    found = workspaces({**BOTH, f"{BASE}/fraud/dvc.yaml": text})
    assert told(found) == [("churn", f"{BASE}/churn/b", None)]


@pytest.mark.parametrize(
    ("url", "inside", "expected"),
    [
        ("../churn", "dvc/x", [("churn", f"{BASE}/churn/dvc/x", None)]),
        ("../../churn", "dvc/x", [("churn", f"{BASE}/churn/dvc/x", None)]),
        (f"{BASE}/churn", "dvc/x", [("churn", f"{BASE}/churn/dvc/x", None)]),
        (".", f"{BASE}/churn/dvc/x", [("churn", f"{BASE}/churn/dvc/x", None)]),
        ("../../..", "data/x", []),
        ("../../..", f"{BASE}/churn/x", [("churn", f"{BASE}/churn/x", None)]),
        ("file://{root}/mlops/workspace/churn", "x", [("churn", f"{BASE}/churn/x", None)]),
        ("https://github.com/acme/churn", "x", []),
        ("git@github.com:acme/churn", "x", []),
        ("../gone", "x", []),
    ],
)
def test_an_import_leads_to_a_repository_on_the_disk(
    workspaces: Make, url: str, inside: str, expected: object, tmp_path: Path
) -> None:
    root = os.path.realpath(tmp_path / "repo-0")
    text = (
        f"deps:\n- path: {inside}\n  repo: {{url: '{url.format(root=root)}'}}\nouts:\n- path: x\n"
    )
    files = {f"{BASE}/fraud/.dvc/config": "", f"{BASE}/fraud/dvc/x.dvc": text, "data/x": ""}
    assert told(workspaces({**BOTH, **files})) == expected


def test_links_inside_of_data_count(workspaces: Make) -> None:
    found = workspaces(
        {
            **BOTH,
            f"{BASE}/churn/dvc/x.csv": "amount\n",
            f"{BASE}/churn/dvc.yaml": stage("dvc/x.csv"),
            f"{BASE}/fraud/dvc.yaml": stage("data", "dvc/own.csv"),
            f"{BASE}/fraud/data/deep/soft.csv": Link("../../../churn/dvc/x.csv"),
            f"{BASE}/fraud/data/deep/up": Link(".."),
            f"{BASE}/fraud/data/.hidden/soft.csv": Link("../../../churn/dvc/x.csv"),
            f"{BASE}/fraud/data/deep/hard.csv": HardLink(f"{BASE}/churn/dvc/x.csv"),
            f"{BASE}/fraud/dvc/own.csv": "",
            f"{BASE}/fraud/dvc/own-too.csv": HardLink(f"{BASE}/fraud/dvc/own.csv"),
            f"{BASE}/fraud/added.dvc": "outs:\n- path: added\n",
            f"{BASE}/fraud/added": Link("../churn/dvc"),
        }
    )
    theirs = f"{BASE}/churn/dvc/x.csv"
    assert sorted(told(found)) == [
        ("churn", f"{BASE}/churn/dvc", f"{BASE}/fraud/added"),
        ("churn", theirs, f"{BASE}/fraud/data/deep/hard.csv"),
        ("churn", theirs, f"{BASE}/fraud/data/deep/soft.csv"),
    ]


def test_large_data_is_looked_at_so_far_and_that_is_said(
    workspaces: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reaches, "MAX_ENTRIES", 10)
    files = {f"{BASE}/fraud/{name}/{number}/x": "" for name in "abc" for number in range(4)}
    link = {f"{BASE}/fraud/link": Link("../churn/x")}
    pipeline = stage("a", "b", "c", "link")
    found = workspaces({**BOTH, **files, **link, f"{BASE}/fraud/dvc.yaml": pipeline})
    assert told(found) == [("churn", f"{BASE}/churn/x", f"{BASE}/fraud/link")]
    rest = "after 10 files and directories, the rest was not searched for links"
    assert found.files.unreadable == {f"{BASE}/fraud/b": rest, f"{BASE}/fraud/c": rest}


def dig(directory: Path) -> None:
    """Make directories in one another, until no path leads to the last."""
    directory.mkdir()
    inside = os.open(directory, os.O_RDONLY)
    for _ in range(os.pathconf(directory, "PC_PATH_MAX") // 200 + 1):
        os.mkdir("d" * 200, dir_fd=inside)
        outer, inside = inside, os.open("d" * 200, os.O_RDONLY, dir_fd=inside)
        os.close(outer)
    os.close(inside)


def test_directory_that_cannot_be_searched_is_said(workspaces: Make) -> None:
    found = workspaces({**BOTH, f"{BASE}/fraud/dvc.yaml": stage("data", "gone")})
    dig(Path(found.files.root, BASE, "fraud", "data"))
    assert told(found) == []
    ((path, reason),) = found.files.unreadable.items()
    assert path.startswith(f"{BASE}/fraud/data/{'d' * 200}/")
    assert reason == os.strerror(errno.ENAMETOOLONG)


def test_a_lock_tells_what_its_templates_do_not(workspaces: Make) -> None:
    found = workspaces(
        {
            **BOTH,
            f"{BASE}/fraud/dvc.yaml": """\
stages:
  known:
    cmd: x
    deps: ["${where}/x"]
  each:
    foreach: ${list}
    do:
      cmd: x
      wdir: sub
      deps: ["${item}"]
  adrift:
    wdir: ${where}
    cmd: x
  never:
    cmd: x
    deps: ["${where}/y"]
""",
            f"{BASE}/fraud/dvc.lock": """\
schema: '2.0'
stages:
  known: {cmd: x, deps: [{path: ../churn/x}]}
  each@1: {cmd: x, deps: [{path: ../../churn/y}]}
  adrift: {cmd: x, deps: [{path: ../churn/z}]}
  stale: {cmd: x, deps: [{path: ../churn/w}]}
""",
        }
    )
    assert told(found) == [
        ("churn", f"{BASE}/churn/x", None),
        ("churn", f"{BASE}/churn/y", None),
    ]
    (left,) = found.dvc.open
    assert [(each.stage, each.text) for each in left.references] == [
        ("adrift", "${where}"),
        ("never", "${where}/y"),
    ]


def test_what_a_lock_repeats_is_said_once(workspaces: Make) -> None:
    lock = "stages:\n  train: {cmd: x, deps: [{path: ../churn/x}, {path: ../churn/y}]}\n"
    found = workspaces(
        {
            **BOTH,
            f"{BASE}/fraud/dvc.yaml": stage("../churn/x"),
            f"{BASE}/fraud/dvc.lock": lock,
        }
    )
    assert [str(each.reference.span) for each in found.dvc.reaches] == [
        f"{BASE}/fraud/dvc.yaml:5:9",
        f"{BASE}/fraud/dvc.lock:2:53",
    ]


def test_what_cannot_be_read_says_what_was_not_checked(workspaces: Make) -> None:
    found = workspaces(
        {
            **FRAUD,
            f"{BASE}/fraud/.dvc/config": "[core\n",
            f"{BASE}/fraud/.dvc/config.local": "[core]\nx = y\nx = z\n",
            f"{BASE}/fraud/dvc.yaml": "- a\n",
            f"{BASE}/fraud/sub/dvc.yaml": "stages: {a: {deps: ['${x}']}}\n",
            f"{BASE}/fraud/sub/dvc.lock": "a: [\n",
            f"{BASE}/fraud/x.dvc": "outs: [../x\n",
            f"{BASE}/fraud/y.dvc": "outs: [x\n",
            "projects/nobody/z.dvc": "outs: [../x\n",
        }
    )
    assert [(str(each.span), each.unchecked) for each in found.dvc.unreadable] == [
        (f"{BASE}/fraud/.dvc/config:1:1", "its remotes and its cache were"),
        (f"{BASE}/fraud/.dvc/config.local:3:1", "its remotes and its cache were"),
        (f"{BASE}/fraud/dvc.yaml:1:1", "its stages were"),
        (f"{BASE}/fraud/sub/dvc.lock:2:1", "what its stages last used was"),
        (f"{BASE}/fraud/x.dvc:2:1", "its outputs were"),
    ]


def test_each_file_is_read_once(workspaces: Make) -> None:
    files = {
        **made("fraud"),
        f"{BASE}/fraud/params.yaml": "a: x\n",
        f"{BASE}/fraud/dvc.yaml": stage("${a}", "${b}"),
        f"{BASE}/fraud/dvc.lock": "stages: {}\n",
        f"{BASE}/fraud/sub/dvc.yaml": "vars: [../params.yaml]\n" + stage("${a}"),
        f"{BASE}/fraud/x.dvc": "outs: []\n",
    }
    found = workspaces(files)
    read: list[str] = []
    original = found.files.read
    found.files.read = lambda path: (read.append(path), original(path))[1]  # type: ignore[method-assign]  # to look on
    found.dvc.speaks()
    assert sorted(read) == sorted(
        [
            f"{BASE}/fraud/.dvc/config",
            f"{BASE}/fraud/.dvc/config.local",
            f"{BASE}/fraud/params.yaml",
            f"{BASE}/fraud/dvc.yaml",
            f"{BASE}/fraud/dvc.lock",
            f"{BASE}/fraud/sub/dvc.yaml",
            f"{BASE}/fraud/sub/dvc.lock",
            f"{BASE}/fraud/sub/params.yaml",
            f"{BASE}/fraud/x.dvc",
        ]
    )


def test_workspaces_as_they_are_made_import_no_reader(tmp_path: Path) -> None:
    for name, text in (made("fraud") | made("churn")).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    program = """
import sys
from pytest_mlops_ws.checks.files import Files
from pytest_mlops_ws.checks.workspaces import Workspaces
from pytest_mlops_ws.ground.listing import listing
from pytest_mlops_ws.manifest.reading import read
root = sys.argv[1]
files = Files(root, listing(root).tracked, git=False)
names = [path for path in files.paths if path.endswith("workspace.yaml")]
found = Workspaces(files, "mlops/workspace", [read(files.read(name), name) for name in names])
assert not found.dvc.speaks()
ours = "pytest_mlops_ws.checks.dvc"
print(len(names), sorted(name for name in sys.modules if name.startswith(ours)))
print("configobj" in sys.modules, "dvc" in sys.modules, "subprocess" in sys.modules)
"""
    done = subprocess.run(
        [sys.executable, "-c", program, os.path.realpath(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
    )
    modules = [f"pytest_mlops_ws.checks.dvc{name}" for name in ("", ".facts", ".repositories")]
    assert done.stdout.splitlines() == [f"2 {modules}", "False False False"]
