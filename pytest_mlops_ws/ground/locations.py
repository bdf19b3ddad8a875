"""Paths and URLs in one spelling each, so that equal keys mean the same place.

Nothing is asked of a network. What two spellings may or may not have in common (an alias of a
host, the account that a connection string names) is not the same place here.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from pytest_mlops_ws.ground.realpaths import RealPaths, at_home
from pytest_mlops_ws.ground.urls import follow, hidden, parsed
from pytest_mlops_ws.model.record import Record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_mlops_ws.ground.urls import Url

__all__ = ["Location", "RealPaths", "anchored", "canonical", "hidden"]


class Location(Record):
    """One place.

    Attributes:
        kind: ``local``, ``sqlite``, ``memory``, ``s3``, ``gs``, ``azure``, ``ssh``, ``http``,
            ``webdav``, ``hdfs``, ``database``, ``databricks``, ``remote`` or ``other``.
        key: equal keys are the same place; a key and a slash begin what is inside.
        path: the absolute path, links followed, of what is on this disk.
        text: what was written, without a password.
        problem: why the place could not be found out. Its key is the text as written, then.
    """

    kind: str
    key: str
    path: str | None
    text: str
    problem: str | None = None

    def same(self, other: Location) -> bool:
        """Tell whether both are one place; False if that is not known."""
        return self.key == other.key and self.kind not in {"memory", "remote"}

    def contains(self, other: Location) -> bool:
        """Tell whether *other* lies inside this place; False if that is not known."""
        return other.key.startswith(f"{self.key}/") and self.kind != "remote"


def canonical(  # noqa: PLR0911 -- one for each way to write a place
    text: str,
    *,
    relative_to: str,
    real: RealPaths | None,
    remotes: Mapping[str, str] | None = None,
    server: str = "",
) -> Location:
    """Return the place that *text* names.

    Args:
        text: a path, a URL or another name of a store, as MLflow, DVC and SQLAlchemy take them;
            references to variables are replaced already.
        relative_to: the absolute directory from which a relative path counts.
        real: follows links; None compares the spelling alone.
        remotes: the URLs that ``remote://name`` stands for.
        server: which of several servers a bucket is on: S3's endpoint, Azure's account.
    """
    scheme, colon, rest = text.partition(":")
    if not colon or "/" in scheme or len(scheme) == 1:
        if text in _BARE:
            return Location("databricks", text, None, text)
        return _local(text, text, relative_to, real)
    scheme = scheme.lower()
    if rest[:2] != "//":
        return _opaque(text, scheme, rest, relative_to, real)
    if scheme == "remote":
        found = follow(text, remotes or {})
        if found.problem:
            return Location("remote", text, None, hidden(text), found.problem)
        place = canonical(found.text, relative_to=relative_to, real=real, server=server)
        return place._replace(text=hidden(text))
    dialect = scheme.partition("+")[0]
    if dialect == "sqlite":
        return _sqlite(text, rest[2:], relative_to, real)
    url = parsed(scheme, rest[2:])
    if scheme == "file" and url.address("") in {"", "localhost"}:
        return _local(text, _decoded(url.path), relative_to, real)
    kind, key = _database(url, dialect) if dialect in _DATABASES else _served(url, server)
    return Location(kind, key, None, hidden(text))


def anchored(text: str, root: str) -> str:
    """Return *text* with a relative path counted from *root*; what is none stays as it is.

    Args:
        text: as for `canonical`.
        root: an absolute directory.
    """
    place = canonical(text, relative_to=root, real=None)
    if place.path is None or place.path == canonical(text, relative_to=_DEEP, real=None).path:
        return text
    if place.kind == "sqlite":
        options = text.partition("?")
        return f"{text.partition(':')[0]}:///{place.path}{options[1]}{options[2]}"
    if text[:5].lower() != "file:":
        return place.path
    from urllib.parse import quote

    return f"file://{quote(place.path)}"


#: No path climbs out of it.
_DEEP = "/-" * 99
_BARE = frozenset({"databricks", "databricks-uc"})
#: Each scheme's kind, how a key spells it, and the port that need not be written.
_SERVERS = {
    "http": ("http", "http", "80"),
    "https": ("http", "https", "443"),
    "webdav": ("webdav", "http", "80"),
    "webdavs": ("webdav", "https", "443"),
    **dict.fromkeys(("ssh", "sftp", "scp", "git+ssh"), ("ssh", "ssh", "22")),
    "hdfs": ("hdfs", "hdfs", "8020"),
    "webhdfs": ("hdfs", "webhdfs", "50070"),
}
_BUCKETS = {
    **dict.fromkeys(("s3", "s3a", "s3n"), "s3"),
    **dict.fromkeys(("gs", "gcs"), "gs"),
    **dict.fromkeys(("azure", "az", "abfs", "abfss", "wasb", "wasbs"), "azure"),
}
_DATABASES = {
    **dict.fromkeys(("postgresql", "postgres"), ("postgresql", "5432")),
    **dict.fromkeys(("mysql", "mariadb"), ("mysql", "3306")),
    "mssql": ("mssql", "1433"),
    "oracle": ("oracle", "1521"),
    "cockroachdb": ("cockroachdb", "26257"),
}
#: What tells two sets of tables in one database apart, or says where its server is.
_MEANT = {"host", "options", "currentschema", "search_path", "service_name"}


def _local(
    text: str, path: str, relative_to: str, real: RealPaths | None, kind: str = "local"
) -> Location:
    if "=" in text:
        text = hidden(text)
    drive = path.lstrip("/") if path[1:2] == ":" or path[2:3] == ":" else ""
    if drive[1:2] == ":" and drive[2:3] in {"/", "\\", ""}:
        if os.name != "nt":
            # Written on Windows: no place on this disk, but the same one for two who name it.
            return Location(kind, _clean(drive.replace("\\", "/").lower()), None, text)
        path = drive
    elif path[:1] != "/":
        path = at_home(path)
        if not os.path.isabs(path):  # noqa: PTH117 -- strings throughout: no pathlib in a hook
            path = f"{relative_to}/{path}"
    found = os.path.normpath(path) if real is None else real(path)
    if os.name == "nt":
        return Location(kind, found.replace("\\", "/").lower().rstrip("/"), found, text)
    if found[:2] == "//":  # what POSIX leaves open is no other place anywhere
        found = found[1:]
    return Location(kind, found if found != "/" else "", found, text)


def _opaque(
    text: str, scheme: str, rest: str, relative_to: str, real: RealPaths | None
) -> Location:
    """Return the place of what has a colon and no ``//`` after it."""
    if scheme == "file":
        return _local(text, _decoded(rest), relative_to, real)
    if "@" in scheme:
        return _copied(text)
    if rest[:1] == "/":
        return Location("other", f"{scheme}:{_clean(rest)}", None, hidden(text))
    return _local(text, text, relative_to, real)


def _sqlite(text: str, rest: str, relative_to: str, real: RealPaths | None) -> Location:
    path = rest.partition("?")[0]
    if path[:1] not in {"", "/"}:
        return Location("other", text, None, hidden(text))  # SQLAlchemy refuses a host
    path = path[1:].removeprefix("file:")
    if path in {"", ":memory:", "/"} or "mode=memory" in rest:
        return Location("memory", "sqlite:///:memory:", None, text)
    if path[0] == "~":  # the shell's and DVC's, not SQLite's
        path = f"./{path}"
    return _local(text, path, relative_to, real, "sqlite")


def _copied(text: str) -> Location:
    """Return the place of ``user@host:path``, as scp and git take it."""
    user, _, place = text.partition("@")
    host, _, path = place.partition(":")
    if path[:1] != "/":
        path = f"/~{user}/{path}"
    return Location("ssh", f"ssh://{host.lower()}{_clean(path)}", None, text)


def _served(url: Url, server: str) -> tuple[str, str]:
    """Return kind and key of what is no database."""
    scheme = url.scheme
    if scheme in _SERVERS:
        kind, spelling, port = _SERVERS[scheme]
        path = url.path.partition("#")[0] if spelling != "ssh" else url.path
        path = _clean(_decoded(path))
        address = url.address(port)
        known = _bucket(address, path) if kind == "http" else None
        return known or (kind, f"{spelling}://{address}{path}")
    # A "?" may be part of an object's name, and the user that of a bucket.
    path = _clean(f"{url.path}?{url.query}" if url.query else url.path)
    if scheme not in _BUCKETS:
        kind = "databricks" if scheme in _BARE else "other"
        user = f"{url.user}@" if url.user else ""
        return kind, f"{scheme}://{user}{url.host}{f':{url.port}' if url.port else ''}{path}"
    kind, bucket = _BUCKETS[scheme], url.host.lower()
    if kind == "azure":
        account = url.host if url.user else server.rpartition("://")[2]
        account = account.partition(".")[0].lower()
        bucket = f"{url.user.lower() or bucket}{'@' if account else ''}{account}"
    elif kind == "s3" and server:
        protocol, _, rest = server.rpartition("://")
        endpoint = parsed("", rest).address("80" if protocol.lower() == "http" else "443")
        if not endpoint.endswith(_AMAZON):
            kind = f"s3+{endpoint}"
    return kind.partition("+")[0], f"{kind}://{bucket}{path}"


_AMAZON = (".amazonaws.com", ".amazonaws.com.cn")


def _bucket(host: str, path: str) -> tuple[str, str] | None:
    """Return kind and key of the bucket that a web address of a cloud names."""
    name, _, domain = host.partition(".")
    first, slash, rest = path[1:].partition("/")
    if host.endswith(_AMAZON):
        if name == "s3" or name[:3] == "s3-":
            return "s3", f"s3://{first.lower()}{slash}{rest}"
        bucket, found, _ = host.partition(".s3")
        return ("s3", f"s3://{bucket}{path}") if found else None
    if host == "storage.googleapis.com":
        return "gs", f"gs://{first.lower()}{slash}{rest}"
    if domain == "storage.googleapis.com":
        return "gs", f"gs://{name}{path}"
    if domain in {"blob.core.windows.net", "dfs.core.windows.net"}:
        return "azure", f"azure://{first.lower()}@{name}{slash}{rest}"
    return None


def _database(url: Url, dialect: str) -> tuple[str, str]:
    """Return kind and key of a database: server, database, and the schema if one is named."""
    spelling, port = _DATABASES[dialect]
    options = [part.partition("=") for part in url.query.split("&") if part]
    meant = {name.lower(): value for name, _, value in options if name.lower() in _MEANT}
    host = url.address(port) or _decoded(meant.pop("host", "localhost"))
    meant.pop("host", None)
    name = url.path.strip("/") or url.user
    schema = "".join(f"?{key}={_decoded(meant[key])}" for key in sorted(meant))
    return "database", f"{spelling}://{host}/{name}{schema}"


def _clean(path: str) -> str:
    """Return the path of a URL without detours; ``""`` for its root."""
    if "//" not in path and "/." not in path:
        return path.rstrip("/")
    parts: list[str] = []
    for part in path.split("/"):
        if part == "..":
            del parts[-1:]
        elif part not in {"", "."}:
            parts.append(part)
    slash = "/" if path[:1] == "/" else ""
    return f"{slash}{'/'.join(parts)}" if parts else ""


def _decoded(text: str) -> str:
    if "%" not in text:
        return text
    from urllib.parse import unquote  # here: a hook with no such path must not pay for it

    return unquote(text)
