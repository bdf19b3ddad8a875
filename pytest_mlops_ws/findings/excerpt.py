"""The line that a finding is about, with what is meant underlined, as a terminal shows it."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from pytest_mlops_ws.findings.printable import printable
from pytest_mlops_ws.ground.locations import hidden

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_mlops_ws.model.diagnostics import Span

_BREAK = re.compile(r"\r\n|[\n\r]")
_TAB = "    "
_CUT = "..."
#: So many columns are shown before what is meant, where a line is too long for the terminal.
_BEFORE = 20


def excerpt(text: str, span: Span, width: int) -> tuple[str, str] | None:
    """Return a line of *text* and one with the carets below it; None if there is no such line.

    Args:
        text: the file.
        span: what is meant; of more than one line, the first is shown.
        width: how many columns there are.
    """
    lines = _BREAK.split(text)
    if not 0 < span.line <= len(lines) or not lines[span.line - 1].strip():
        return None
    line, start, end = _without_secrets(lines[span.line - 1], *_meant(lines[span.line - 1], span))
    cells = [_shown(character) for character in line]
    first, last = _window(cells, start, width)
    left, right = _CUT if first else "", _CUT if last < len(cells) else ""
    indent = len(left) + _columns(cells[first:start])
    carets = max(_columns(cells[start : min(end, last)]), 1)
    return f"{left}{''.join(cells[first:last])}{right}", " " * indent + "^" * carets


def _meant(line: str, span: Span) -> tuple[int, int]:
    """Return where what is meant begins and ends on its line, counted from 0."""
    start = min(span.column - 1, len(line))
    if span.end_line is None:
        return start, start + 1
    if span.end_line == span.line and span.end_column is not None:
        return start, span.end_column - 1
    return start, len(line.rstrip())


def _without_secrets(line: str, start: int, end: int) -> tuple[str, int, int]:
    """Return a line as a message may show it, and the two places in it."""
    shown = hidden(line)
    if shown == line:
        return line, start, end
    same = next(
        (index for index, pair in enumerate(zip(line, shown, strict=False)) if pair[0] != pair[1]),
        min(len(line), len(shown)),
    )
    more = len(shown) - len(line)
    moved = [place if place <= same else max(same, place + more) for place in (start, end)]
    return shown, moved[0], moved[1]


def _window(cells: Sequence[str], start: int, width: int) -> tuple[int, int]:
    """Return which of *cells* fit into *width* columns, with the one at *start* among them."""
    if _columns(cells) <= width:
        return 0, len(cells)
    room = max(width - 2 * len(_CUT), 1)
    first = start
    while first and _columns(cells[first - 1 : start]) <= min(_BEFORE, room - 1):
        first -= 1
    last = first
    while last < len(cells) and _columns(cells[first : last + 1]) <= room:
        last += 1
    return first, last


def _shown(character: str) -> str:
    return _TAB if character == "\t" else printable(character)


def _columns(cells: Sequence[str]) -> int:
    return sum(_width(character) for cell in cells for character in cell)


def _width(character: str) -> int:
    if character.isascii():
        return 1
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"F", "W"} else 1
