"""One crossing, as a value that travels: between processes, between workers, into a report."""

from __future__ import annotations

from typing import Any

from pytest_mlops_ws.guard.attribution import Line
from pytest_mlops_ws.model.diagnostics import Diagnostic, Span
from pytest_mlops_ws.model.record import Record


class Crossing(Record):
    """What a test did that it should not have, and who had laid the trap.

    Attributes:
        rule: the rule's id.
        message: the cause, in a sentence without its full stop.
        line: the line in the suite's own code.
        test: the node id of the test that is charged; empty if it is nobody in particular.
        culprit: the project of that test, if it has one.
        victim: the project it belongs to, if it is a project's.
        subject: what was touched.
        remedy: what to type.
        refused: whether it was stopped before its effect.
        poison: the line that laid the trap.
        certain: whether it is known that this test did it.
        candidates: where it is not, the tests that could have.
        fails: whether its test fails for it; what has hurt nobody yet is only told.
    """

    rule: str
    message: str
    line: Line
    test: str = ""
    culprit: str = ""
    victim: str = ""
    subject: str = ""
    remedy: str = ""
    refused: bool = False
    poison: Line | None = None
    certain: bool = True
    candidates: tuple[str, ...] = ()
    fails: bool = True

    @property
    def counts(self) -> bool:
        """Whether somebody fails for it: its test or, where that is over, the session."""
        return self.certain and self.fails

    @property
    def is_act(self) -> bool:
        """Whether it is about what was done; else it is about what was left."""
        return self.rule in _ACTS

    @property
    def diagnostic(self) -> Diagnostic:
        """The same as every finding of this package."""
        happened = "refused" if self.refused else "already happened"
        return Diagnostic(
            self.rule,
            f"{self.message} ({happened})" if self.is_act else self.message,
            Span(self.line.path, self.line.line),
            remedy=self.remedy or None,
            severity="error" if self.counts else "warning",
            related=Span(self.poison.path, self.poison.line) if self.poison else None,
            projects=tuple(each for each in (self.culprit, self.victim) if each),
            subject=self.subject,
        )

    @property
    def key(self) -> tuple[object, ...]:
        """What makes two of them one: a loop that is refused ten times is one finding."""
        return (self.rule, self.test, self.line, self.subject)

    def plain(self) -> dict[str, Any]:
        """Return what JSON and pytest-xdist can hold."""
        values = self._asdict()
        values["line"] = list(self.line)
        values["poison"] = list(self.poison) if self.poison else None
        values["candidates"] = list(self.candidates)
        return values

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> Crossing:
        """Return what `plain` was made of."""
        values = dict(plain)
        values["line"] = Line(*values["line"])
        values["poison"] = Line(*values["poison"]) if values["poison"] else None
        values["candidates"] = tuple(values["candidates"])
        return cls(**values)


_ACTS = frozenset({"WS701", "WS702", "WS703"})
