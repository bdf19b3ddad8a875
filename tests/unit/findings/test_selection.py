"""Which rules are asked for. Of the rules here, WS590 alone is a preview."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_mlops_ws.findings.selection import Layer, Selection
from pytest_mlops_ws.model.errors import UsageError
from pytest_mlops_ws.settings.values import CHECK_OPTIONS, Settings, Source

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_mlops_ws.findings.catalogue import Catalogue
    from pytest_mlops_ws.model.diagnostics import Diagnostic

#: What the room itself adds: the rules about findings, and those of the guard.
RUN_TIME = [f"WS70{number}" for number in range(1, 8)]
STABLE = ["WS101", "WS203", "WS305", "WS306", "WS404", "WS502", "WS601", *RUN_TIME]
OWN = ["WS001", "WS002", "WS003", "WS004", "WS005", "WS006"]


def kept(selection: Selection, known: Catalogue) -> list[str]:
    return [rule for rule in known() if selection.keeps(rule)]


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        ([], OWN + STABLE),
        ([Layer("a", ["ALL"])], OWN + STABLE),
        ([Layer("a", [])], []),
        ([Layer("a", ["WS3"])], ["WS305", "WS306"]),
        ([Layer("a", ["WS30"])], ["WS305", "WS306"]),
        ([Layer("a", ["WS305,WS4 WS101"])], ["WS101", "WS305", "WS404"]),
        # A preview rule, by the whole of its id and by the beginning.
        ([Layer("a", ["WS590"])], ["WS590"]),
        ([Layer("a", ["WS59"])], ["WS590"]),
        ([Layer("a", ["WS5"])], ["WS502", "WS590"]),
        ([Layer("a", ["ALL", "WS5"])], sorted([*OWN, *STABLE, "WS590"])),
        # The longer word wins; of two equally long ones, ignore.
        ([Layer("a", ["WS3"], ["WS305"])], ["WS306"]),
        ([Layer("a", ["WS305"], ["WS3"])], ["WS305"]),
        ([Layer("a", ["WS3"], ["WS3"])], []),
        ([Layer("a", ["WS305"], ["WS305"])], []),
        ([Layer("a", ["ALL"], ["ALL"])], []),
        ([Layer("a", ["WS4"], ["ALL"])], ["WS404"]),
        (
            [Layer("a", None, ["WS0", "WS3", "WS4"])],
            ["WS101", "WS203", "WS502", "WS601", *RUN_TIME],
        ),
        # Who selects begins anew, who only ignores takes away.
        ([Layer("a", None, ["WS305"]), Layer("b", ["WS305"])], ["WS305"]),
        ([Layer("a", ["WS305"]), Layer("b", ["WS4"])], ["WS404"]),
        ([Layer("a", ["WS305", "WS4"]), Layer("b", None, ["WS3"])], ["WS404"]),
        ([Layer("a", ["WS3"], ["WS306"]), Layer("b", None, ["WS305"])], []),
        ([Layer("a", ["WS590"]), Layer("b", ["ALL"])], OWN + STABLE),
    ],
)
def test_words_select_rules(layers: list[Layer], expected: list[str], known: Catalogue) -> None:
    assert kept(Selection(known, layers), known) == expected


def test_who_does_not_know_the_stability_gets_the_preview_too(known: Catalogue) -> None:
    selection = Selection(known)
    assert selection.selected("WS590")
    assert not selection.selected("WS590", "preview")
    assert selection.selected("WS305", "stable")
    assert Selection(known, [Layer("a", ["WS5"])]).selected("WS590", "preview")


def test_families_and_nothing_need_no_catalogue(unasked: Catalogue) -> None:
    layers = [Layer("a", ["WS1", "ALL"], ["WS3"])]
    selection = Selection(unasked, layers, {"WS4": "note", "ALL": "warning"})
    assert selection.selected("WS101")
    assert not selection.selected("WS305")
    assert not Selection(unasked, [Layer("a", ["WS1"])]).keeps("WS305")


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("WS350", "; did you mean 'WS305' (same-experiment)?"),
        ("WS999", ""),
        ("ws404", "; did you mean 'WS404' (shared-remote)?"),
        ("shared-remotes", "; did you mean 'WS404' (shared-remote)?"),
        ("ws3", "; did you mean 'WS3'?"),
        ("all", "; did you mean 'ALL'?"),
        ("WS", ""),
        ("WS8", ""),
        ("E501", ""),
        ("WS3051", "; did you mean 'WS305' (same-experiment)?"),
    ],
)
@pytest.mark.parametrize("option", ["select", "ignore"])
def test_unknown_word_is_a_usage_error(option: str, word: str, hint: str, known: Catalogue) -> None:
    layer = Layer("command line", **{"select": ["ALL"], option: ["WS3", word]})
    with pytest.raises(UsageError) as caught:
        Selection(known, [layer])
    general = ". There are ids (WS305), families (WS3) and ALL; `mlops-ws rules` lists them"
    assert str(caught.value) == (
        f"{option} = {word!r} (command line): there is no such rule or family{hint or general}"
    )


def test_settings_are_taken_source_by_source(known: Catalogue) -> None:
    sources = [
        Source("pyproject.toml", {"ignore": ["WS305", "WS4"]}, {"severity": {"WS306": "note"}}),
        Source("environment", {"base": "x"}),
        Source("command line", {"select": ["WS3,WS4"], "ignore": ["WS404"]}),
    ]
    assert kept(Selection.of(Settings(sources[:1], CHECK_OPTIONS), known), known) == [
        *OWN,
        "WS101",
        "WS203",
        "WS306",
        "WS502",
        "WS601",
        *RUN_TIME,
    ]
    settings = Settings(sources, CHECK_OPTIONS)
    assert kept(Selection.of(settings, known), known) == ["WS305", "WS306"]
    nothing = Settings([Source("pyproject.toml", {"select": []})], CHECK_OPTIONS)
    assert kept(Selection.of(nothing, known), known) == []


def test_severity_is_that_of_the_longest_word(
    finding: Callable[..., Diagnostic], known: Catalogue
) -> None:
    table = {"ALL": "note", "WS3": "warning", "WS306": "error"}
    selection = Selection(known, (), table)
    rules = ("WS101", "WS305", "WS306")
    assert [selection.graded(finding(rule)).severity for rule in rules] == [
        "note",
        "warning",
        "error",
    ]
    assert Selection(known).graded(finding("WS305", severity="note")).severity == "note"


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("warning", ' must be a table, such as WS305 = "warning"'),
        ({"WS305": "warn"}, " WS305 = 'warn': it must be error, warning or note"),
        ({"WS305": 3}, " WS305 = 3: it must be error, warning or note"),
        ({"WS305": ["note"]}, " WS305 = ['note']: it must be error, warning or note"),
        (
            {"WS305": "off"},
            (
                " WS305 = 'off': it must be error, warning or note; to switch it off:"
                " ignore = ['WS305']"
            ),
        ),
        (
            {"WS350": "note"},
            " WS350: there is no such rule or family; did you mean 'WS305' (same-experiment)?",
        ),
    ],
)
def test_wrong_severity_is_a_usage_error(table: object, message: str, known: Catalogue) -> None:
    with pytest.raises(UsageError) as caught:
        Selection(known, (), table)
    assert str(caught.value) == f"pyproject.toml: [tool.mlops-ws.severity]{message}"
