"""What the README tells a new user to type, typed: verbatim, in an empty directory and home."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_mlops_ws.model.address import PUBLIC_ADDRESS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Shell = Callable[[str], subprocess.CompletedProcess[str]]

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
#: How this machine reaches a package index, which is its own affair; all else starts from nothing.
REACHING_AN_INDEX = re.compile(
    r"(PIP|UV|SSL|CURL|REQUESTS)_\w+|\w+_proxy|PYENV_ROOT", re.IGNORECASE
)

pytestmark = [
    pytest.mark.installs,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(not (ROOT / ".git").exists(), reason="only a checkout can be cloned"),
]


def command(script: str) -> str:
    (found,) = re.findall(rf"^git clone .*/{re.escape(script)}$", README, re.MULTILINE)
    return str(found)


def clean_environment(home: Path, **more: str) -> Mapping[str, str]:
    kept = {name: value for name, value in os.environ.items() if REACHING_AN_INDEX.fullmatch(name)}
    return {**kept, "HOME": str(home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8", **more}


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """A new user's shell, in an empty directory; what it clones comes from this repository."""
    place = tmp_path_factory.mktemp("a new user")
    home, directory = place / "home", place / "empty directory"
    home.mkdir()
    directory.mkdir()
    # What is committed, and no more: that is what a clone of the public address would have.
    (place / "gitconfig").write_text(
        f'[url "{(ROOT / ".git").as_uri()}"]\n\tinsteadOf = {PUBLIC_ADDRESS}\n', encoding="utf-8"
    )
    environment = clean_environment(home, GIT_CONFIG_GLOBAL=str(place / "gitconfig"))

    def run(line: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["sh", "-c", line],
            cwd=directory,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )

    return run


def test_first_command_runs_the_demo(shell: Shell) -> None:
    done = shell(command("demo.sh"))
    assert done.returncode == 0, done.stdout
    picture, _ = re.findall(r"^```text\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    assert shape(picture) in shape(done.stdout)


def test_second_command_runs_the_tests(shell: Shell) -> None:
    # Its whole suite is what `.ci/run` runs; here, what shows that every kind of test can.
    chosen = "tests/unit/model tests/unit/ground tests/plugin/test_cross_project_write.py"
    done = shell(f"{command('test.sh')} -q {chosen}")
    assert done.returncode == 0, done.stdout
    assert re.search(r"^[1-9]\d* passed", done.stdout.splitlines()[-1]), done.stdout


def shape(page: str) -> str:
    """Return the page without what differs from run to run: figures, and how wide they are."""
    return re.sub(r" +", " ", re.sub(r"\d[\d.]*", "#", page))
