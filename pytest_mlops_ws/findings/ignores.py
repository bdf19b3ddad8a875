"""An ignore comment taken apart, or what is wrong with one that nearly is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pytest_mlops_ws.findings.housekeeping import MALFORMED_IGNORE
from pytest_mlops_ws.model.diagnostics import Diagnostic, Edit, Fix, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pytest_mlops_ws.findings.comments import Comment

_MARK = re.compile(r"#\s*mlops-ws:\s*")
_IGNORE = re.compile(r"ignore\s*\[(?P<rules>[^\]]*)\](?P<rest>.*)")
_WORD = re.compile(r"[A-Za-z_-]{1,20}")
#: Where another tool's comment begins; "see issue #12" goes on.
_NEXT = re.compile(r"\s+#\s*[A-Za-z]")
_FORM = "write '# mlops-ws: ignore[WS305] reason'"


class Ignore:
    """One ignore comment.

    Attributes:
        comment: the comment it stands in, perhaps with those of other tools.
        start: where in the comment's text its own ``#`` is.
        end: where in the comment's text it ends.
        rules: the ids as they are written, in their order.
        reason: why; empty if nobody says.
        used: the ids that have excused a finding.
    """

    __slots__ = ("comment", "end", "reason", "rules", "start", "used")

    def __init__(self, comment: Comment, start: int, end: int, rules: str, reason: str) -> None:
        self.comment = comment
        self.start = start
        self.end = end
        self.rules = tuple(dict.fromkeys(rules.replace(",", " ").split()))
        self.reason = reason
        self.used: set[str] = set()

    def span(self, path: str) -> Span:
        """Return where it stands."""
        line, column = self.comment.line, self.comment.column
        return Span(path, line, column + self.start, line, column + self.end)

    def without(self, path: str, unused: Sequence[str], title: str) -> Fix | None:
        """Return the change that takes ids out, or all of it; None if the place is not certain."""
        comment = self.comment
        if comment.start is None:
            return None
        kept = [rule for rule in self.rules if rule not in unused]
        start, end = comment.start + self.start, comment.start + self.end
        if kept:
            opening = comment.text.index("[", self.start) + 1
            closing = comment.text.index("]", opening)
            edit = Edit(comment.start + opening, comment.start + closing, ", ".join(kept))
        elif rest := comment.text[self.end :].strip():  # another comment comes after it
            edit = Edit(start, comment.start + comment.text.index(rest, self.end), "")
        else:
            before = comment.before + comment.text[: self.start]
            start -= len(before) - len(before.rstrip())
            end = comment.start + len(comment.text)
            edit = Edit(start, end if before.strip() else end + comment.newline, "")
        return Fix(title, path, (edit,))


def read(path: str, comment: Comment) -> Iterator[Ignore | Diagnostic]:
    """Yield the ignores of a comment, and what is wrong with those that are none."""
    marks = list(_MARK.finditer(comment.text))
    ends = [*(mark.start() for mark in marks[1:]), len(comment.text)]
    for mark, end_of_text in zip(marks, ends, strict=False):  # a comment may have none
        text = comment.text[mark.end() : end_of_text]
        found = _IGNORE.match(text)
        if found and found["rules"].strip(" ,"):
            rest = _NEXT.split(found["rest"], maxsplit=1)[0].rstrip()
            end = mark.end() + found.start("rest") + len(rest)
            reason = rest.strip(" \t-–—:;,")
            if not re.search(r"\w", reason):
                reason = ""
            yield Ignore(comment, mark.start(), end, found["rules"], reason)
        elif fault := _fault(text):
            column = comment.column + mark.start()
            end = comment.column + mark.end() + len(text.rstrip())
            span = Span(path, comment.line, column, comment.line, end)
            subject = comment.text[mark.start() : mark.end()] + text.strip()
            yield Diagnostic(MALFORMED_IGNORE.id, fault, span, _FORM, subject=subject)


def _fault(text: str) -> str | None:
    """Say what is wrong with a comment after its mark; None if it is only a remark."""
    found = _WORD.match(text)
    word = found[0] if found else ""
    if word == "ignore":
        return "an ignore names the rules it is about in brackets"
    from difflib import SequenceMatcher

    close = SequenceMatcher(None, word.lower(), "ignore").ratio() > _CLOSE
    if word and (close or text[len(word) :].lstrip().startswith("[")):
        return f"{word!r} is nothing that a comment can say; did you mean 'ignore'?"
    return None


#: ``ignored`` and ``ingore`` are slips; ``is`` and ``nightly`` begin a sentence.
_CLOSE = 0.7
