"""Which manifests are worth a look for secrets: decided by a search for words, and no more.

A search in a text costs less than anything that takes it apart, and nearly every manifest holds
none of the words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_mlops_ws.checks.workspaces import Workspaces
    from pytest_mlops_ws.manifest.reading import Reading

#: What the name of a key that holds a secret contains.
_WORDS = (b"passw", b"passphrase", b"pwd", b"secret", b"token", b"key", b"credential")
#: What a key of a cloud or of a service begins with, or holds.
_BEGINNINGS = (
    *(b"AKIA", b"ASIA", b"AIza", b"ghp_", b"gho_", b"ghu_", b"ghs_", b"ghr_", b"github_pat_"),
    *(b"glpat-", b"xox", b"hooks.slack.com", b"hf_", b"sk-", b"dapi", b"eyJ", b"-----BEGIN"),
)


def suspects(workspaces: Workspaces) -> Iterator[Reading]:
    """Yield each manifest that may hold a secret, good ones and bad ones."""
    for reading in readings(workspaces):
        content = reading.content
        lower = content.lower()
        if (
            (b"://" in content and (b"@" in content or b"?" in content or b";" in content))
            or any(word in lower for word in _WORDS)
            or any(beginning in content for beginning in _BEGINNINGS)
        ):
            yield reading


def readings(workspaces: Workspaces) -> Iterator[Reading]:
    """Yield every manifest."""
    for project in workspaces.projects:
        yield project.reading
    yield from workspaces.broken
    yield from workspaces.beside
