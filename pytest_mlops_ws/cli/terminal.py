"""Words for people: in colour to a terminal that wants it, else as plain text."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TextIO

    #: Pieces of a line: a text and the name of its style, as rich knows them.
    Line = list[tuple[str, str]]


def write(lines: Iterable[Line], stream: TextIO) -> None:
    """Write *lines* to *stream*."""
    if not colour(stream):
        stream.writelines("".join(text for text, _ in line).rstrip() + "\n" for line in lines)
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(file=stream, highlight=False, soft_wrap=True)
    for line in lines:
        console.print(Text.assemble(*line))


def colour(stream: TextIO) -> bool:
    """Tell whether somebody reads *stream* who wants to see colours."""
    unwanted = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return stream.isatty() and not unwanted
