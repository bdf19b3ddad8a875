"""One declaration that some projects share something, and the findings it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mlops_ws.model.errors import UsageError
from pytest_mlops_ws.model.names import canonical as same_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_mlops_ws.ground.locations import Location, RealPaths
    from pytest_mlops_ws.model.diagnostics import Diagnostic


class Entry:
    """One thing that some projects may share.

    Attributes:
        number: which entry it is, counted from 1.
        projects: who may.
        what: a path under the repository's root or a URL, which cover what is below; an experiment;
            or the project whose things the others may use.
        rules: ids or their beginnings; empty for every rule.
        reason: why.
        origin: the file it stands in.
        used: whether it has allowed something.
    """

    __slots__ = (
        "_at",
        "_may",
        "_real",
        "_root",
        "number",
        "origin",
        "projects",
        "reason",
        "rules",
        "used",
        "what",
    )

    def __init__(  # noqa: PLR0913, PLR0917 -- a table has as many keys
        self,
        number: int,
        projects: Sequence[str],
        what: str,
        rules: Sequence[str],
        reason: str,
        origin: str = "pyproject.toml",
        root: str = ".",
        real: RealPaths | None = None,
    ) -> None:
        self.number = number
        self.projects = tuple(projects)
        self.what = what
        self.rules = tuple(rules)
        self.reason = reason
        self.origin = origin
        self.used = False
        self._may = frozenset(map(same_name, projects))
        self._root = root
        self._real = real
        self._at: Location | None = None

    def allows(self, diagnostic: Diagnostic) -> bool:
        """Tell whether a finding is what this entry allows, and remember that it was.

        All of its projects have to be among the entry's. A finding that concerns no project is
        allowed only by an entry that names its rule.
        """
        if self.rules and not diagnostic.rule.startswith(self.rules):
            return False
        if not diagnostic.projects and not self.rules:
            return False
        concerned = map(same_name, diagnostic.projects)
        allowed = self._may.issuperset(concerned) and self._is_about(diagnostic)
        self.used |= allowed
        return allowed

    def _is_about(self, diagnostic: Diagnostic) -> bool:
        victims = diagnostic.projects[1:]
        if same_name(self.what) in map(same_name, victims) or self.what == diagnostic.subject:
            return True
        if not diagnostic.subject:
            return False
        if self._at is None:
            self._at = self._location(self.what)
        there = self._location(diagnostic.subject)
        return self._at.same(there) or self._at.contains(there)

    def _location(self, text: str) -> Location:
        from pytest_mlops_ws.ground.locations import RealPaths, canonical

        if self._real is None:
            self._real = RealPaths()
        return canonical(text, relative_to=self._root, real=self._real)

    def check(self, place: str) -> None:
        """Make sure that it does not allow everything.

        Raises:
            UsageError: what it names holds the whole repository.
        """
        here, everything = self._location(self.what), self._location(self._root)
        if here.same(everything) or here.contains(everything):
            message = (
                f"{place}: what = {self.what!r} is the whole repository; name the path, the URL,"
                " the experiment or the project that is shared"
            )
            raise UsageError(message, operation="check")
