from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_mlops_ws.checks.repository import Repository
from pytest_mlops_ws.settings import OPTIONS
from pytest_mlops_ws.settings.values import CHECK_OPTIONS, Settings, from_pyproject

if TYPE_CHECKING:
    from conftest import Document


ROOT = Path(__file__).parents[2]


def has_tests(block: str) -> bool:
    return re.search(r"^(async )?def test_", block, re.MULTILINE) is not None


@pytest.mark.parametrize("name", ["readme", "reference"])
def test_snippets_that_are_tests_pass(
    name: str, request: pytest.FixtureRequest, suite: pytest.Pytester
) -> None:
    document = request.getfixturevalue(name)
    tests = [block for block in document.blocks("python") if has_tests(block)]
    suite.makepyfile(**{f"test_{number}": block for number, block in enumerate(tests)})
    count = sum(len(re.findall(r"^def test_", block, re.MULTILINE)) for block in tests)
    assert count > 0
    suite.runpytest_subprocess("--strict-markers", timeout=120).assert_outcomes(passed=count)


def test_other_snippets_run(reference: Document, suite: pytest.Pytester) -> None:
    programs = [block for block in reference.blocks("python") if not has_tests(block)]
    assert programs
    for number, program in enumerate(programs):
        place = suite.mkdir(f"place-{number}")
        subprocess.run(["git", "init", "-q", "."], cwd=place, check=True)
        done = subprocess.run(
            [sys.executable, "-W", "error::DeprecationWarning:__main__", "-c", program],
            cwd=place,
            env=os.environ | {"GIT_CEILING_DIRECTORIES": str(suite.path)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{program}\n{done.stderr}"


def test_settings_in_toml_are_settings(reference: Document, suite: pytest.Pytester) -> None:
    blocks = reference.blocks("toml")
    assert blocks
    for block in blocks:
        (suite.path / "pyproject.toml").write_text(block, encoding="utf-8")
        said = tomllib.loads(block)["tool"]["mlops-ws"]
        source = from_pyproject(suite.path)
        settings = Settings([source], (*OPTIONS, *CHECK_OPTIONS))
        found = {each.option.name.replace("_", "-") for each in settings.not_default()}
        assert found | set(source.tables) == set(said)
        assert Repository(str(suite.path), settings).judge().outcome.exit_status == 0


def test_settings_in_ini_are_settings(reference: Document, suite: pytest.Pytester) -> None:
    blocks = reference.blocks("ini")
    assert blocks
    for block in blocks:
        suite.makeini(block)
        suite.makepyfile("def test_it(): pass")
        result = suite.runpytest_subprocess("--strict-config", timeout=120)
        result.assert_outcomes(passed=1)


def test_relative_links_lead_somewhere(document: Document) -> None:
    broken = []
    for target in re.findall(r"\]\(([^)]+)\)", document.prose):
        path, _, anchor = target.partition("#")
        if "://" in path:
            continue
        file = document.path.parent / path if path else document.path
        if not file.exists() or (anchor and anchor not in anchors(file.read_text())):
            broken.append(target)
    assert broken == []


def test_architecture_names_what_is_there() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    planned = text.partition("Planned, and already in the contracts: ")[2].partition("\n\n")[0]
    named = set(re.findall(r"`([\w/]+(?:\.py|/))`", text)) - set(re.findall(r"`([^`]+)`", planned))
    assert len(named) > 20
    places = (ROOT, ROOT / "pytest_mlops_ws")
    assert [name for name in named if not any((place / name).exists() for place in places)] == []


def anchors(text: str) -> set[str]:
    """The anchors of a page's headings, as the forges make them."""
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
