"""From everything that was found to what counts: asked for, graded, not excused, not known."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from pytest_mlops_ws.findings.outcome import Excused, Outcome
from pytest_mlops_ws.model.record import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from pytest_mlops_ws.findings.allow import Entry
    from pytest_mlops_ws.findings.baseline import Baseline
    from pytest_mlops_ws.findings.catalogue import Catalogue
    from pytest_mlops_ws.findings.outcome import Excuse, Unchecked
    from pytest_mlops_ws.findings.selection import Selection
    from pytest_mlops_ws.model.diagnostics import Diagnostic

    Judged = Callable[[str], bool]


class Policy(Record):
    """What a repository has decided about findings.

    Attributes:
        catalogue: every rule there is.
        selection: the rules that are asked for.
        entries: what projects share on purpose.
        baseline: what is known.
        read: how a file is read, for the line of an entry that nothing needs.
    """

    catalogue: Catalogue
    selection: Selection
    entries: Sequence[Entry] = ()
    baseline: Baseline | None = None
    read: Callable[[str], str | None] = lambda _: None


def settle(
    found: Iterable[Diagnostic],
    policy: Policy,
    *,
    marked: Mapping[str, bytes] | None = None,
    unchecked: Sequence[Unchecked] = (),
    judged: Judged | None = None,
) -> Outcome:
    """Return what counts, what is excused, and what is wrong with the excuses.

    Args:
        found: everything that a check, or a guard, has found.
        policy: what the repository has decided.
        marked: the content of each file that may hold an ignore comment.
        unchecked: what could not be judged. While there is such a thing, nobody can say that an
            excuse is not needed any more.
        judged: whether this run looked at everything that a rule, by its id, is about. Without it,
            as for a part of a repository, excuses that nothing needs are not looked for.
    """
    selection, catalogue = policy.selection, policy.catalogue
    able = _never if judged is None or unchecked else judged

    def asked(rule: str) -> bool:
        return able(rule) and selection.keeps(rule)

    left = _kept(found, selection)
    excused: list[Excused] = []
    about_excuses: list[Diagnostic] = []
    if marked:
        from pytest_mlops_ws.findings.suppressions import Suppressions

        suppressions = Suppressions(marked, catalogue)
        left = _split(left, "ignore", suppressions.excuse, excused)
        about_excuses += suppressions.findings(asked)
    if policy.entries:
        left = _split(left, "allow", partial(_allowed, policy.entries), excused)
        if able is not _never:
            from pytest_mlops_ws.findings.allow import unused

            about_excuses += unused(policy.entries, able, asked, catalogue, policy.read)
    left += _kept(about_excuses, selection)
    left.sort(key=_place)
    if policy.baseline is not None:
        left, known, gone = policy.baseline.part(left)
        excused += [Excused(each, "baseline", "") for each in known]
        stale = policy.baseline.stale(gone, asked)
        left += _kept([] if stale is None else [stale], selection)
        left.sort(key=_place)
    excused.sort(key=lambda each: _place(each.diagnostic))
    return Outcome(tuple(left), tuple(excused), tuple(unchecked))


def _kept(found: Iterable[Diagnostic], selection: Selection) -> list[Diagnostic]:
    return [selection.graded(each) for each in found if selection.keeps(each.rule)]


def _never(_rule: str) -> bool:
    return False


def _split(
    found: Iterable[Diagnostic],
    by: Excuse,
    reason_for: Callable[[Diagnostic], str | None],
    excused: list[Excused],
) -> list[Diagnostic]:
    """Return what nothing excuses, and add the rest to *excused*."""
    left = []
    for diagnostic in found:
        reason = reason_for(diagnostic)
        if reason is None:
            left.append(diagnostic)
        else:
            excused.append(Excused(diagnostic, by, reason))
    return left


def _allowed(entries: Sequence[Entry], diagnostic: Diagnostic) -> str | None:
    # Each is asked: one that another makes superfluous is not one that nothing needs.
    reasons = [entry.reason for entry in entries if entry.allows(diagnostic)]
    return reasons[0] if reasons else None


def _place(diagnostic: Diagnostic) -> tuple[str, int, int, str, str]:
    span = diagnostic.span
    return span.path, span.line, span.column, diagnostic.rule, diagnostic.message
