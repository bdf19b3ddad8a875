"""The nodes of a YAML document, each with its place."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from pytest_mlops_ws.model.diagnostics import Span

if TYPE_CHECKING:
    from pytest_mlops_ws.manifest.scalars import Value
    from pytest_mlops_ws.model.diagnostics import Diagnostic


class Mark(Protocol):
    """A place in the text, counted from 0, as PyYAML gives it."""

    index: int
    line: int
    column: int


@dataclass(slots=True)
class Place:
    """A `Mark` of our own, for faults that no parser reported."""

    index: int
    line: int
    column: int


@dataclass(slots=True)
class Scalar:
    """A word, number, truth value or nothing.

    Attributes:
        text: what stands there, without quotes.
        value: what YAML 1.1 makes of it; a timestamp stays text.
        plain: whether it stands there without quotes.
    """

    text: str
    value: Value
    plain: bool
    start: Mark
    end: Mark


@dataclass(slots=True)
class Sequence:
    """A list; *flow* if in square brackets."""

    start: Mark
    end: Mark
    flow: bool
    items: list[Node] = field(default_factory=list)


@dataclass(slots=True)
class Mapping:
    """Keys and values in the order they stand; *flow* if in braces."""

    start: Mark
    end: Mark
    flow: bool
    entries: list[tuple[Scalar, Node]] = field(default_factory=list)

    def get(self, name: str) -> tuple[Scalar, Node] | None:
        """Return the first entry with this key, if there is one."""
        return next((entry for entry in self.entries if entry[0].text == name), None)


@dataclass(slots=True)
class Unreadable:
    """What a diagnostic has been given for already: an alias, a tagged or an impossible value."""

    start: Mark
    end: Mark


Node = Scalar | Sequence | Mapping | Unreadable


@dataclass(frozen=True, slots=True)
class Document:
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
