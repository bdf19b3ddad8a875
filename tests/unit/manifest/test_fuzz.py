"""The long run is ``python scripts/fuzz.py``; this is a short one, and that it would tell."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
COUNT = 1_000


def run(*arguments: str, root: Path, place: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "scripts/fuzz.py", *arguments],
        cwd=root,
        env={"PYTHONPATH": str(root), "TMPDIR": str(place)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_damaged_manifests_and_random_bytes_are_read_as_they_should(tmp_path: Path) -> None:
    done = run("--count", str(COUNT), root=ROOT, place=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith(f"{COUNT} documents of seed 1: all as it should be")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for name in ("pytest_mlops_ws", "schemas", "scripts", "tests/examples"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return tmp_path


@pytest.mark.parametrize(
    ("module", "before", "after", "told"),
    [
        ("acceptance", "search(text) is not None", "True", "jsonschema refuses it"),
        ("values", "here != column or key in mapping", "here != column", "the long way finds"),
        ("values", "raise UndecidedError from error", "raise", "Traceback"),
        ("document", "self._documents > 1", "os.abort()", "ended with -6"),
        ("document", "self._documents > 1", "time.sleep(9999)", "took 1 s"),
    ],
)
def test_reader_that_goes_wrong_is_caught_with_the_document(
    copy: Path, module: str, before: str, after: str, told: str
) -> None:
    path = copy / "pytest_mlops_ws" / "manifest" / f"{module}.py"
    text = path.read_text(encoding="utf-8")
    assert before in text
    broken = text.replace(before, after).replace(
        "\nimport ", "\nimport os\nimport time\nimport ", 1
    )
    path.write_text(broken, encoding="utf-8")
    done = run("--count", str(COUNT), "--patience", "1", root=copy, place=copy)
    assert done.returncode == 1
    assert told in done.stdout
    *_, again = done.stdout.splitlines()
    assert again.startswith("python scripts/fuzz.py ")
    assert Path(again.rpartition(" ")[2]).is_file()
