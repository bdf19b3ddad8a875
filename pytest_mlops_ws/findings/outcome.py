"""What a run has to say in the end, before anybody says how."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mlops_ws.model.record import Record

if TYPE_CHECKING:
    from typing import Literal

    from pytest_mlops_ws.model.diagnostics import Diagnostic, Severity

    #: A comment on the line, an entry of ``[[tool.mlops-ws.allow]]``, or the baseline.
    Excuse = Literal["ignore", "allow", "baseline"]


class Excused(Record):
    """A finding that does not count.

    Attributes:
        diagnostic: the finding.
        by: what excuses it.
        reason: why, in the words of whoever excused it; empty if they gave none.
    """

    diagnostic: Diagnostic
    by: Excuse
    reason: str


class Unchecked(Record):
    """What could not be judged: a file that cannot be read, a URI whose variable is not set.

    Attributes:
        path: the file it stands in, or is; empty if it is the repository as a whole.
        why: a clause without its full stop.
    """

    path: str
    why: str

    def __str__(self) -> str:
        return f"{self.path or 'the repository'}: not judged: {self.why}"


class Outcome(Record):
    """What was found.

    Attributes:
        findings: what counts, sorted by place.
        excused: what does not.
        unchecked: what nothing can be said about.
    """

    findings: tuple[Diagnostic, ...] = ()
    excused: tuple[Excused, ...] = ()
    unchecked: tuple[Unchecked, ...] = ()

    @property
    def exit_status(self) -> int:
        """1 if an error is left, 0 if not."""
        return int(any(finding.stops for finding in self.findings))

    def number(self, severity: Severity) -> int:
        """Return how many findings of a severity count."""
        return sum(finding.severity == severity for finding in self.findings)

    def excused_by(self, excuse: Excuse) -> int:
        """Return how many findings are excused in one way."""
        return sum(each.by == excuse for each in self.excused)

    def within(self, paths: tuple[str, ...]) -> Outcome:
        """Return what stands in *paths* or below them.

        The rest of a repository is compared, too, but not reported. Of a finding with two places
        one is enough: who is being used hears of it in his own file, and where the other place is.
        """
        inside = [_seen_from(finding, paths) for finding in self.findings if _in(finding, paths)]
        return Outcome(
            tuple(sorted(inside, key=lambda finding: (finding.span[:3], finding.rule))),
            tuple(each for each in self.excused if _below(each.diagnostic.span.path, paths)),
            tuple(each for each in self.unchecked if _below(each.path, paths)),
        )


def _in(finding: Diagnostic, paths: tuple[str, ...]) -> bool:
    places = (finding.span, finding.related)
    return any(place is not None and _below(place.path, paths) for place in places)


def _seen_from(finding: Diagnostic, paths: tuple[str, ...]) -> Diagnostic:
    if finding.related is None or _below(finding.span.path, paths):
        return finding
    return finding._replace(span=finding.related, related=finding.span)


def _below(path: str, paths: tuple[str, ...]) -> bool:
    return any(top in {"", "."} or path == top or path.startswith(f"{top}/") for top in paths)
