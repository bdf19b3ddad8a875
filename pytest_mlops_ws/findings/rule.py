"""What a rule is, to those who select, explain and report it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pytest_mlops_ws.model.address import PUBLIC_ADDRESS
from pytest_mlops_ws.model.record import Record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_mlops_ws.model.diagnostics import Severity

#: A preview rule is selected by name or family only; its findings may still change.
Stability = Literal["stable", "preview"]


class Link(str):
    """In an example, instead of a file's text: a symbolic link to this relative path."""

    __slots__ = ()


class HardLink(str):
    """In an example, instead of a file's text: a hard link to this file of the example."""

    __slots__ = ()


class Rule(Record):
    """One rule, as people read about it.

    Attributes:
        id: ``WS`` and three digits, the first of which is the family. Never used again for
            anything else.
        name: the same in words, such as ``shared-remote``.
        title: one line without a full stop: what is wrong where the rule speaks.
        why: a paragraph or two: what happens to whom if it stays.
        bad: a small repository in which the rule speaks: content by path. All of it is tracked
            by git.
        good: the same repository, mended: the rule is silent.
        severity: only an error fails a run.
        stability: whether it is selected where nobody says anything.
        fixable: whether ``--fix`` mends at least some of its findings.
    """

    id: str
    name: str
    title: str
    why: str
    bad: Mapping[str, str]
    good: Mapping[str, str]
    severity: Severity = "error"
    stability: Stability = "stable"
    fixable: bool = False

    @property
    def family(self) -> str:
        """What its neighbours share: ``WS3``."""
        return self.id[:3]

    @property
    def address(self) -> str:
        """The rule's page in the catalogue."""
        return f"{PUBLIC_ADDRESS}/blob/main/docs/rules.md#{self.id.lower()}-{self.name}"
