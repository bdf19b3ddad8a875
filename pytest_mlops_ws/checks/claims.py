"""What each project claims as its own, put side by side: the same, and one inside the other.

Costs grow with the number of claims, not of pairs: equal ones meet in a dictionary, nested ones
in one sweep over the sorted keys. Projects of other repositories take part with what they have
published (``mlops-ws claims``).
"""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Protocol

from pytest_mlops_ws.model.record import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from pytest_mlops_ws.model.diagnostics import Span


#: For the kinds in which one claim can lie inside another: what stands between.
_JOINTS = {"artifacts": "/", "store": "/", "remote": "/", "prefix": ""}


class Claimant(Protocol):
    """Whoever claims: a project of this repository, or of another."""

    @property
    def name(self) -> str:
        """What to call them in a message."""

    def span(self, key: str) -> Span:
        """Return where they say so."""


class Claim(Record):
    """One thing that one project takes for its own.

    Attributes:
        key: equal keys are the same thing; for places, ``key + "/"`` begins what is inside.
        shown: the same for people.
        project: whose it is.
        field: the key of the manifest, or whatever ``project.span`` knows.
        foreign: whether it is another repository's.
    """

    key: str
    shown: str
    project: Claimant
    field: str
    foreign: bool = False

    @property
    def span(self) -> Span:
        """Where it is claimed."""
        return self.project.span(self.field)


class Pair(Record):
    """Two claims that meet: *first* was there, or is around, *second*.

    What other repositories have among themselves is theirs: one of the two is this one's.
    """

    first: Claim
    second: Claim

    @property
    def culprit(self) -> Claim:
        """The one to be changed, and where that is said: of this repository."""
        return self.first if self.second.foreign else self.second

    @property
    def victim(self) -> Claim:
        """The other one."""
        return self.second if self.second.foreign else self.first

    @property
    def projects(self) -> tuple[str, str]:
        """The culprit and the victim, by name."""
        return self.culprit.project.name, self.victim.project.name


def same(claims: Iterable[Claim]) -> Iterator[Pair]:
    """Yield each claim that another project has made before, with that one."""
    first: dict[str, Claim] = {}
    for claim in claims:
        known = first.setdefault(claim.key, claim)
        if known.project is not claim.project and not claim.foreign:
            yield Pair(known, claim)


def nested(claims: Iterable[Claim], joint: str = "/") -> Iterator[Pair]:
    """Yield each claim that lies inside another project's, with the innermost such one.

    Args:
        claims: all claims of a kind.
        joint: what stands between a key and the rest of what is inside.
    """
    around: list[tuple[str, Claim]] = []
    # With a slash, "/a/b" and what is in it come together: "/a-b" would else stand between.
    keyed = [(claim.key + joint, claim) for claim in claims]
    keyed.sort(key=itemgetter(0))
    for key, claim in keyed:
        while around and not key.startswith(around[-1][0]):
            around.pop()
        if around:
            outer = next((each for _, each in reversed(around) if _apart(each, claim)), None)
            if outer is not None and outer.key != claim.key:
                yield Pair(outer, claim)
        around.append((key, claim))


def _apart(one: Claim, other: Claim) -> bool:
    return one.project is not other.project and not (one.foreign and other.foreign)


class Claims:
    """Every claim of a kind, made when first asked for.

    Args:
        makers: how claims of each kind are made.
        others: what other repositories have published, by kind.
        apart: the kinds in which this repository's own cannot meet.
    """

    def __init__(
        self,
        makers: dict[str, Callable[[], Iterable[Claim]]],
        others: dict[str, list[Claim]],
        apart: Collection[str] = (),
    ) -> None:
        self._makers = makers
        self._others = {
            kind: [claim._replace(foreign=True) for claim in claims]
            for kind, claims in others.items()
        }
        self._apart = apart
        self._made: dict[str, list[Claim]] = {}
        self._meeting: dict[str, bool] = {}

    def of(self, kind: str) -> list[Claim]:
        """Return the claims of a kind; those of other repositories come first: they stand."""
        if kind not in self._made:
            self._made[kind] = [*self._others.get(kind, ()), *self._makers[kind]()]
        return self._made[kind]

    def meet(self) -> bool:
        """Tell whether any two claims of different projects meet."""
        return any(map(self.meets, self._makers))

    def meets(self, kind: str) -> bool:
        """Tell whether any two claims of a kind do."""
        if kind not in self._meeting:
            self._meeting[kind] = any(self.pairs(kind))
        return self._meeting[kind]

    def pairs(self, kind: str) -> Iterator[Pair]:
        """Yield the pairs that claim the same, then those of which one lies inside the other."""
        if kind not in self._apart or kind in self._others:
            yield from self.same(kind)
            yield from self.nested(kind)

    def same(self, kind: str) -> Iterator[Pair]:
        """Yield the pairs that claim the same."""
        return same(self.of(kind))

    def nested(self, kind: str) -> Iterator[Pair]:
        """Yield the pairs of which one lies inside the other."""
        joint = _JOINTS.get(kind)
        if joint is not None:
            yield from nested(self.of(kind), joint)
