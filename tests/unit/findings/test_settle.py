from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_mlops_ws.findings.allow import entries
from pytest_mlops_ws.findings.baseline import load, write
from pytest_mlops_ws.findings.outcome import Excused, Outcome, Unchecked
from pytest_mlops_ws.findings.selection import Layer, Selection
from pytest_mlops_ws.findings.settle import Policy, settle
from pytest_mlops_ws.model.diagnostics import Span

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytest_mlops_ws.findings.baseline import Baseline
    from pytest_mlops_ws.findings.catalogue import Catalogue
    from pytest_mlops_ws.model.diagnostics import Diagnostic

    Found = Callable[..., Diagnostic]
    Policies = Callable[..., Policy]

PATH = "fraud/workspace.yaml"
UNREADABLE = Unchecked("lora/workspace.yaml", "it cannot be read")


def whole(rule: str) -> bool:
    """Tell what a check of a whole repository judges."""
    return not rule.startswith("WS7")


def lines(outcome: Outcome) -> list[str]:
    return [f"{each.rule} {each.span.path}:{each.span.line}" for each in outcome.findings]


@pytest.fixture
def policy(known: Catalogue) -> Policies:
    def policy(
        *layers: Layer,
        allow: list[dict[str, object]] | None = None,
        severities: dict[str, str] | None = None,
        baseline: Baseline | None = None,
    ) -> Policy:
        selection = Selection(known, layers, severities)
        return Policy(known, selection, entries(allow, known), baseline)

    return policy


@pytest.fixture
def recorded(tmp_path: Path) -> Callable[..., Baseline]:
    def recorded(*findings: Diagnostic) -> Baseline:
        write("known.json", findings, str(tmp_path))
        return load("known.json", str(tmp_path))

    return recorded


def test_nothing_found_is_clean_and_asks_nobody(unasked: Catalogue) -> None:
    quiet = Policy(unasked, Selection(unasked))
    assert settle([], quiet, judged=whole) == Outcome()
    marked = {PATH: b"a: b  # mlops-ws: is ours\n"}
    assert settle([], quiet, marked=marked, judged=whole) == Outcome()


def test_who_judges_a_part_is_not_asked_for_the_rules(unasked: Catalogue) -> None:
    table = [{"projects": ["fraud"], "what": "data", "reason": "agreed"}]
    quiet = Policy(unasked, Selection(unasked), entries(table, unasked))
    assert settle([], quiet) == Outcome()
    assert settle([], quiet, unchecked=[UNREADABLE], judged=whole).findings == ()


def test_findings_are_sorted_by_place(policy: Policies, finding: Found) -> None:
    found = [
        finding("WS404", 9),
        finding("WS306", 9),
        finding("WS306", 2, column=5),
        finding("WS306", 2, column=1),
        finding("WS306", 30, path="churn/workspace.yaml"),
    ]
    assert settle(found, policy()).findings == tuple(found[index] for index in (4, 3, 2, 1, 0))


def test_what_is_not_asked_for_is_dropped(policy: Policies, finding: Found) -> None:
    found = [finding("WS305"), finding("WS404"), finding("WS590")]
    assert lines(settle(found, policy())) == [f"WS305 {PATH}:3", f"WS404 {PATH}:3"]
    assert lines(settle(found, policy(Layer("a", ["WS5"])))) == [f"WS590 {PATH}:3"]


def test_severities_are_the_repositorys_also_of_what_is_excused(
    policy: Policies, finding: Found
) -> None:
    marked = {PATH: b"\n\na: b  # mlops-ws: ignore[WS305] x # mlops-ws: ignore[WS404]\n"}
    graded = policy(severities={"ALL": "note", "WS001": "warning"})
    outcome = settle([finding(), finding("WS404"), finding("WS306")], graded, marked=marked)
    assert [(each.rule, each.severity) for each in outcome.findings] == [
        ("WS306", "note"),
        ("WS001", "warning"),
    ]
    assert [each.diagnostic.severity for each in outcome.excused] == ["note", "note"]
    assert outcome.exit_status == 0


def test_ignore_comes_before_allow_and_both_before_the_baseline(
    policy: Policies, finding: Found, recorded: Callable[..., Baseline]
) -> None:
    ignored, allowed, known, new = (
        finding(line=1),
        finding(line=2),
        finding(line=3, subject="train"),
        finding(line=4, subject="new"),
    )
    allow = [{"projects": ["fraud", "churn"], "what": "eval", "reason": "agreed"}]
    marked = {PATH: b"a: b  # mlops-ws: ignore[WS305] for now\n"}
    outcome = settle(
        [new, known, allowed, ignored],
        policy(allow=allow, baseline=recorded(known)),
        marked=marked,
        judged=whole,
    )
    assert outcome == Outcome(
        (new,),
        (
            Excused(ignored, "ignore", "for now"),
            Excused(allowed, "allow", "agreed"),
            Excused(known, "baseline", ""),
        ),
    )
    assert outcome.exit_status == 1


MARKED = {PATH: b"a: b  # mlops-ws: ignore[WS404] agreed\n"}
ALLOW: list[dict[str, object]] = [
    {"projects": ["fraud"], "what": "data", "rules": ["WS4"], "reason": "agreed"},
    {"projects": ["fraud"], "what": "data", "reason": "agreed"},
]


def test_excuses_that_nothing_needs_are_found(
    policy: Policies, finding: Found, recorded: Callable[..., Baseline]
) -> None:
    baseline = recorded(finding())
    outcome = settle([], policy(allow=ALLOW, baseline=baseline), marked=MARKED, judged=whole)
    assert lines(outcome) == [
        "WS003 fraud/workspace.yaml:1",
        "WS006 known.json:4",
        "WS005 pyproject.toml:1",
        "WS005 pyproject.toml:1",
    ]
    assert outcome.exit_status == 0


@pytest.mark.parametrize(
    ("layer", "judged", "unchecked"),
    [
        # A part of a repository, or one of which something cannot be read, says nothing of them.
        (None, False, ()),
        (None, True, (UNREADABLE,)),
        # Nor do rules that were not asked for.
        (Layer("a", None, ["WS3", "WS4"]), True, ()),
        # And who does not want to hear of it does not.
        (Layer("a", None, ["WS0"]), True, ()),
    ],
)
def test_nobody_says_of_an_excuse_that_nothing_needs_it_who_cannot_know(
    layer: Layer | None,
    unchecked: tuple[Unchecked, ...],
    policy: Policies,
    finding: Found,
    recorded: Callable[..., Baseline],
    *,
    judged: bool,
) -> None:
    chosen = policy(*([layer] if layer else []), allow=ALLOW, baseline=recorded(finding()))
    outcome = settle(
        [],
        chosen,
        marked=MARKED,
        unchecked=unchecked,
        judged=whole if judged else None,
    )
    assert outcome == Outcome((), (), unchecked)


def test_ignore_of_a_preview_rule_that_is_not_asked_for_is_not_judged(policy: Policies) -> None:
    marked = {PATH: b"a: b  # mlops-ws: ignore[WS590] agreed\n"}
    assert settle([], policy(), marked=marked, judged=whole) == Outcome()
    asked = policy(Layer("a", ["ALL", "WS590"]))
    assert lines(settle([], asked, marked=marked, judged=whole)) == [f"WS003 {PATH}:1"]


def test_wrong_comment_is_found_whoever_asks(policy: Policies) -> None:
    marked = {PATH: b"a: b  # mlops-ws: ignore[WS444] agreed\n"}
    assert lines(settle([], policy(), marked=marked)) == [f"WS002 {PATH}:1"]


def test_wrong_comment_can_be_known(policy: Policies, recorded: Callable[..., Baseline]) -> None:
    marked = {PATH: b"a: b  # mlops-ws: ignore[WS444] agreed\n"}
    (found,) = settle([], policy(), marked=marked).findings
    outcome = settle([], policy(baseline=recorded(found)), marked=marked, judged=whole)
    assert outcome == Outcome((), (Excused(found, "baseline", ""),))


def test_entry_that_another_makes_superfluous_is_needed_too(
    policy: Policies, finding: Found
) -> None:
    allow = [
        {"projects": ["fraud", "churn"], "what": "eval", "rules": ["WS305"], "reason": reason}
        for reason in ("first", "second")
    ]
    outcome = settle([finding()], policy(allow=allow), judged=whole)
    assert outcome == Outcome((), (Excused(finding(), "allow", "first"),))


def test_finding_with_two_places_is_told_at_the_one_that_is_asked_about(finding: Found) -> None:
    here, there = Span("fraud/workspace.yaml", 2, 1), Span("churn/workspace.yaml", 7, 1)
    both = finding(path=here.path)._replace(span=here, related=there)
    outcome = Outcome((both,))
    assert outcome.within(("fraud",)) == outcome
    assert outcome.within((".",)) == outcome
    assert outcome.within(("churn",)) == Outcome((both._replace(span=there, related=here),))
    assert outcome.within(("lora",)) == Outcome()


def test_outcome_of_a_part_is_what_stands_there(finding: Found) -> None:
    other, code, manifest = (
        finding(path=path) for path in ("fraud-2/x.yaml", "fraud/train.py", "fraud/workspace.yaml")
    )
    excused = Excused(finding(path="fraud/b.py"), "ignore", "")
    outcome = Outcome((other, code, manifest), (excused,), (UNREADABLE,))
    assert outcome.within(("fraud",)) == Outcome((code, manifest), (excused,))
    assert outcome.within(("fraud/train.py", "lora")) == Outcome((code,), (), (UNREADABLE,))
    assert outcome.within((".",)) == outcome
    assert outcome.within(("",)) == outcome


@pytest.mark.parametrize(
    ("severities", "status"), [((), 0), (("note", "warning"), 0), (("note", "error"), 1)]
)
def test_only_an_error_fails(severities: tuple[str, ...], status: int, finding: Found) -> None:
    found = tuple(finding(severity=severity) for severity in severities)
    outcome = Outcome(found, (Excused(finding(), "baseline", ""),), (UNREADABLE,))
    assert outcome.exit_status == status
    assert [outcome.number(each) for each in ("error", "warning", "note")] == [
        severities.count(each) for each in ("error", "warning", "note")
    ]
    assert outcome.excused_by("baseline") == 1
    assert outcome.excused_by("allow") == 0


def test_place_of_an_entry_is_read_where_it_stands(known: Catalogue) -> None:
    text = "[tool.x]\n\n[[tool.mlops-ws.allow]]\n"
    selection = Selection(known)
    chosen = Policy(known, selection, entries(ALLOW[:1], known), None, {"pyproject.toml": text}.get)
    (found,) = settle([], chosen, judged=whole).findings
    assert found.span == Span("pyproject.toml", 3)
