"""What may be crossed: ``[[tool.mlops-ws.allow]]``, and ``allow=`` of the test's marker."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_mlops_ws.findings.entry import Entry
from pytest_mlops_ws.model.record import Record

if TYPE_CHECKING:
    from pytest_mlops_ws.model.diagnostics import Diagnostic

_FAMILY = "WS7"


class Allowances(Record):
    """Both kinds, for one test.

    Attributes:
        entries: what the repository declares.
        marked: what the test's own marker names; it may, whoever it is.
        root: the repository's root.
    """

    entries: tuple[Entry, ...] = ()
    marked: tuple[str, ...] = ()
    root: str = "."

    def permit(self, diagnostic: Diagnostic) -> bool:
        """Tell whether a finding is allowed."""
        if any(entry.allows(diagnostic) for entry in self.entries):
            return True
        return any(self._as_entry(what, diagnostic).allows(diagnostic) for what in self.marked)

    def _as_entry(self, what: str, diagnostic: Diagnostic) -> Entry:
        return Entry(0, diagnostic.projects, what, (_FAMILY,), "", root=self.root)

    def plain(self) -> list[Any]:
        """Return what JSON can hold, for a child process."""
        entries = [
            [entry.projects, entry.what, entry.rules, entry.reason] for entry in self.entries
        ]
        return [entries, self.marked, self.root]

    @classmethod
    def from_plain(cls, plain: list[Any]) -> Allowances:
        """Return what `plain` was made of."""
        entries, marked, root = plain
        known = tuple(
            Entry(number, projects, what, rules, reason, root=root)
            for number, (projects, what, rules, reason) in enumerate(entries, start=1)
        )
        return cls(known, tuple(marked), root)
