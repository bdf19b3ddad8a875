"""``# mlops-ws: ignore[WS404, WS401] reason``: findings that a comment on their line excuses.

The line is that of a finding's own place, or where that place ends; a second place excuses
nothing. What is wrong with a comment is a finding itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mlops_ws.findings.catalogue import OWN_FAMILY
from pytest_mlops_ws.findings.comments import comments
from pytest_mlops_ws.findings.housekeeping import NO_REASON, UNKNOWN_RULE, UNUSED_IGNORE
from pytest_mlops_ws.findings.ignores import Ignore, read
from pytest_mlops_ws.model.diagnostics import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from pytest_mlops_ws.findings.catalogue import Catalogue
    from pytest_mlops_ws.findings.rule import Rule
    from pytest_mlops_ws.model.diagnostics import Span


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
                for found in read(path, comment):
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
        fix=ignore.without(path, unused, title),
    )
