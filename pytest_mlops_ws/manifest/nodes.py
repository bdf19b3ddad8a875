"""The nodes of a YAML document, each with its place.

Classes with slots, written out: a hook must not pay for the import of `dataclasses`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from pytest_mlops_ws.model.diagnostics import Span
from pytest_mlops_ws.model.record import Record

if TYPE_CHECKING:
    from pytest_mlops_ws.manifest.emit import Plain
    from pytest_mlops_ws.manifest.scalars import Value
    from pytest_mlops_ws.model.diagnostics import Diagnostic


class Mark(Protocol):
    """A place in the text, counted from 0, as PyYAML gives it."""

    index: int
    line: int
    column: int


class Place:
    """A `Mark` of our own, for faults that no parser reported."""

    __slots__ = ("column", "index", "line")

    def __init__(self, index: int, line: int, column: int) -> None:
        self.index = index
        self.line = line
        self.column = column


class Scalar:
    """A word, number, truth value or nothing.

    Attributes:
        text: what stands there, without quotes.
        value: what YAML 1.1 makes of it; a timestamp stays text.
        plain: whether it stands there without quotes.
    """

    __slots__ = ("end", "plain", "start", "text", "value")

    def __init__(self, text: str, value: Value, start: Mark, end: Mark, *, plain: bool) -> None:
        self.text = text
        self.value = value
        self.start = start
        self.end = end
        self.plain = plain


class Sequence:
    """A list; *flow* if in square brackets."""

    __slots__ = ("end", "flow", "items", "start")

    def __init__(self, start: Mark, end: Mark, *, flow: bool) -> None:
        self.start = start
        self.end = end
        self.flow = flow
        self.items: list[Node] = []


class Mapping:
    """Keys and values in the order they stand; *flow* if in braces."""

    __slots__ = ("end", "entries", "flow", "start")

    def __init__(self, start: Mark, end: Mark, *, flow: bool) -> None:
        self.start = start
        self.end = end
        self.flow = flow
        self.entries: list[tuple[Scalar, Node]] = []

    def get(self, name: str) -> tuple[Scalar, Node] | None:
        """Return the first entry with this key, if there is one."""
        return next((entry for entry in self.entries if entry[0].text == name), None)


class Unreadable:
    """What a diagnostic has been given for already: an alias, a tagged or an impossible value."""

    __slots__ = ("end", "start")

    def __init__(self, start: Mark, end: Mark) -> None:
        self.start = start
        self.end = end


Node = Scalar | Sequence | Mapping | Unreadable


class Document(Record):
    """One file, read as far as it could be.

    Attributes:
        path: how diagnostics call the file.
        text: its characters, without a byte order mark.
        root: the topmost node; None if the file is empty or cannot be read to its end.
        diagnostics: the faults, in the order of their places.
    """

    path: str
    text: str
    root: Node | None
    diagnostics: tuple[Diagnostic, ...]

    def span(self, node: Node) -> Span:
        """Return where *node* stands."""
        return span(self.path, node.start, node.end)


def span(path: str, start: Mark, end: Mark | None = None) -> Span:
    """Return the `Span` of two marks."""
    if end is None:
        return Span(path, start.line + 1, start.column + 1)
    return Span(path, start.line + 1, start.column + 1, end.line + 1, end.column + 1)


def plain(node: Node | None) -> Plain:
    """Return the value of *node*: the first of two equal keys, None for what is unreadable."""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    if not isinstance(node, Mapping):
        return None
    found: dict[str, Plain] = {}
    for key, value in node.entries:
        if key.text not in found:
            found[key.text] = plain(value)
    return found
