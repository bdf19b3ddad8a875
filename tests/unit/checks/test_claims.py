from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from pytest_mlops_ws.checks.claims import Claim, Claims, nested, same
from pytest_mlops_ws.model.diagnostics import Span

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pytest_mlops_ws.checks.claims import Pair


class Someone(NamedTuple):
    name: str

    def span(self, key: str) -> Span:
        return Span(f"{self.name}/{key}")


OURS, OTHERS, THIRDS = Someone("ours"), Someone("others"), Someone("thirds")


def claim(key: str, project: Someone = OURS, *, foreign: bool = False) -> Claim:
    return Claim(key, key, project, "place", foreign)


def shown(pairs: Iterable[Pair]) -> list[tuple[str, str, str, str]]:
    return [
        (pair.culprit.project.name, pair.culprit.key, pair.victim.project.name, pair.victim.key)
        for pair in pairs
    ]


def test_the_first_to_claim_a_thing_is_the_victim() -> None:
    found = same([claim("x", OTHERS), claim("y"), claim("x"), claim("x", THIRDS)])
    assert shown(found) == [("ours", "x", "others", "x"), ("thirds", "x", "others", "x")]


def test_a_project_does_not_meet_itself() -> None:
    claims = [claim("x"), claim("x"), claim("x/y")]
    assert shown(same(claims)) == []
    assert shown(nested(claims)) == []


@pytest.mark.parametrize(
    ("joint", "keys", "inside"),
    [
        ("/", ["/a", "/a-b", "/a/b", "/ab"], [("/a/b", "/a")]),
        ("/", ["/a/b/c", "/a", "/a/b"], [("/a/b", "/a"), ("/a/b/c", "/a/b")]),
        ("/", ["", "/a"], [("/a", "")]),
        ("", ["a", "ab", "b", "abc"], [("ab", "a"), ("abc", "ab")]),
        ("", ["ab", "ac"], []),
    ],
)
def test_what_lies_inside_is_told_of_the_innermost_around_it(
    joint: str, keys: list[str], inside: list[tuple[str, str]]
) -> None:
    claims = [claim(key, Someone(key)) for key in keys]
    pairs = [(pair.second.key, pair.first.key) for pair in nested(claims, joint)]
    assert pairs == inside


def test_own_claims_in_between_do_not_hide_another_projects() -> None:
    claims = [claim("/a", OTHERS), claim("/a/b"), claim("/a/b/c")]
    assert shown(nested(claims)) == [
        ("ours", "/a/b", "others", "/a"),
        ("ours", "/a/b/c", "others", "/a"),
    ]


def kinds(ours: list[Claim], others: list[Claim], kind: str = "artifacts") -> Claims:
    return Claims({kind: lambda: ours}, {kind: others} if others else {})


def test_what_other_repositories_claim_stands() -> None:
    found = kinds([claim("x")], [claim("x", OTHERS)])
    assert shown(found.pairs("artifacts")) == [("ours", "x", "others", "x")]
    assert found.meet()


def test_ours_is_the_culprit_whichever_lies_in_the_other() -> None:
    found = kinds([claim("/a")], [claim("/a/b", OTHERS)])
    assert shown(found.pairs("artifacts")) == [("ours", "/a", "others", "/a/b")]
    found = kinds([claim("/a/b")], [claim("/a", OTHERS)])
    assert shown(found.pairs("artifacts")) == [("ours", "/a/b", "others", "/a")]


def test_what_others_have_among_themselves_is_theirs() -> None:
    others = [claim("x", OTHERS), claim("x", THIRDS), claim("x/y", THIRDS)]
    found = kinds([claim("z")], others)
    assert shown(found.pairs("artifacts")) == []
    assert not found.meet()


def test_ours_is_told_of_the_next_of_others_around_it() -> None:
    others = [claim("x", OTHERS), claim("x/y", THIRDS)]
    found = kinds([claim("x/y/z")], others)
    assert shown(found.pairs("artifacts")) == [("ours", "x/y/z", "thirds", "x/y")]


def test_names_do_not_lie_in_one_another() -> None:
    found = kinds([claim("lora"), claim("lora/x", OTHERS)], [], "name")
    assert not found.meet()


def test_kinds_in_which_nothing_can_meet_are_made_only_for_those_who_ask() -> None:
    made: list[str] = []

    def make() -> list[Claim]:
        made.append("made")
        return [claim("x"), claim("x", OTHERS)]

    found = Claims({"prefix": make}, {}, apart=["prefix"])
    assert not found.meet()
    assert made == []
    assert len(found.of("prefix")) == 2
    # Another repository's may meet ours all the same.
    found = Claims({"prefix": make}, {"prefix": [claim("x-", THIRDS)]}, apart=["prefix"])
    assert found.meet()
