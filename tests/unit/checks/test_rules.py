"""Every rule speaks in its bad example, as expected, and no rule in its good one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_mlops_ws.checks import rules
from pytest_mlops_ws.checks.occasions import GIVEN

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_mlops_ws.checks.run import Checked
    from pytest_mlops_ws.findings.rule import Rule

#: What each bad example gets from its own rule: ``WS305.txt``.
EXPECTED = Path(__file__).parents[2] / "examples" / "rules"
RULES = list(rules.catalogue().values())


def name(rule: Rule) -> str:
    return f"{rule.id}-{rule.name}"


@pytest.mark.parametrize("rule", RULES, ids=name)
def test_rule_speaks_in_its_bad_example(rule: Rule, checked: Callable[..., Checked]) -> None:
    found = checked(rule.bad, rule.id).diagnostics
    lines = "".join(f"{fault.severity} {fault}\n" for fault in found)
    assert lines == (EXPECTED / f"{rule.id}.txt").read_text(encoding="utf-8")
    assert {fault.rule for fault in found} == {rule.id}


@pytest.mark.parametrize("rule", RULES, ids=name)
def test_every_rule_is_silent_in_the_good_example(
    rule: Rule, checked: Callable[..., Checked]
) -> None:
    assert [str(fault) for fault in checked(rule.good).diagnostics] == []


@pytest.mark.parametrize("rule", RULES, ids=name)
def test_two_projects_means_two_places(rule: Rule, checked: Callable[..., Checked]) -> None:
    for fault in checked(rule.bad, rule.id).diagnostics:
        assert (fault.related is not None) or len(set(fault.projects)) < 2


def test_ids_and_names_are_unique() -> None:
    every = [module.RULE for each in rules.occasions() for module in rules.modules(each)]
    assert len({rule.id for rule in every}) == len(every)
    assert len({rule.name for rule in every}) == len(every)


def test_every_package_of_rules_has_its_occasion() -> None:
    assert sorted(GIVEN) == rules.occasions()


@pytest.mark.parametrize("rule", RULES, ids=name)
def test_rule_can_be_read_about(rule: Rule) -> None:
    assert rule.id[:2] == "WS"
    assert rule.id[2:].isdigit()
    assert rule.name == rule.name.lower().replace(" ", "-")
    assert not rule.title.endswith(".")
    assert len(rule.why) > 80
    assert rule.bad != rule.good
