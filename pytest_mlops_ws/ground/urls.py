"""URLs taken apart, where ``remote://`` leads, and what of a URL a message may show."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pytest_mlops_ws.model.record import Record

if TYPE_CHECKING:
    from collections.abc import Mapping


class Url(Record):
    """The parts of a URL with ``//``, before anybody says what they mean.

    Attributes:
        scheme: in lower case.
        user: the user's name, or whatever stands before the ``@`` in its stead.
        host: as written; a bucket or a profile, where the scheme has no hosts.
        port: as written; ``""`` if none is.
        path: from its slash on, fragment included.
        query: without its question mark.
    """

    scheme: str
    user: str
    host: str
    port: str
    path: str
    query: str

    def address(self, default_port: str) -> str:
        """Return host and port in one spelling, without a port that need not be written."""
        host = self.host.lower().rstrip(".")
        if host in {"127.0.0.1", "[::1]"}:
            host = "localhost"
        return host if self.port in {"", default_port} else f"{host}:{self.port}"


def parsed(scheme: str, rest: str) -> Url:
    """Take a URL apart; *rest* is what follows its ``//``."""
    user, place = _parted(rest)
    end = _end(place)
    host, path = place[:end], place[end:]
    port = ""
    name, colon, digits = host.rpartition(":")
    if colon and not digits.strip("0123456789") and (":" not in name or name[-1] == "]"):
        host, port = name, digits
    path, _, query = path.partition("?")
    return Url(scheme, user.partition(":")[0], host, port, path, query)


def hidden(text: str) -> str:
    """Return *text* for a message: passwords and tokens in a URL are ``***``."""
    start = text.find("://") + 3
    if start > 2 and "@" in text:  # noqa: PLR2004 -- found
        user, place = _parted(text[start:])
        name, colon, _ = user.partition(":")
        if colon:
            text = f"{text[:start]}{name}:***@{place}"
        elif len(name) >= _TOKEN and text[:4].lower() in {"http", "git+"}:
            text = f"{text[:start]}***@{place}"
    if "=" in text:
        text = re.sub(_CONFIDENTIAL, r"\1***", text)
    return text


class Followed(Record):
    """Where ``remote://`` leads.

    Attributes:
        text: a URL of another scheme; the last one seen if there is a problem.
        names: the remotes on the way, in lower case.
        problem: why there is no way on.
    """

    text: str
    names: tuple[str, ...]
    problem: str | None = None


def follow(text: str, remotes: Mapping[str, str]) -> Followed:
    """Replace ``remote://name/path`` by the URL of that remote and the path, again and again."""
    names: list[str] = []
    rest = ""
    while text[:9].lower() == "remote://":
        name, _, path = text[9:].partition("/")
        name = name.lower()
        rest = f"{path.strip('/')}/{rest}".strip("/")
        if name in names:
            return Followed(text, tuple(names), f"the remote '{name}' refers to itself")
        if name not in remotes:
            return Followed(text, tuple(names), f"there is no remote '{name}'")
        names.append(name)
        text = remotes[name]
    return Followed(f"{text.rstrip('/')}/{rest}" if rest else text, tuple(names))


#: A user's name of a web address is rarely that long; a token put in its place is longer.
_TOKEN = 20
_CONFIDENTIAL = (
    r"(?i)([?&;](?:[\w.-]*(?:password|passwd|token|secret|signature|credential|api[-_]?key"
    r"|access[-_]?key(?:[-_]?id)?|account[-_]?key)|pwd|pass|sig|key|auth)=)[^&;#\s]+"
)


def _end(text: str) -> int:
    """Return where the authority at the beginning of *text* ends."""
    end = len(text)
    for mark in "/?#":
        found = text.find(mark, 0, end)
        if found >= 0:
            end = found
    return end


def _parted(rest: str) -> tuple[str, str]:
    """Part user info from what follows its ``@``."""
    at = rest.rfind("@")
    if at < 0:
        return "", rest
    end = _end(rest)
    within = rest.rfind("@", 0, end)
    if within >= 0:
        return rest[:within], rest[within + 1 :]
    # A password may hold a slash that should have been encoded; a port holds digits only.
    _, colon, port = rest[:end].partition(":")
    if colon and port.strip("0123456789"):
        return rest[:at], rest[at + 1 :]
    return "", rest
