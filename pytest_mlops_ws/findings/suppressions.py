"""``# mlops-ws: ignore[WS404, WS401] reason``: findings that a comment on their line excuses.

The line is that of a finding's own place, or where that place ends; a second place excuses
nothing. What is wrong with a comment is a finding itself.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pytest_mlops_ws.findings.catalogue import OWN_FAMILY
from pytest_mlops_ws.findings.comments import comments
from pytest_mlops_ws.findings.housekeeping import (
    MALFORMED_IGNORE,
    NO_REASON,
    UNKNOWN_RULE,
    UNUSED_IGNORE,
)
from pytest_mlops_ws.model.diagnostics import Diagnostic, Edit, Fix, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from pytest_mlops_ws.findings.catalogue import Catalogue
    from pytest_mlops_ws.findings.comments import Comment
    from pytest_mlops_ws.findings.rule import Rule

_MARK = re.compile(r"#\s*mlops-ws:\s*")
_IGNORE = re.compile(r"ignore\s*\[(?P<rules>[^\]]*)\](?P<rest>.*)")
_WORD = re.compile(r"[A-Za-z_-]+")
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


class Suppressions:
    """The ignore comments of some files, and what becomes of them."""

    __slots__ = ("_catalogue", "_ignores", "_malformed")

    def __init__(self, marked: Mapping[str, bytes], catalogue: Catalogue) -> None:
        """Read the comments.

        Args:
            marked: files by path; those without a comment cost little.
            catalogue: every rule there is.
        """
        self._catalogue = catalogue
        self._ignores: dict[str, list[Ignore]] = {}
        self._malformed: list[Diagnostic] = []
        for path, content in marked.items():
            for comment in comments(path, content):
                for found in _read(path, comment):
                    if isinstance(found, Ignore):
                        self._ignores.setdefault(path, []).append(found)
                    else:
                        self._malformed.append(found)

    def excuse(self, diagnostic: Diagnostic) -> str | None:
        """Return the reason to ignore a finding; None if there is no ignore for it."""
        ignores = self._ignores.get(diagnostic.span.path)
        if ignores is None or diagnostic.rule.startswith(OWN_FAMILY):
            return None
        lines = _lines(diagnostic.span)
        for ignore in ignores:
            if ignore.comment.line in lines and diagnostic.rule in ignore.rules:
                ignore.used.add(diagnostic.rule)
                return ignore.reason
        return None

    def findings(self, judged: Callable[[str], bool]) -> Iterator[Diagnostic]:
        """Yield what is wrong with the comments, once every finding has been asked about.

        Args:
            judged: whether this run could have found what a rule, by its id, is about.
        """
        yield from self._malformed
        for path, ignores in self._ignores.items():
            rules = self._catalogue()
            for ignore in ignores:
                unknown = [rule for rule in ignore.rules if rule not in rules]
                unused = [
                    rule
                    for rule in ignore.rules
                    if rule in rules and rule not in ignore.used and judged(rule)
                ]
                for rule in unknown:
                    yield _unknown(path, ignore, rule, rules)
                if unused:
                    yield _unused(path, ignore, unused)
                if not ignore.reason and len(unused) < len(ignore.rules):
                    yield _without_reason(path, ignore)


def _read(path: str, comment: Comment) -> Iterator[Ignore | Diagnostic]:
    marks = list(_MARK.finditer(comment.text))
    for mark, following in zip(marks, [*marks[1:], None], strict=True):
        text = comment.text[mark.end() : following.start() if following else None]
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


def _lines(span: Span) -> tuple[int, int]:
    """Return the first and the last line of a place."""
    end = span.end_line or span.line
    # An end before a line's first character is the end of the line before.
    if span.end_column == 1 and end > span.line:
        end -= 1
    return span.line, end


def _without_reason(path: str, ignore: Ignore) -> Diagnostic:
    rules = ", ".join(ignore.rules)
    return Diagnostic(
        NO_REASON.id,
        f"the ignore of {rules} gives no reason",
        ignore.span(path),
        f"say after the bracket why: '# mlops-ws: ignore[{rules}] reason'",
        subject=rules,
    )


def _unknown(path: str, ignore: Ignore, word: str, rules: Mapping[str, Rule]) -> Diagnostic:
    family = [rule for rule in rules if word and rule.startswith(word)]
    if family:
        message = f"an ignore names single rules, and {word} stands for {len(family)}"
        remedy = f"name the one that is meant, such as {family[0]}"
    else:
        from pytest_mlops_ws.findings.suggestions import nearest_rule

        message = f"there is no rule {word!r}"
        nearest = nearest_rule(word, rules)
        remedy = (
            f"did you mean {nearest} ({rules[nearest].name})?"
            if nearest
            else "`mlops-ws rules` lists them"
        )
    return Diagnostic(UNKNOWN_RULE.id, message, ignore.span(path), remedy, subject=word)


def _unused(path: str, ignore: Ignore, unused: Sequence[str]) -> Diagnostic:
    rules = ", ".join(unused)
    if len(unused) == len(ignore.rules):
        message = f"the ignore of {rules} excuses nothing on this line"
        title = "remove the comment"
    else:
        message = f"the ignore of {rules} excuses nothing on this line; its other ids do"
        title = f"remove {rules} from the comment"
    return Diagnostic(
        UNUSED_IGNORE.id,
        message,
        ignore.span(path),
        title,
        UNUSED_IGNORE.severity,
        subject=rules,
        fix=_fix(path, ignore, unused, title),
    )


def _fix(path: str, ignore: Ignore, unused: Sequence[str], title: str) -> Fix | None:
    comment = ignore.comment
    if comment.start is None:
        return None
    kept = [rule for rule in ignore.rules if rule not in unused]
    start, end = comment.start + ignore.start, comment.start + ignore.end
    if kept:
        opening = comment.text.index("[", ignore.start) + 1
        closing = comment.text.index("]", opening)
        edit = Edit(comment.start + opening, comment.start + closing, ", ".join(kept))
    elif rest := comment.text[ignore.end :].strip():  # another comment comes after it
        edit = Edit(start, comment.start + comment.text.index(rest, ignore.end), "")
    else:
        before = comment.before + comment.text[: ignore.start]
        start -= len(before) - len(before.rstrip())
        end = comment.start + len(comment.text)
        edit = Edit(start, end if before.strip() else end + comment.newline, "")
    return Fix(title, path, (edit,))
