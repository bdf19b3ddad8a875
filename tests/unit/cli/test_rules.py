from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from pytest_mlops_ws.checks.repository import RULES
from pytest_mlops_ws.findings.catalogue import FAMILIES

if TYPE_CHECKING:
    from collections.abc import Callable

    Shell = Callable[..., tuple[int, str, str]]


def test_every_rule_has_a_line_under_its_family(shell: Shell) -> None:
    status, out, err = shell("rules")
    assert (status, err) == (0, "")
    lines = [line for line in out.splitlines() if re.match(r"WS\d\d\d", line)]
    assert [line.split()[0] for line in lines] == list(RULES())
    families = re.findall(r"^(WS\d)xx  (.*)$", out, re.MULTILINE)
    assert families == [
        (family, FAMILIES[family]) for family in dict.fromkeys(rule[:3] for rule in RULES())
    ]


def test_line_says_what_the_rule_says(shell: Shell) -> None:
    rule = RULES()["WS305"]
    assert f"WS305  error    {rule.title}\n" in shell("rules")[1]
    fixable = next(rule for rule in RULES().values() if rule.fixable)
    assert f"{fixable.title} (fixable)\n" in shell("rules")[1]


def test_for_programs_it_is_a_list(shell: Shell) -> None:
    status, out, err = shell("rules", "--json")
    assert (status, err) == (0, "")
    listed = json.loads(out)
    assert [each["id"] for each in listed] == list(RULES())
    rule = RULES()["WS305"]
    assert listed[list(RULES()).index("WS305")] == {
        "id": "WS305",
        "name": "same-experiment",
        "title": rule.title,
        "severity": "error",
        "stability": "stable",
        "fixable": False,
        "why": rule.why,
        "address": rule.address,
    }


def test_rule_is_explained_by_its_own_words_and_examples(shell: Shell) -> None:
    rule = RULES()["WS305"]
    status, out, err = shell("explain", "WS305")
    assert (status, err) == (0, "")
    bad, good = (
        "".join(
            f"\n  {path}\n" + "".join(f"    {line}\n" for line in text.splitlines())
            for path, text in example.items()
        )
        for example in (rule.bad, rule.good)
    )
    assert out == (
        f"WS305 same-experiment: {rule.title}\n\nseverity error, stable\n\n{rule.why}\n"
        f"\nBad\n{bad}\nGood\n{good}\n{rule.address}\n"
    )


@pytest.mark.parametrize("word", ["ws305", "same-experiment", "Same-Experiment"])
def test_rule_is_found_by_id_or_name_in_any_case(word: str, shell: Shell) -> None:
    assert shell("explain", word) == shell("explain", "WS305")


@pytest.mark.parametrize("word", ["WS2", "WS2xx", "ws2"])
def test_family_is_all_its_rules(word: str, shell: Shell) -> None:
    told = json.loads(shell("explain", "--json", word)[1])
    assert [each["id"] for each in told] == [rule for rule in RULES() if rule.startswith("WS2")]


def test_every_rule_can_be_explained(shell: Shell) -> None:
    for rule in RULES().values():
        assert shell("explain", rule.id)[1].startswith(f"{rule.id} {rule.name}: {rule.title}\n")


def test_several_are_told_once_each(shell: Shell) -> None:
    out = shell("explain", "WS305", "WS304", "same-experiment")[1]
    assert re.findall(r"^(WS\d+) [a-z-]+: ", out, re.MULTILINE) == ["WS305", "WS304"]


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("WS3055", "did you mean WS305?"),
        ("same-experimnt", "did you mean same-experiment?"),
        ("bread", "see: mlops-ws rules"),
    ],
)
def test_unknown_rule_is_a_misuse_with_a_hint(word: str, hint: str, shell: Shell) -> None:
    assert shell("explain", word) == (2, "", f"mlops-ws: there is no rule {word!r}; {hint}\n")


def test_link_in_an_example_says_where_it_leads(shell: Shell) -> None:
    linking = [
        rule.id
        for rule in RULES().values()
        if any(type(text) is not str for text in rule.bad.values())
    ]
    assert linking
    for rule in linking:
        assert re.search(
            r"^    \(a (symbolic|hard) link to .+\)$", shell("explain", rule)[1], re.MULTILINE
        )
