"""Where a DVC repository keeps data: its remotes and its cache, as places."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from pytest_mlops_ws.ground.locations import Location, canonical, hidden
from pytest_mlops_ws.ground.realpaths import at_home
from pytest_mlops_ws.ground.urls import follow
from pytest_mlops_ws.model.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pytest_mlops_ws.checks.dvc.config import Config, Option
    from pytest_mlops_ws.ground.locations import RealPaths
    from pytest_mlops_ws.model.diagnostics import Span


class Remote(Record):
    """One remote.

    Attributes:
        name: in lower case, as DVC takes it.
        place: where it is; its problem tells why that is not known.
        text: the URL as written.
        url: the URL with those that it refers to in it.
        span: where that stands.
        server: the endpoint or account that the URL's bucket is on, if an option says.
        base: whether it is there for others to refer to (``remote://``), and nothing is pushed to
            it by itself.
    """

    name: str
    place: Location
    text: str
    url: str
    span: Span
    server: str
    base: bool = False


class Storage(Record):
    """What ``.dvc/config`` and ``.dvc/config.local`` say together.

    Attributes:
        remotes: by name.
        default: the name of the remote that is taken where none is named, and where that stands.
        cache: the cache's directory, if it is not the repository's own, and where that stands.
    """

    remotes: dict[str, Remote]
    default: Option | None
    cache: tuple[Location, Span] | None

    @property
    def urls(self) -> dict[str, str]:
        """The remotes' absolute URLs: what ``remote://`` stands for."""
        return {name: remote.place.path or remote.text for name, remote in self.remotes.items()}

    def locate(self, text: str, directory: str, real: RealPaths) -> Location:
        """Return the place of a dependency or an output.

        Args:
            text: as written in one of DVC's files.
            directory: the absolute directory from which a path counts.
            real: follows links.
        """
        if text[:9].lower() != "remote://":
            return located(text, directory, real)
        names = follow(text, self.urls).names
        server = next((found for name in names if (found := self.remotes[name].server)), "")
        return canonical(text, relative_to=directory, real=real, remotes=self.urls, server=server)


def located(text: str, directory: str, real: RealPaths, server: str = "") -> Location:
    """Return the place of a path or URL as DVC takes it: ``..`` goes before any link does."""
    if not re.match(r"\w+://", text):
        path = at_home(text)
        path = os.path.normpath(f"{directory}/{path}" if path[:1] != "/" else path)
        return canonical(path, relative_to=directory, real=real)._replace(text=text)
    return canonical(text, relative_to=directory, real=real, server=server)


def storage(files: Sequence[Config], directory: str, real: RealPaths) -> Storage:
    """Put the files of one repository together; a later one overrides an earlier.

    Args:
        files: ``.dvc/config``, and ``.dvc/config.local`` if there is one.
        directory: the absolute directory of both, from which their paths count.
        real: follows links.
    """
    sections: dict[str, dict[str, Option]] = {}
    cache: Option | None = None
    default: Option | None = None
    for config in files:
        for name, options in config.named("remote").items():
            sections.setdefault(name, {}).update(options)
        cache = config.get("cache", "dir") or cache
        default = config.get("core", "remote") or default
    urls = {name: options["url"].text for name, options in sections.items() if "url" in options}
    bases = {each for text in urls.values() for each in follow(text, urls).names}
    bases -= set() if default is None else {default.text.lower()}
    remotes = {}
    for name, text in urls.items():
        found = follow(text, urls)
        server = _server(sections[each] for each in (name, *found.names))
        if found.problem:
            place = Location("remote", text, None, text, found.problem)
        else:
            place = located(found.text, directory, real, server)._replace(text=hidden(text))
        span = sections[name]["url"].span
        remotes[name] = Remote(name, place, text, found.text, span, server, name in bases)
    located_cache = None if cache is None else (located(cache.text, directory, real), cache.span)
    return Storage(remotes, default, located_cache)


#: The options that say on which of several servers a bucket is.
_SERVERS = ("endpointurl", "account_name", "oss_endpoint")


def _server(chain: Iterable[Mapping[str, Option]]) -> str:
    """Return the first such option of a remote and those that it refers to."""
    found = (options[key].text for options in chain for key in _SERVERS if key in options)
    return next(found, "")
