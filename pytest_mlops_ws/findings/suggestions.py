"""What a word that is none of ours was probably meant to be."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pytest_mlops_ws.findings.rule import Rule


def did_you_mean(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """Return the end of a sentence about *word*: the nearest of *known*, or *otherwise*."""
    from difflib import get_close_matches

    close = get_close_matches(word, list(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else otherwise


def nearest_rule(word: str, rules: Mapping[str, Rule]) -> str | None:
    """Return the rule that *word*, an id in some spelling or a rule's name, comes closest to."""
    from difflib import SequenceMatcher, get_close_matches

    wanted = word.upper()

    def likeness(rule: str) -> tuple[bool, bool, float]:
        """Digits in the wrong order come first, then a neighbour in the same family."""
        ratio = SequenceMatcher(None, wanted, rule).ratio()
        return sorted(wanted) == sorted(rule), rule[:3] == wanted[:3], ratio

    # Ids differ in a digit or two, and that is close for a text of five.
    close = get_close_matches(wanted, rules, n=len(rules) or 1, cutoff=0.7)
    if close:
        return max(close, key=likeness)
    by_name = {rule.name: rule.id for rule in rules.values()}
    names = get_close_matches(word.lower(), by_name, n=1)
    return by_name[names[0]] if names else None
