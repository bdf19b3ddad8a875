"""What makes a finding the same finding tomorrow, whatever line it stands on then.

The rule, the file and the subject; where a rule names no subject, its message with every number
left out. Several findings that have all of this in common are counted in the order of their places.

Not the projects: the first comer is the victim, and with one more project that may be another one.
What was known of the others would be new then.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_mlops_ws.findings.outcome import Outcome
    from pytest_mlops_ws.model.diagnostics import Diagnostic


def fingerprints(diagnostics: Sequence[Diagnostic]) -> list[str]:
    """Return the fingerprint of each of *diagnostics*: 32 hexadecimal digits, no two alike."""
    return _numbered(diagnostics, {})


def of_outcome(outcome: Outcome) -> tuple[list[str], list[str]]:
    """Return the fingerprints of an outcome's findings, and of what is excused.

    What counts and what the baseline excuses are counted together, as the baseline does it; what
    has been ignored or allowed before comes after them.
    """
    excused = outcome.excused
    known = [index for index, each in enumerate(excused) if each.by == "baseline"]
    others = [index for index, each in enumerate(excused) if each.by != "baseline"]
    seen: dict[tuple[str, ...], int] = {}
    counted = [*outcome.findings, *(excused[index].diagnostic for index in known)]
    first = _numbered(counted, seen)
    rest = _numbered([excused[index].diagnostic for index in others], seen)
    ending = dict(zip([*known, *others], [*first[len(outcome.findings) :], *rest], strict=True))
    return first[: len(outcome.findings)], [ending[index] for index in range(len(excused))]


def _numbered(diagnostics: Sequence[Diagnostic], seen: dict[tuple[str, ...], int]) -> list[str]:
    found = [""] * len(diagnostics)
    for index in sorted(range(len(diagnostics)), key=lambda index: _place(diagnostics[index])):
        essence = _essence(diagnostics[index])
        seen[essence] = number = seen.get(essence, 0) + 1
        found[index] = _digest((*essence, str(number)))
    return found


def _essence(diagnostic: Diagnostic) -> tuple[str, ...]:
    subject = diagnostic.subject or re.sub(r"\d+", "#", diagnostic.message)
    return diagnostic.rule, diagnostic.span.path, subject


def _place(diagnostic: Diagnostic) -> tuple[int, int, str]:
    return diagnostic.span.line, diagnostic.span.column, diagnostic.message


def _digest(parts: tuple[str, ...]) -> str:
    # A path that is no text on this system is one all the same.
    content = "\0".join(parts).encode("utf-8", "backslashreplace")
    return hashlib.blake2b(content, digest_size=16).hexdigest()
