"""The catalogue of rules is what the rules say."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_mlops_ws.checks.repository import RULES

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("rules", ROOT / "scripts" / "rules.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_page_is_in_step_with_the_rules(
    script: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    status = script.main(["--check"])
    assert capsys.readouterr().out == ""
    assert status == 0


def test_page_that_is_not_is_told(
    script: ModuleType,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(script, "PAGE", tmp_path / "rules.md")
    assert script.main(["--check"]) == 1
    assert capsys.readouterr().out == (
        "rules.md is out of step with the rules: python scripts/rules.py\n"
    )
    script.main([])
    assert script.main(["--check"]) == 0


def test_each_rules_address_is_a_heading_of_the_page() -> None:
    page = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    headings = re.findall(r"^#+ (.*)$", page, re.MULTILINE)
    anchors = {heading.lower().replace(" ", "-").replace(":", "") for heading in headings}
    assert [
        rule.id for rule in RULES().values() if rule.address.partition("#")[2] not in anchors
    ] == []


def test_no_rule_stands_there_as_other_programs_may_not_read_it() -> None:
    page = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    assert all(letter.isprintable() or letter == "\n" for letter in page)
