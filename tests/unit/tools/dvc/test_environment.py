from __future__ import annotations

import os
import subprocess
import sys
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import pytest

from pytest_mlops_ws.ground.files import write_tree
from pytest_mlops_ws.tools.dvc import TOOL

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_mlops_ws.model.spec import WorkspaceSpec

pytestmark = pytest.mark.isolation


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user whose DVC configuration and cache must not be seen, and must not change."""
    home = tmp_path / "home"
    settings = b"[core]\n    remote = theirs\n    site_cache_dir = %s\n" % os.fsencode(
        home / "site"
    )
    write_tree(home, {".config/dvc/config": settings})
    monkeypatch.setenv("HOME", os.fspath(home))
    monkeypatch.setenv("XDG_CONFIG_HOME", os.fspath(home / ".config"))
    monkeypatch.setenv("XDG_CONFIG_DIRS", os.fspath(home / ".config"))
    return home


def _tree(root: Path) -> list[Path]:
    return sorted(root.rglob("*"))


def _dvc(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "dvc", *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_users_configuration_and_cache_stay_out(home: Path, active: WorkspaceSpec) -> None:
    before = _tree(home)
    (active.area("dvc") / "data").write_text("1")

    assert _dvc("config", "core.remote", cwd=active.root_path).stdout == "storage\n"
    assert _dvc("add", "dvc/data", cwd=active.root_path).returncode == 0
    assert _tree(home) == before
    assert (active.private_path / "dvc" / "cache" / "repo").is_dir()


def test_user_wide_settings_of_a_test_stay_in_its_workspace(
    home: Path, active: WorkspaceSpec
) -> None:
    before = _tree(home)

    for level in ("--global", "--system"):
        done = _dvc("config", level, "core.autostage", "true", cwd=active.root_path)
        assert done.returncode == 0, done.stderr

    assert _tree(home) == before
    assert {path.name for path in (active.private_path / "dvc").iterdir()} >= {"global", "system"}


def test_people_keep_their_own_configuration_and_cache(home: Path, spec: WorkspaceSpec) -> None:
    assert TOOL.environment(spec, "inherit") == {
        "DVC_EXP_BASELINE_REV": None,
        "DVC_EXP_NAME": None,
        "DVC_ROOT": None,
        "DVC_STAGE": None,
    }


def test_nothing_is_made_before_dvc_needs_it(active: WorkspaceSpec) -> None:
    assert not (active.private_path / "dvc").exists()


def test_telemetry_is_off(active: WorkspaceSpec) -> None:
    from dvc import analytics

    assert not analytics.is_enabled()


def test_no_newer_release_is_asked_for(active: WorkspaceSpec, tmp_path: Path) -> None:
    """`dvc version` does, through a detached process."""
    from dvc.updater import Updater

    updater = Updater(os.fspath(tmp_path))
    updater.fetch(detach=False)

    assert os.environ["DVC_UPDATER_ENDPOINT"] == "off"
    assert not (tmp_path / "updater").exists()


def test_studio_gets_no_live_updates(
    active: WorkspaceSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dvc_studio_client.config import get_studio_config

    monkeypatch.setenv("DVC_STUDIO_TOKEN", "secret")
    monkeypatch.setenv("DVC_STUDIO_REPO_URL", "git@example.org:team/repo.git")

    assert get_studio_config() == {}


@pytest.mark.parametrize(
    "variable",
    [
        "DVCLIVE_LOGLEVEL",
        "DVC_EXP_GIT_REMOTE",
        "DVC_ROOT",
        "DVC_SITE_CACHE_DIR",
        "DVC_STUDIO_TOKEN",
        "DVC_TEST",
        "STUDIO_TOKEN",
        "STUDIO_REPO_URL",
        "ITERATIVE_STUDIO_TOKEN",
    ],
)
def test_the_shells_variable_is_hidden(variable: str) -> None:
    assert any(fnmatchcase(variable, pattern) for pattern in TOOL.ambient)


@pytest.mark.parametrize(
    "variable", ["AWS_PROFILE", "GOOGLE_APPLICATION_CREDENTIALS", "HOME", "CI"]
)
def test_what_is_not_dvcs_is_no_concern(variable: str, spec: WorkspaceSpec) -> None:
    assert not any(fnmatchcase(variable, pattern) for pattern in TOOL.ambient)
    assert variable not in TOOL.environment(spec, "hide")


def test_every_variable_of_ours_is_known_to_dvc(spec: WorkspaceSpec) -> None:
    from dvc import env

    ours = {*TOOL.environment(spec, "hide"), *TOOL.telemetry} - {"ITERATIVE_DO_NOT_TRACK"}
    assert ours <= set(vars(env))
