from __future__ import annotations

import pytest

from pytest_mlops_ws.findings.excerpt import excerpt
from pytest_mlops_ws.model.diagnostics import Span


def shown(text: str, line: int, column: int, *end: int | None, width: int = 60) -> str:
    found = excerpt(text, Span("a.yaml", line, column, *end), width)
    assert found is not None
    return "\n".join(found)


@pytest.mark.parametrize(
    ("text", "place", "expected"),
    [
        ("a: b\nname: eval\n", (2, 7, 2, 11), "name: eval\n      ^^^^"),
        ("a: b\r\nname: eval\r\n", (2, 7, 2, 11), "name: eval\n      ^^^^"),
        # A place without an end is one character, one of several lines is its first.
        ("name: eval", (1, 7), "name: eval\n      ^"),
        ("name: >\n  eval", (1, 7, 2, 7), "name: >\n      ^"),
        ("name: [a,   \n  b]", (1, 7, 2, 5), "name: [a,   \n      ^^^"),
        # At the end of a line, and behind it, something is still shown.
        ("name:", (1, 6), "name:\n     ^"),
        ("name:", (1, 60, 1, 65), "name:\n     ^"),
        ("name: eval", (1, 7, 1, 7), "name: eval\n      ^"),
        # Wide, combined, tabbed and unprintable characters: what a terminal makes of them.
        ("日本: eval", (1, 5, 1, 9), "日本: eval\n      ^^^^"),
        ("a: 日本", (1, 4, 1, 6), "a: 日本\n   ^^^^"),
        ("e\u0301: eval", (1, 5, 1, 9), "e\u0301: eval\n   ^^^^"),
        ("a:\teval", (1, 4, 1, 8), "a:    eval\n      ^^^^"),
        ("\x1b[31ma: eval", (1, 9, 1, 13), "\\x1b[31ma: eval\n           ^^^^"),
    ],
)
def test_what_is_meant_is_underlined(text: str, place: tuple[int, ...], expected: str) -> None:
    assert shown(text, *place) == expected


@pytest.mark.parametrize(
    ("text", "place"), [("", (1, 1)), ("a: b", (2, 1)), ("a: b", (0, 1)), ("a\n  \n", (2, 1))]
)
def test_where_nothing_is_nothing_is_shown(text: str, place: tuple[int, ...]) -> None:
    assert excerpt(text, Span("a.yaml", *place), 60) is None


def test_long_line_is_cut_around_what_is_meant() -> None:
    line = "x" * 100 + " eval " + "y" * 100
    assert shown(line, 1, 102, 1, 106, width=40) == (
        "...xxxxxxxxxxxxxxxxxxx eval yyyyyyyyy...\n                       ^^^^"
    )
    assert shown(line, 1, 1, 1, 2, width=40) == f"{'x' * 34}...\n^"
    assert shown("x" * 80, 1, 71, 1, 81, width=40) == f"...{'x' * 30}\n{' ' * 23}{'^' * 10}"
    assert shown("x" * 80, 1, 1, 1, 81, width=40) == f"{'x' * 34}...\n{'^' * 34}"


@pytest.mark.parametrize("width", [1, 7, 40])
def test_no_terminal_is_too_narrow(width: int) -> None:
    for column in (1, 40, 80):
        line, carets = shown("日" * 80, 1, column, 1, 81, width=width).split("\n")
        assert "^" in carets
        assert len(line) <= max(width, 8)


@pytest.mark.parametrize(
    ("line", "place", "expected"),
    [
        (
            "uri: postgresql://me:secret@host/db  # x",
            (6, 36),
            "uri: postgresql://me:***@host/db  # x\n     ^^^^^^^^^^^^^^^^^^^^^^^^^^^",
        ),
        (
            "uri: http://me:longsecret@host/ # here",
            (33, 39),
            "uri: http://me:***@host/ # here\n                         ^^^^^^",
        ),
        (
            "uri: http://me:longsecret@host/",
            (18, 22),
            "uri: http://me:***@host/\n               ^",
        ),
    ],
)
def test_no_password_is_shown(line: str, place: tuple[int, int], expected: str) -> None:
    assert shown(line, 1, place[0], 1, place[1]) == expected
