"""Remotes and caches put side by side: whose is whose, and which are one place."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, cast

from pytest_mlops_ws.checks.claims import Claim, Pair, nested, same

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_mlops_ws.checks.dvc.repositories import Repositories, Repository
    from pytest_mlops_ws.checks.dvc.storage import Storage
    from pytest_mlops_ws.checks.project import Project
    from pytest_mlops_ws.checks.workspaces import Workspaces
    from pytest_mlops_ws.ground.locations import Location
    from pytest_mlops_ws.model.diagnostics import Span

#: The field of a claim that nobody has written down.
DERIVED = "derived"
#: How the field of a claim on a cache begins.
CACHE = "cache"


class Holder:
    """A project as the one who claims, with places in its DVC configuration besides its manifest.

    Attributes:
        project: the project.
        spans: where each field of the configuration stands.
        places: what place it names.
    """

    def __init__(self, project: Project) -> None:
        self.project = project
        self.spans: dict[str, Span] = {}
        self.places: dict[str, Location] = {}

    @property
    def name(self) -> str:
        """The project's name."""
        return self.project.name

    @property
    def path(self) -> str:
        """The project's manifest."""
        return self.project.path

    def span(self, key: str) -> Span:
        """Return where a claim stands."""
        return self.spans.get(key) or self.project.span(key)

    def place(self, key: str) -> Location | None:
        """Return what place a claim is on."""
        return self.places.get(key) or self.project.place(key)


class Meetings:
    """Every claim on a place for DVC's data.

    Args:
        local: whether ``config.local`` counts, which is one machine's own.
    """

    def __init__(
        self, workspaces: Workspaces, repositories: Repositories, *, local: bool = True
    ) -> None:
        self._workspaces = workspaces
        self._repositories = repositories
        self._storages = [
            (each, each.storage if local else each.shared)
            for each in repositories.by_directory.values()
        ]
        self._holders: dict[Project, Holder] = {}

    def pairs(self) -> Iterator[Pair]:
        """Yield the claims of two projects that are one place, or one inside the other.

        A cache is compared with caches and remotes alike: who empties it empties both.
        """
        claims = [*self.remotes, *self.caches]
        seen: set[tuple[int, str]] = set()
        for pair in (*same(claims), *nested(claims), *self._abroad(), *self._trespasses()):
            # Whoever has written something down is the one to change it.
            if pair.second.field == DERIVED:
                pair = Pair(pair.second, pair.first)  # noqa: PLW2901 -- the same, turned round
            # Manifest and configuration mostly name one place: one word about it is enough.
            culprit = (id(pair.culprit.project), pair.culprit.key)
            if pair.culprit.field != DERIVED and culprit not in seen:
                seen.add(culprit)
                yield pair

    @cached_property
    def remotes(self) -> list[Claim]:
        """The claims on remotes: derived, of configurations, of manifests."""
        return [*self._derived(), *self.written]

    @cached_property
    def written(self) -> list[Claim]:
        """Those that are not derived."""
        agreeing = self._configured_projects - {
            each.project for each in self._workspaces.dvc.differences
        }
        # Where both name one place the configuration knows it better: endpoint and account too.
        own = [
            claim._replace(project=self._holder(claim.project))
            for claim in self._workspaces.claims.of("remote")
            if not claim.foreign and claim.project not in agreeing
        ]
        return [*self._configured(), *own]

    def _abroad(self) -> Iterator[Pair]:
        """Yield what meets another repository's."""
        foreign = [claim for claim in self._workspaces.claims.of("remote") if claim.foreign]
        if foreign:
            claims = [*foreign, *self.written]
            for pair in (*same(claims), *nested(claims)):
                if pair.first.foreign or pair.second.foreign:
                    yield pair

    @cached_property
    def caches(self) -> list[Claim]:
        """The claims on caches that are not in their repository."""
        found = []
        for repository, storage, holder in self._configurations():
            if storage.cache is not None:
                place, span = storage.cache
                field = f"{CACHE} of {repository.config}"
                holder.spans[field] = span
                found.append(Claim(place.key, place.text, holder, field))
        return found

    def project_at(self, key: str) -> Claim | None:
        """Return the claim on the remote in which a place lies."""
        while key:
            if key in self._by_key:
                return self._by_key[key]
            key = key.rpartition("/")[0]
        return None

    @cached_property
    def _by_key(self) -> dict[str, Claim]:
        return {claim.key: claim for claim in reversed(self.remotes)}

    @cached_property
    def _configured_projects(self) -> set[object]:
        return {
            project
            for repository, storage in self._storages
            if storage is not None and storage.default is not None
            for project in repository.users
            if self._repositories.is_home(repository, project)
        }

    def _derived(self) -> Iterator[Claim]:
        configured = self._configured_projects
        for project in self._workspaces.projects:
            if project.declared("dvc_remote_path") is None and project not in configured:
                place = project.place("dvc_remote_path")
                if place is not None:
                    shown = self._workspaces.files.relative(place.key) or place.key
                    yield Claim(place.key, shown, self._holder(project), DERIVED)

    def _configured(self) -> Iterator[Claim]:
        for repository, storage, holder in self._configurations():
            for remote in storage.remotes.values():
                if not remote.base and _is_known(remote.place):
                    field = f"remote {remote.name} of {repository.config}"
                    holder.spans[field] = remote.span
                    holder.places[field] = remote.place
                    yield Claim(remote.place.key, remote.place.text, holder, field)

    def _configurations(self) -> Iterator[tuple[Repository, Storage, Holder]]:
        for repository, storage in self._storages:
            if storage is not None and repository.project is not None:
                yield repository, storage, self._holder(repository.project)

    def _trespasses(self) -> Iterator[Pair]:
        """Yield what lies in another project's workspace, or around one."""
        territory = self._workspaces.territory
        for claim in (*self.remotes, *self.caches):
            if claim.field == DERIVED or claim.key[:1] != "/":
                continue
            holder = claim.project
            project = holder.project if isinstance(holder, Holder) else None
            other = territory.owner(claim.key)
            if other is None and project is not None:
                other = territory.others_inside(claim.key, project)
            if other is not None and other is not project:
                whole = Claim(other.root, other.directory, self._holder(other), "project_name")
                yield Pair(whole, claim)

    def _holder(self, project: object) -> Holder:
        """Return the holder of a project of this repository: its own claims are made from those."""
        of = cast("Project", project)
        return self._holders.setdefault(of, Holder(of))


def _is_known(place: Location) -> bool:
    return place.problem is None and place.kind != "memory"
