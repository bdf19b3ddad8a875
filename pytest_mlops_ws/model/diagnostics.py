"""What is said about a place in a file, as a value: nothing here raises.

Named tuples, not dataclasses: a hook that finds nothing must not pay ten milliseconds for the
import of `dataclasses`.
"""

from __future__ import annotations

from typing import Literal

from pytest_mlops_ws.model.record import Record

#: Only an error stops a loader or fails a run.
Severity = Literal["error", "warning", "note"]


class Span(Record):
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


class Edit(Record):
    """One replacement in a file's text.

    Attributes:
        start: the first character that goes, counted from 0 in the decoded text.
        end: the character after the last one that goes; equal to *start* to insert.
        text: what comes instead.
    """

    start: int
    end: int
    text: str


class Fix(Record):
    """How a finding's file could be mended.

    Attributes:
        title: what it does, in the imperative: ``remove 'root_path'``.
        path: the file, named as in the finding's span.
        edits: the replacements, which do not overlap.
        safe: whether it provably changes nothing but what is wrong. Only a safe fix is ever
            written; another one is a suggestion.
    """

    title: str
    path: str
    edits: tuple[Edit, ...]
    safe: bool = True


class Diagnostic(Record):
    """One thing to know about one place.

    Attributes:
        rule: the rule's id, such as ``WS203``.
        message: the cause, in a sentence without its full stop.
        span: the place.
        remedy: what to type, if that is known.
        severity: whether it stops a loader.
        related: a second place, such as the first of two equal keys.
        projects: who is concerned: the culprit, and the victim if there is one.
        subject: what it is about, whatever line it stands on: a key, a location, an experiment.
            With rule, path and projects it tells two findings of one file apart, and it is what
            ``what`` of an allow entry names.
        fix: how to mend it, if that can be said as a change of the file.
    """

    rule: str
    message: str
    span: Span
    remedy: str | None = None
    severity: Severity = "error"
    related: Span | None = None
    projects: tuple[str, ...] = ()
    subject: str = ""
    fix: Fix | None = None

    def __str__(self) -> str:
        also = f" (see also {self.related})" if self.related else ""
        remedy = f"; {self.remedy}" if self.remedy else ""
        return f"{self.span}: {self.rule} {self.message}{also}{remedy}"

    @property
    def stops(self) -> bool:
        """Whether a loader must not go on."""
        return self.severity == "error"
