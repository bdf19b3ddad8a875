"""``[[tool.mlops-ws.allow]]``: what projects share on purpose. Checker and guard obey alike."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pytest_mlops_ws.findings.catalogue import OWN_FAMILY
from pytest_mlops_ws.findings.entry import Entry
from pytest_mlops_ws.findings.selection import ALL, check_word
from pytest_mlops_ws.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pytest_mlops_ws.findings.catalogue import Catalogue
    from pytest_mlops_ws.ground.locations import RealPaths
    from pytest_mlops_ws.model.diagnostics import Diagnostic

__all__ = ["KEYS", "Entry", "entries", "unused"]

KEYS: Final = ("projects", "what", "rules", "reason")
_EXAMPLE = """\
[[tool.mlops-ws.allow]]
projects = ["fraud", "churn"]
what = "data/reference"
reason = "public reference set, read only\""""


def entries(
    table: object,
    catalogue: Catalogue,
    *,
    root: str = ".",
    real: RealPaths | None = None,
    origin: str = "pyproject.toml",
) -> tuple[Entry, ...]:
    """Return the entries of ``[[tool.mlops-ws.allow]]``.

    Args:
        table: what the file says; None if there is no entry.
        catalogue: every rule there is; asked only if an entry names more than families.
        root: the repository's real path, from which a relative ``what`` counts.
        real: real paths that are known already.
        origin: the file's name, for messages.

    Raises:
        UsageError: an entry is not of this form.
    """
    if table is None:
        return ()
    if not isinstance(table, list) or not all(isinstance(entry, dict) for entry in table):
        message = f"{origin}: 'allow' of [tool.mlops-ws] holds entries, such as\n{_EXAMPLE}"
        raise UsageError(message, operation="check")
    found = []
    for number, fields in enumerate(table, start=1):
        place = f"{origin}: [[tool.mlops-ws.allow]] number {number}"
        for key in fields:
            if key not in KEYS:
                from pytest_mlops_ws.findings.suggestions import did_you_mean

                known = did_you_mean(key, KEYS, f". There are: {', '.join(KEYS)}")
                message = f"{place} has no {key!r}{known}"
                raise UsageError(message, operation="check")
        projects = _words(fields, "projects", place)
        what = _text(fields, "what", place, "the path, URL, experiment or project that is shared")
        reason = _text(fields, "reason", place, "why this is shared")
        rules = _words(fields, "rules", place) if "rules" in fields else ()
        for word in rules:
            if word == ALL:
                message = f"{place}: leave 'rules' out to mean every rule"
                raise UsageError(message, operation="check")
            check_word(word, catalogue, f"{place}: rules = {word!r}")
        entry = Entry(number, projects, what, rules, reason, origin, root, real)
        entry.check(place)
        found.append(entry)
    return tuple(found)


def unused(
    entries: Sequence[Entry],
    judged: Callable[[str], bool],
    asked: Callable[[str], bool],
    catalogue: Catalogue,
    read: Callable[[str], str | None],
) -> Iterator[Diagnostic]:
    """Yield the entries that have allowed nothing, once they have been asked about every finding.

    Args:
        entries: the entries.
        judged: whether such a run finds what a rule, by its id, is about.
        asked: whether this one would have, if it were there.
        catalogue: every rule there is.
        read: how a file is read, for the entry's line.
    """
    from pytest_mlops_ws.findings.housekeeping import UNUSED_ALLOW
    from pytest_mlops_ws.model.diagnostics import Diagnostic, Span

    for entry in entries:
        if entry.rules:
            covered = [rule for rule in catalogue() if rule.startswith(entry.rules)]
        else:
            covered = [
                rule.id
                for rule in catalogue().values()
                if judged(rule.id) and rule.stability == "stable" and rule.family != OWN_FAMILY
            ]
        if entry.used or not covered or not all(map(asked, covered)):
            continue
        remedy = "remove it, or mend 'what' and 'projects'"
        if not entry.rules:
            remedy += '; if it is for the run time only, say rules = ["WS7"]'
        yield Diagnostic(
            UNUSED_ALLOW.id,
            f"nothing that is found needs that {_listed(entry.projects)} may share {entry.what!r}",
            Span(entry.origin, _line(read(entry.origin) or "", entry.number, len(entries))),
            remedy,
            UNUSED_ALLOW.severity,
            subject=entry.what,
        )


_HEADER = re.compile(
    r"""^[ \t]*\[\[\s*tool\s*\.\s*["']?mlops-ws["']?\s*\.\s*["']?allow["']?\s*\]\]""", re.MULTILINE
)


def _line(text: str, number: int, count: int) -> int:
    """Return the line of an entry's header; 1 if the entries are written in another way."""
    headers = list(_HEADER.finditer(text))
    return text.count("\n", 0, headers[number - 1].start()) + 1 if len(headers) == count else 1


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def _text(fields: dict[str, object], key: str, place: str, meaning: str) -> str:
    value = fields.get(key)
    if not isinstance(value, str) or not value.strip():
        state = "must be a text" if key in fields else "is missing"
        message = f"{place}: {key!r} {state}: {meaning}"
        raise UsageError(message, operation="check")
    return value.strip()


def _words(fields: dict[str, object], key: str, place: str) -> tuple[str, ...]:
    value = fields.get(key)
    if not isinstance(value, list) or not value or not all(_is_word(word) for word in value):
        state = "must be a list of" if key in fields else "is missing: a list of"
        meaning = {"projects": "the projects that may", "rules": "rules, or leave it out"}[key]
        message = f"{place}: {key!r} {state} {meaning}"
        raise UsageError(message, operation="check")
    return tuple(value)


def _is_word(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())
