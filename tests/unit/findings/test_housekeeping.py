"""The rules about excuses speak in their bad examples and are silent in the good ones."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_mlops_ws.checks.repository import RULES as EVERY
from pytest_mlops_ws.checks.repository import Repository
from pytest_mlops_ws.checks.settings import settled
from pytest_mlops_ws.findings.catalogue import FAMILIES
from pytest_mlops_ws.findings.housekeeping import RULES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pytest_mlops_ws.findings.outcome import Outcome
    from pytest_mlops_ws.findings.rule import Rule

#: What each bad example gets, from whatever rule.
EXPECTED = Path(__file__).parents[2] / "examples" / "rules"


@pytest.fixture
def judged(tmp_path: Path) -> Callable[[Mapping[str, str]], Outcome]:
    """Make a git repository of an example and judge it as `mlops-ws check` does."""

    def judged(files: Mapping[str, str]) -> Outcome:
        root = tmp_path.resolve() / "repo"
        for name, text in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
        subprocess.run(["git", "init", "-q", "."], cwd=root, check=True)
        subprocess.run(["git", "add", "-f", "."], cwd=root, check=True)
        return Repository(str(root), settled(str(root))).judge().outcome

    return judged


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.id}-{rule.name}")
def test_rule_speaks_in_its_bad_example(
    rule: Rule, judged: Callable[[Mapping[str, str]], Outcome]
) -> None:
    found = judged(rule.bad).findings
    lines = "".join(f"{fault.severity} {fault}\n" for fault in found)
    assert lines == (EXPECTED / f"{rule.id}.txt").read_text(encoding="utf-8")
    own = [fault for fault in found if fault.rule == rule.id]
    assert [fault.severity for fault in own] == [rule.severity]
    assert (own[0].fix is not None) is rule.fixable


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.id}-{rule.name}")
def test_good_example_is_clean(rule: Rule, judged: Callable[[Mapping[str, str]], Outcome]) -> None:
    assert [str(fault) for fault in judged(rule.good).findings] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.id}-{rule.name}")
def test_rule_can_be_read_about(rule: Rule) -> None:
    assert rule.family == "WS0"
    assert rule.name == rule.name.lower().replace(" ", "-")
    assert not rule.title.endswith(".")
    assert len(rule.why) > 80


def test_every_rule_is_in_the_catalogue_and_in_a_family() -> None:
    catalogue = EVERY()
    assert list(catalogue) == sorted(catalogue)
    assert catalogue.keys() >= {rule.id for rule in RULES}
    assert {rule.family for rule in catalogue.values()} <= FAMILIES.keys()
    assert len({rule.name for rule in catalogue.values()}) == len(catalogue)
