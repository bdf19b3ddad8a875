"""What people have declared to be shared: a path, an address, an experiment or a project."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import NamedTuple


class Allowance(NamedTuple):
    """One declaration.

    Attributes:
        what: a path relative to the repository with everything below it, a pattern of such, an
            address, or a project.
        projects: who may; anybody if empty.
        rules: which rules it is silent about; every one if empty.
    """

    what: str
    projects: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()

    def permits(self, rule: str, culprit: str, victim: str, touched: str) -> bool:
        """Tell whether *culprit* may touch what is the *victim*'s."""
        if self.rules and not any(rule.startswith(each) for each in self.rules):
            return False
        concerned = {culprit, victim} - {""}
        if self.projects and not concerned <= set(self.projects):
            return False
        what = self.what.rstrip("/")
        return (
            what in {touched, victim}
            or touched.startswith(f"{what}/")
            or fnmatchcase(touched, what)
        )
