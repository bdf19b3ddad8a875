"""What a repository's projects claim, as a file that other repositories check against.

Only what means the same elsewhere is written: names, and places that a URL names. A path of this
disk, a server on this machine and an address that holds a secret are left out. Each claim has a
line of its own, in a stable order, so that the file can be kept in git and compared.
"""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING, Any

from pytest_mlops_ws.checks.claims import Claim
from pytest_mlops_ws.ground.locations import hidden
from pytest_mlops_ws.ground.processes import said
from pytest_mlops_ws.ground.repository_variables import REPOSITORY_VARIABLES
from pytest_mlops_ws.model.diagnostics import Span
from pytest_mlops_ws.model.errors import UsageError
from pytest_mlops_ws.model.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pytest_mlops_ws.checks.workspaces import Workspaces
    from pytest_mlops_ws.settings.values import Settings

FORMAT = "mlops-ws claims"
VERSION = 1
#: The kinds that are published.
KINDS = ("artifacts", "experiment", "name", "prefix", "remote", "workspace")
#: Those that are compared whatever server is meant.
_ANYWHERE = frozenset({"name", "prefix"})
#: The key that says which server is meant, where it is not the claim's own.
_SERVERS = {"experiment": "mlflow_tracking_uri", "workspace": "mlflow_tracking_uri"}
#: What a location's key looks like if its server is whatever machine one asks on.
_HERE = re.compile(r"(s3\+localhost|[a-z0-9+.-]+://localhost)([:/?\n]|$)")
_ELSEWHERE = frozenset({"s3", "gs", "azure", "ssh", "http", "webdav", "hdfs", "database"})


class ForeignProject(Record):
    """A project of another repository.

    Attributes:
        name: the repository's and its own: ``acme/risk:fraud``.
        path: the file of claims.
        lines: where in it each claim stands, by the key of the manifest.
    """

    name: str
    path: str
    lines: dict[str, int]

    def span(self, key: str) -> Span:
        """Return the line of a claim."""
        return Span(self.path, self.lines.get(key, 1))


class Published(Record):
    """A file of claims.

    Attributes:
        repository: what the repository calls itself.
        claims: its claims, by kind.
    """

    repository: str
    claims: dict[str, list[Claim]]


def publish(workspaces: Workspaces, repository: str) -> tuple[str, int]:
    """Return the file's text, and how many claims were left out: they mean nothing elsewhere.

    Args:
        workspaces: the repository's projects.
        repository: what it is called in other people's findings.
    """
    entries: list[dict[str, Any]] = []
    left_out = 0
    for kind in KINDS:
        # A configuration knows what no manifest can say: on which server a bucket is.
        claims = workspaces.claims.of(kind) if kind != "remote" else workspaces.dvc.published
        for claim in claims:
            if kind not in _ANYWHERE and not _travels(claim, _SERVERS.get(kind, claim.field)):
                left_out += 1
                continue
            parts = claim.key.split("\n")
            entries.append(
                {
                    "kind": kind,
                    "key": parts if len(parts) > 1 else claim.key,
                    "shown": hidden(claim.shown),
                    "project": claim.project.name,
                    "field": claim.field,
                    "path": claim.project.path,  # type: ignore[attr-defined]  # of a Project
                }
            )
    lines = sorted(json.dumps(entry, ensure_ascii=False) for entry in entries)
    listed = "".join(f"\n    {line}," for line in dict.fromkeys(lines)).rstrip(",")
    label = json.dumps(repository, ensure_ascii=False)
    text = (
        f'{{\n  "format": "{FORMAT}",\n  "version": {VERSION},\n  "repository": {label},\n'
        f'  "claims": [{listed}\n  ]\n}}\n'
    )
    return text, left_out


def _travels(claim: Claim, key: str) -> bool:
    """Tell whether a claim's place is the same for everybody, and holds nothing to hide."""
    place = claim.project.place(key)  # type: ignore[attr-defined]  # of a Project, or its Holder
    return (
        place is not None
        and place.path is None
        and (place.kind in _ELSEWHERE or place.kind == "databricks")
        and not _HERE.match(place.key)
        and hidden(place.key) == place.key
    )


def read(text: str, path: str) -> Published:
    """Read a file of claims.

    Args:
        text: the file's content.
        path: what to call it.

    Raises:
        UsageError: it is no such file, or a newer one.
    """
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        line, column = getattr(error, "lineno", 1), getattr(error, "colno", 1)
        reason = getattr(error, "msg", "it cannot be read")
        place = f"{path}:{line}:{column}"
        raise _refused(place, f"this is no JSON: {reason}") from error
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise _refused(path, "this is no file of claims")
    version = data.get("version")
    if version != VERSION:
        message = (
            f"{path}: the file is of version {version!r}, this release reads {VERSION}:"
            " upgrade pytest-mlops-ws"
        )
        raise UsageError(message, operation="claims")
    entries, repository = data.get("claims"), data.get("repository")
    if not isinstance(entries, list) or not isinstance(repository, str) or not repository:
        raise _refused(path, "'repository' must be a name and 'claims' a list")
    found: dict[str, list[Claim]] = {}
    projects: dict[tuple[str, str], ForeignProject] = {}
    lines = [text.count("\n", 0, start) + 1 for start in _starts(text)]
    for number, entry in enumerate(entries):
        claim = _claim(entry, f"{path}: claims[{number}]")
        owner = projects.setdefault(
            (claim["project"], claim["path"]),
            ForeignProject(f"{repository}:{claim['project']}", path, {}),
        )
        if number < len(lines):
            owner.lines.setdefault(claim["field"], lines[number])
        found.setdefault(claim["kind"], []).append(
            Claim(claim["key"], claim["shown"], owner, claim["field"])
        )
    return Published(repository, found)


def load(path: str, root: str) -> Published:
    """Read a file of claims; a relative *path* counts from *root*.

    Raises:
        UsageError: there is no such file, or it is none, or a newer one.
    """
    try:
        with open(os.path.join(root, path), encoding="utf-8") as file:  # noqa: PTH118, PTH123 -- strings throughout
            text = file.read()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        raise _refused(path, f"the claims cannot be read ({reason})") from error
    return read(text, path)


def label(root: str, settings: Settings) -> str:
    """Return what other repositories call this one: a setting, or what its origin is called.

    Without either it is the directory's name, which may be another one on the next machine.
    """
    chosen = settings.text("repository")
    if chosen:
        return chosen
    kept = {name: value for name, value in os.environ.items() if name not in REPOSITORY_VARIABLES}
    command = ["git", "-C", root, "config", "--get", "remote.origin.url"]
    try:
        _, said_ = said(command, kept, "output")
    except OSError:
        said_ = b""
    parts = [part for part in re.split(r"[/:\\]+", os.fsdecode(said_).strip()) if part]
    name = "/".join(parts[-2:]).removesuffix(".git")
    return name or os.path.basename(root) or "repository"  # noqa: PTH119 -- likewise


def merged(files: Iterable[Published], own: str) -> dict[str, list[Claim]]:
    """Return the claims of several repositories, by kind, without those of *own*."""
    found: dict[str, list[Claim]] = {}
    for file in files:
        if file.repository != own:
            for kind, claims in file.claims.items():
                found.setdefault(kind, []).extend(claims)
    return found


def _claim(entry: object, place: str) -> dict[str, str]:
    if not isinstance(entry, dict):
        raise _refused(place, "a claim is a mapping")
    key = entry.get("key")
    if isinstance(key, list) and all(isinstance(part, str) for part in key):
        key = "\n".join(key)
    claim = {**entry, "key": key}
    for name in ("kind", "key", "shown", "project", "field", "path"):
        if not isinstance(claim.get(name), str):
            raise _refused(place, f"{name!r} must be a text")
    return claim


def _refused(place: str, reason: str) -> UsageError:
    message = f"{place}: {reason}; write it anew in its repository: mlops-ws claims -o FILE"
    return UsageError(message, operation="claims")


def _starts(text: str) -> list[int]:
    """Return where each claim stands, whoever has formatted the file: each has one kind."""
    return [found.start() for found in re.finditer(r'(?<!\\)"kind"\s*:', text)]
