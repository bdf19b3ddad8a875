"""What each project claims as its own, put side by side: the same, and one inside the other.

Costs grow with the number of claims, not of pairs: equal ones meet in a dictionary, nested ones
in one sweep over the sorted keys. Projects of other repositories take part with what they have
published (``mlops-ws claims``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pytest_mlops_ws.model.diagnostics import Span


class Claimant(Protocol):
    """Whoever claims: a project of this repository, or of another."""

    @property
    def name(self) -> str:
        """What to call them in a message."""

    def span(self, key: str) -> Span:
        """Return where they say so."""


class Claim(NamedTuple):
    """One thing that one project takes for its own.

    Attributes:
        key: equal keys are the same thing; for places, ``key + "/"`` begins what is inside.
        shown: the same for people.
        project: whose it is.
        field: the key of the manifest, or whatever ``project.span`` knows.
    """

    key: str
    shown: str
    project: Claimant
    field: str

    @property
    def span(self) -> Span:
        """Where it is claimed."""
        return self.project.span(self.field)


class Pair(NamedTuple):
    """Two claims that meet: *first* was there, or is around, *second*."""

    first: Claim
    second: Claim

    @property
    def projects(self) -> tuple[str, str]:
        """The culprit and the victim, by name."""
        return self.second.project.name, self.first.project.name


def same(claims: Iterable[Claim]) -> Iterator[Pair]:
    """Yield each claim that another project has made before, with that one."""
    first: dict[str, Claim] = {}
    for claim in claims:
        known = first.setdefault(claim.key, claim)
        if known.project is not claim.project:
            yield Pair(known, claim)


def nested(claims: Iterable[Claim]) -> Iterator[Pair]:
    """Yield each claim that lies inside another project's, with the innermost such one."""
    around: list[Claim] = []
    # With a slash, "/a/b" and what is in it come together: "/a-b" would else stand between.
    for claim in sorted(claims, key=lambda claim: f"{claim.key}/"):
        while around and not f"{claim.key}/".startswith(f"{around[-1].key}/"):
            around.pop()
        outer = next((each for each in reversed(around) if each.project is not claim.project), None)
        if outer is not None and outer.key != claim.key:
            yield Pair(outer, claim)
        around.append(claim)


class Claims:
    """Every claim of a kind, made when first asked for.

    Args:
        makers: how claims of each kind are made.
        others: what other repositories have published, by kind.
    """

    def __init__(
        self,
        makers: dict[str, Callable[[], Iterable[Claim]]],
        others: dict[str, list[Claim]] | None = None,
    ) -> None:
        self._makers = makers
        self._others = others or {}
        self._made: dict[str, list[Claim]] = {}

    def of(self, kind: str) -> list[Claim]:
        """Return the claims of a kind; those of other repositories come first: they stand."""
        if kind not in self._made:
            self._made[kind] = [*self._others.get(kind, ()), *self._makers[kind]()]
        return self._made[kind]

    def meet(self) -> bool:
        """Tell whether any two claims of different projects are the same, or nested."""
        return any(
            next(pairs, None)
            for kind in self._makers
            for pairs in (self.same(kind), self.nested(kind))
        )

    def same(self, kind: str) -> Iterator[Pair]:
        """Yield the pairs that claim the same."""
        return same(self.of(kind))

    def nested(self, kind: str) -> Iterator[Pair]:
        """Yield the pairs of which one lies inside the other."""
        return nested(self.of(kind))
