from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, NamedTuple

import pytest

if TYPE_CHECKING:
    from pathlib import Path

DEMO = [sys.executable, "-m", "pytest_mlops_ws", "demo"]
#: What a developer's shell, a git hook or a CI may have set. None of it may reach the demo.
HOSTILE = {
    "DVC_GLOBAL_CONFIG_DIR": "/nowhere",
    "GIT_DIR": "/nowhere/.git",
    "GIT_INDEX_FILE": "/nowhere/index",
    "MLFLOW_EXPERIMENT_NAME": "of-the-shell",
    "MLFLOW_TRACKING_URI": "http://127.0.0.1:9",
    "MLOPS_WS_CACHE_DIR": "/nowhere/cache",
    "PYTEST_ADDOPTS": "--no-such-option",
    "PYTHONUNBUFFERED": "1",
}
PROJECTS = {"churn": "messages.csv", "demand": "parcels.csv", "fraud": "transactions.csv"}


class Demo(NamedTuple):
    status: int
    page: str
    errors: str
    root: Path
    home: Path
    directory: Path

    def row(self, label: str) -> tuple[str, str]:
        (found,) = re.findall(
            rf"^  {re.escape(label)} {{2,}}(\S.*?) {{2,}}(\S.*)$", self.page, re.MULTILINE
        )
        return found[0], found[1]

    def section(self, title: str) -> str:
        return self.page.partition(f"{title}\n")[2].partition("\n\n")[0]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    base = tmp_path_factory.mktemp("demo")
    home, directory, root = base / "home", base / "elsewhere", base / "scratch ü"
    home.mkdir()
    directory.mkdir()
    done = subprocess.run(
        [*DEMO, "--output", str(root)],
        cwd=directory,
        env={**os.environ, **HOSTILE, "HOME": str(home)},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=240,
    )
    return Demo(done.returncode, done.stdout, done.stderr, root, home, directory)


def test_succeeds_in_any_shell_and_touches_only_its_own_directory(demo: Demo) -> None:
    assert (demo.status, demo.errors) == (0, "")
    assert list(demo.home.iterdir()) == []
    assert list(demo.directory.iterdir()) == []


def test_fits_a_page_of_plain_text(demo: Demo) -> None:
    lines = demo.page.splitlines()
    assert len(lines) <= 40
    assert [line for line in lines if len(line) > 80 and str(demo.root) not in line] == []
    assert "\x1b" not in demo.page


def test_same_tests_pass_either_way(demo: Demo) -> None:
    log = demo.root / "with-workspace" / "pytest.log"
    assert demo.row("tests passed") == ("12 of 12", "12 of 12"), log.read_text(encoding="utf-8")
    for project in PROJECTS:
        suites = [
            (demo.root / half / f"repo/projects/{project}/tests/test_{project}.py").read_bytes()
            for half in ("by-hand", "with-workspace")
        ]
        assert suites[0] == suites[1]
    assert (demo.root / "by-hand/repo/conftest.py").exists()
    assert list((demo.root / "with-workspace/repo").rglob("conftest.py")) == []


def test_run_by_hand_is_in_another_projects_experiment(demo: Demo) -> None:
    assert demo.row("runs in another project's experiment") == ("1", "0")
    found = demo.section("What the green tests left behind by hand")
    assert '  demand\'s run "outlook" is in the experiment "churn"\n' in found
    (store,) = re.findall(r"^ {4}(by-hand/tests/\S+)$", found, re.MULTILINE)
    assert (demo.root / store).is_file()


def test_artifacts_by_hand_are_in_the_repository(demo: Demo) -> None:
    dropped = [path for path in (demo.root / "by-hand/repo/mlruns").rglob("*") if path.is_file()]
    assert dropped
    assert demo.row("files dropped into the repository") == (str(len(dropped)), "0")
    assert not (demo.root / "with-workspace/repo/mlruns").exists()


def test_storage_by_hand_has_lost_what_the_other_one_still_has(demo: Demo) -> None:
    assert demo.row("data sets deleted from the shared storage") == ("3", "0")
    for half, comes_back in (("by-hand", False), ("with-workspace", True)):
        for project, data in PROJECTS.items():
            workspace = demo.root / half / "repo/mlops/workspace" / project
            committed = git(workspace, "show", f"HEAD:./dvc/{data}.dvc")
            (digest,) = re.findall(r"md5: (\w{32})$", committed, re.MULTILINE)
            stored = demo.root / half / "storage/files/md5" / digest[:2] / digest[2:]
            assert stored.is_file() is comes_back


def test_repository_with_workspace_is_as_it_was_committed(demo: Demo) -> None:
    assert demo.row("committed files rewritten") == ("3", "0")
    assert git(demo.root / "by-hand/repo", "status", "--porcelain") != ""
    assert git(demo.root / "with-workspace/repo", "status", "--porcelain") == ""
    assert demo.section("What they left behind with workspace") == "  nothing"


def test_time_is_stated_for_both_with_the_ratio(demo: Demo) -> None:
    for label in ("all tests took", "a test took (median)"):
        by_hand, ours = (float(shown.removesuffix(" s")) for shown in demo.row(label))
        assert by_hand > 0
        assert ours > 0
    (ratio,) = re.findall(r"a test is ([\d.]+) times as fast$", demo.page, re.MULTILINE)
    assert float(ratio) == pytest.approx(by_hand / ours, rel=0.1)
    assert re.search(r"^  once per machine: the template +[\d.]+ s$", demo.page, re.MULTILINE)


def test_every_place_it_names_exists(demo: Demo) -> None:
    places = re.findall(r"^ +((?:by-hand|with-workspace)/\S+)", demo.page, re.MULTILINE)
    assert len(places) >= 6
    assert [place for place in places if not (demo.root / place).exists()] == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT to send to one process")
@pytest.mark.skipif(
    signal.getsignal(signal.SIGINT) is signal.SIG_IGN, reason="nohup: SIGINT is ignored, as wished"
)
def test_interrupt_leaves_neither_directory_nor_process(tmp_path: Path) -> None:
    root = tmp_path / "scratch"
    with subprocess.Popen([*DEMO, "-o", str(root)], stderr=subprocess.PIPE) as process:
        until = time.monotonic() + 60
        while not (root / "by-hand" / "history.log").exists():
            assert process.poll() is None
            assert time.monotonic() < until
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=180)
    assert process.returncode == 130
    assert errors == b"mlops-ws: interrupted\n"
    assert not root.exists()
    time.sleep(0.3)
    if shutil.which("pgrep"):
        assert subprocess.run(["pgrep", "-f", str(root)], check=False).returncode == 1


def git(directory: Path, *arguments: str) -> str:
    return subprocess.run(
        ["git", *arguments], cwd=directory, check=True, capture_output=True, encoding="utf-8"
    ).stdout
