"""What is said about a place in a file, as a value: nothing here raises."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

#: Only an error stops a loader or fails a run.
Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A place in a file. Lines and columns count from 1, as editors show them.

    Attributes:
        path: the file, as the reader would type it.
        line: the first line.
        column: the first character's column.
        end_line: the last line, if the span has an extent.
        end_column: the column after the last character.
    """

    path: str
    line: int = 1
    column: int = 1
    end_line: int | None = None
    end_column: int | None = None

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One thing to know about one place.

    Attributes:
        rule: the rule's id, such as ``WS203``.
        message: the cause, in a sentence without its full stop.
        span: the place.
        remedy: what to type, if that is known.
        severity: whether it stops a loader.
        related: a second place, such as the first of two equal keys.
    """

    rule: str
    message: str
    span: Span
    remedy: str | None = None
    severity: Severity = "error"
    related: Span | None = None

    def __str__(self) -> str:
        also = f" (see also {self.related})" if self.related else ""
        remedy = f"; {self.remedy}" if self.remedy else ""
        return f"{self.span}: {self.rule} {self.message}{also}{remedy}"

    @property
    def stops(self) -> bool:
        """Whether a loader must not go on."""
        return self.severity == "error"
