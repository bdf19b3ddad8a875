"""The hosts that a test must never reach, whatever the shell's variables say."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pytest_mlops_ws.ground.urls import hidden
from pytest_mlops_ws.model.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterable

_PORTS = {"http": 80, "https": 443, "ssh": 22, "postgresql": 5432, "mysql": 3306, "mssql": 1433}
#: Object stores: the bucket is the host's first part; by path, TLS hides which bucket is meant.
_BUCKETS = {"s3": ".s3", "gs": ".storage.googleapis.com", "azure": ".blob.core.windows.net"}


class Endpoint(Record):
    """A server, or a bucket of an object store.

    Attributes:
        host: its name; of a bucket, what its host's name begins with.
        port: None if any.
        owner: the project whose manifest declares it; empty if a variable does.
        title: what it is, for people.
        bucket: whether *host* is only a beginning.
    """

    host: str
    port: int | None
    owner: str
    title: str
    bucket: bool = False

    def is_meant(self, host: str, port: int | None) -> bool:
        """Tell whether a connection to *host* and *port* reaches it."""
        if self.bucket:
            return host.startswith(self.host)
        return host == self.host and (port is None or self.port in {None, port})


def endpoint(uri: str, owner: str, title: str) -> Endpoint | None:
    """Return the endpoint of *uri*; None for a path, and for what has no host."""
    try:
        parts = urlsplit(uri)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return None
    scheme = parts.scheme.partition("+")[0].lower()
    if not host or scheme in {"", "file", "sqlite"}:
        return None
    if scheme in _BUCKETS:
        return Endpoint(f"{host}{_BUCKETS[scheme]}", None, owner, f"{title} {uri}", bucket=True)
    return Endpoint(host, port or _PORTS.get(scheme), owner, f"{title} {hidden(uri)}")


def meant(endpoints: Iterable[Endpoint], address: object) -> Endpoint | None:
    """Return the endpoint that a socket's *address*, ``(host, port, …)``, reaches."""
    if not isinstance(address, tuple) or len(address) < 2:  # noqa: PLR2004 -- host and port
        return None
    host, port = address[0], address[1]
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if not isinstance(host, str):
        return None
    number = int(port) if isinstance(port, (int, str)) and str(port).isdigit() else None
    return next((each for each in endpoints if each.is_meant(host.lower(), number)), None)
