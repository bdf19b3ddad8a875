from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def check(root: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "scripts" / "lock.py"), "--check", "--root", str(root)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(ROOT / "requirements", tmp_path / "requirements")
    return tmp_path


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_requirements_agree_with_pyproject() -> None:
    done = check(ROOT)
    assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"rich>=13.0"', '"rich>=99.0"', "test.txt: rich>=99.0 is asked for, "),
        ('"rich>=13.0"', '"rich>=13.0", "left-pad>=1"', "demo.txt: left-pad>=1 is missing"),
        ('  "filelock>=3.12",\n', "", "demo.txt: nothing in pyproject.toml asks for filelock"),
        ('"hypothesis>=6.100"', '"hypothesis>=99"', "dev.txt: hypothesis>=99 is asked for, "),
        ('"scikit-learn>=1.4"', '"scikit-learn>=9"', "demo.txt: scikit-learn>=9 is asked for, "),
    ],
)
def test_a_difference_is_named(copy: Path, old: str, new: str, said: str) -> None:
    replace(copy / "pyproject.toml", old, new)
    done = check(copy)
    assert done.returncode == 1
    assert f"requirements/{said}" in done.stdout
    assert "Run `python scripts/lock.py`" in done.stdout


def test_a_file_that_is_missing_or_names_a_host_is_named(copy: Path) -> None:
    (copy / "requirements" / "demo.txt").unlink()
    with (copy / "requirements" / "test.txt").open("a", encoding="utf-8") as file:
        file.write("--index-url https://mirror.example/simple\n")
    lines = check(copy).stdout.splitlines()
    assert lines[:2] == [
        "requirements/test.txt: names a host",
        "requirements/demo.txt: missing",
    ]


@pytest.mark.parametrize(
    "file", sorted((ROOT / "requirements").glob("*.txt")), ids=lambda p: p.name
)
def test_every_pin_has_a_hash(file: Path) -> None:
    text = file.read_text(encoding="utf-8").replace("\\\n", "")
    pins = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    assert pins
    assert [pin for pin in pins if "--hash=sha256:" not in pin] == []
