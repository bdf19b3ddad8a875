"""What the DVC rules look at, worked out once for all of them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from pytest_mlops_ws.checks.dvc.repositories import Repositories

if TYPE_CHECKING:
    from pytest_mlops_ws.checks.claims import Claim, Pair
    from pytest_mlops_ws.checks.dvc.differences import Difference
    from pytest_mlops_ws.checks.dvc.reaches import Reach
    from pytest_mlops_ws.checks.dvc.reading import Open
    from pytest_mlops_ws.checks.dvc.repositories import Unreadable
    from pytest_mlops_ws.checks.workspaces import Workspaces


class Dvc:
    """A repository's use of DVC."""

    def __init__(self, workspaces: Workspaces) -> None:
        self._workspaces = workspaces

    @cached_property
    def repositories(self) -> Repositories:
        """The DVC repositories."""
        return Repositories(self._workspaces)

    @property
    def reaches(self) -> list[Reach]:
        """What a project's DVC files name that is another project's."""
        return self._read[0]

    @property
    def open(self) -> list[Open]:
        """What DVC files leave open."""
        return self._read[1]

    @property
    def unreadable(self) -> list[Unreadable]:
        """The files that cannot be read."""
        return self.repositories.unreadable + self._read[2]

    @cached_property
    def meetings(self) -> list[Pair]:
        """Remotes and caches of different projects that are one place, or one in the other."""
        if self._only_declared_elsewhere() and not self._workspaces.claims.meets("remote"):
            return []
        from pytest_mlops_ws.checks.dvc.meetings import Meetings

        return list(Meetings(self._workspaces, self.repositories).pairs())

    @property
    def published(self) -> list[Claim]:
        """The claims on remotes that files in git make: what other repositories hear of."""
        from pytest_mlops_ws.checks.dvc.meetings import Meetings

        return Meetings(self._workspaces, self.repositories, local=False).written

    def _only_declared_elsewhere(self) -> bool:
        """Whether no remote is configured, and none that is declared is on this disk."""
        if any(each.storage for each in self.repositories.by_directory.values()):
            return False
        return all(claim.key[:1] != "/" for claim in self._workspaces.claims.of("remote"))

    @cached_property
    def differences(self) -> list[Difference]:
        """Projects whose manifest and configuration do not name one remote."""
        if all(each.known for each in self.repositories.by_directory.values()):
            return []
        from pytest_mlops_ws.checks.dvc.differences import differences

        return list(differences(self._workspaces, self.repositories))

    def speaks(self) -> bool:
        """Tell whether any rule can have something to say."""
        found = self.repositories
        return bool(
            found.tracked_local
            or found.missing
            or any(len(each.users) > 1 for each in found.by_directory.values())
            or self.differences
            or self.reaches
            or self.open
            or self.unreadable
            or self.meetings
        )

    @cached_property
    def _read(self) -> tuple[list[Reach], list[Open], list[Unreadable]]:
        owned = [
            (path, owners)
            for path in self.repositories.files
            if path.rpartition("/")[2] != "dvc.lock"  # read with its dvc.yaml
            and (owners := self.repositories.owners(path))
        ]
        if not owned:
            return [], [], []
        from pytest_mlops_ws.checks.dvc.reaches import Reaches
        from pytest_mlops_ws.checks.dvc.reading import Reader

        reader = Reader(self._workspaces)
        reaches = Reaches(self._workspaces, self.repositories)
        found: list[Reach] = []
        for path, owners in owned:
            found += reaches.find(path, owners, reader.references(path, owners[0]))
        return found, reader.open, reader.unreadable
