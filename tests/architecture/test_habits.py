from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "pytest_mlops_ws"
MODULES = sorted(PACKAGE.rglob("*.py"))
PYTHON = [*MODULES, *sorted(ROOT.glob("scripts/*.py")), *sorted(ROOT.glob("tests/**/*.py"))]

CEILING = 300
#: Doors attract everything; they parse and wire, and the logic is elsewhere.
CEILINGS = {"plugin.py": 120, "client.py": 290}

#: What ruff and the type checker take for a suppression, with nothing after it.
SUPPRESSION = re.compile(
    r"#\s*(?:no(?:qa)(?::\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*)?|type:\s*ignore(?:\[[^\]]*\])?)"
)


def in_repository(path: Path) -> str:
    return str(path.relative_to(ROOT))


def unexplained(text: str) -> list[int]:
    """The lines with a suppression and, once all of them are taken away, nothing said after it."""
    return [
        number
        for number, line in enumerate(text.splitlines(), start=1)
        if (found := SUPPRESSION.search(line))
        and not re.search(r"\w", SUPPRESSION.sub("", line[found.start() :]))
    ]


@pytest.mark.parametrize("module", MODULES, ids=in_repository)
def test_a_module_stays_small_enough_to_read_at_once(module: Path) -> None:
    lines = len(module.read_text(encoding="utf-8").splitlines())
    assert lines <= CEILINGS.get(str(module.relative_to(PACKAGE)), CEILING)


@pytest.mark.parametrize("module", PYTHON, ids=in_repository)
def test_a_suppression_says_why(module: Path) -> None:
    assert unexplained(module.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("line", "explained"),
    [
        ("x = 1  # no" + "qa: S101", False),
        ("x = 1  # no" + "qa", False),
        ("x = 1  # no" + "qa: S101, E501 -- the shell's own quoting", True),
        ("x = 1  # type" + ": ignore[arg-type]", False),
        ("x = 1  # type" + ": ignore[arg-type]  # the stub is older than the function", True),
        ("x = 1  # type" + ": ignore[misc]  # no" + "qa: S101", False),
        ("x = 1  # an ordinary comment", True),
    ],
)
def test_a_reason_is_told_from_none(line: str, *, explained: bool) -> None:
    assert (unexplained(line) == []) is explained


def test_no_module_is_a_drawer_for_everything() -> None:
    drawers = {"utils", "util", "helpers", "misc", "common"}
    assert [in_repository(module) for module in MODULES if module.stem in drawers] == []


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="only a checkout knows what is committed")
def test_what_is_committed_names_no_place_of_one_machine() -> None:
    # A lock file with a host, or a path below somebody's home, works on one machine only.
    pattern = r"(files\.pythonhosted|//pypi\.|/simple/?$|^/(root|home/[a-z]+)/\.)"
    done = subprocess.run(
        ["git", "grep", "-nIE", pattern, "--", ".", ":!tests", ":!*.md"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == ""
    assert done.returncode == 1, done.stderr
