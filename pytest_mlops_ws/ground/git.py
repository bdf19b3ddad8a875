"""Git without running git: where a repository begins, and a first commit in half a millisecond.

A ``git init``, ``add`` and ``commit`` cost three processes, some 15 ms; a test's repository is
the same few bytes every time, so they are computed here. The formats are those of git's own
``gitformat-pack``, ``gitformat-index`` and ``gitrepository-layout``.
"""

from __future__ import annotations

import os
import struct
import zlib
from functools import lru_cache
from hashlib import sha1
from itertools import accumulate
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from pytest_mlops_ws.ground.files import write_new
from pytest_mlops_ws.ground.repository_variables import REPOSITORY_VARIABLES
from pytest_mlops_ws.ground.work_tree import top

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

BRANCH = "main"
NAME = "mlops-ws"
EMAIL = "mlops-ws@localhost"
#: 2025-01-01T00:00:00Z. Fixed, so that equal files make equal commits on every machine.
COMMIT_TIME = 1735689600

# What a user's own configuration could change in a test is pinned: libgit2, inside DVC, reads
# ~/.gitconfig even where GIT_CONFIG_GLOBAL hides it from git and dulwich. Without automatic gc
# and maintenance no process outlives the test in its directory.
_CONFIG = f"""\
[core]
\trepositoryformatversion = 0
\tfilemode = true
\tbare = false
\tlogallrefupdates = true
\tautocrlf = false
\texcludesFile = {os.devnull}
\tattributesFile = {os.devnull}
[user]
\tname = {NAME}
\temail = {EMAIL}
[commit]
\tgpgSign = false
[tag]
\tgpgSign = false
[gc]
\tauto = 0
[maintenance]
\tauto = false
""".encode()

#: What stands for the user's own configuration in a test: an author for the repositories that the
#: test itself makes or clones, at the lowest precedence, no ignores or attributes from elsewhere,
#: and a place for ``git config --global``.
IDENTITY = f"""\
[user]
\tname = {NAME}
\temail = {EMAIL}
[init]
\tdefaultBranch = {BRANCH}
[core]
\texcludesFile = {os.devnull}
\tattributesFile = {os.devnull}
""".encode()
GLOBAL_CONFIG = ".gitconfig"

#: What makes equal commands do different things on two machines: configuration by variables,
#: formats and templates of new repositories, the meaning of a pathspec, the output of a diff,
#: and the dates that ``git commit`` exports to its hooks.
_PERSONAL = (
    "GIT_AUTHOR_DATE",
    "GIT_COMMITTER_DATE",
    "GIT_CONFIG_COUNT",
    "GIT_CONFIG_PARAMETERS",
    "GIT_CONFIG_SYSTEM",
    "GIT_DEFAULT_HASH",
    "GIT_DEFAULT_REF_FORMAT",
    "GIT_DIFF_OPTS",
    "GIT_EXTERNAL_DIFF",
    "GIT_GLOB_PATHSPECS",
    "GIT_ICASE_PATHSPECS",
    "GIT_LITERAL_PATHSPECS",
    "GIT_NOGLOB_PATHSPECS",
    "GIT_REFLOG_ACTION",
    "GIT_TEMPLATE_DIR",
)
#: A test in a git hook would stage into the developer's index.
_INHERIT: Mapping[str, str | None] = MappingProxyType(dict.fromkeys(REPOSITORY_VARIABLES))
_HIDE: Mapping[str, str | None] = MappingProxyType(
    {
        **_INHERIT,
        **dict.fromkeys(_PERSONAL),
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_AUTHOR_EMAIL": None,
        "GIT_AUTHOR_NAME": None,
        "GIT_COMMITTER_EMAIL": None,
        "GIT_COMMITTER_NAME": None,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
    }
)


def environment(home: Path, ambient: Literal["inherit", "hide"]) -> Mapping[str, str | None]:
    """Return the variables that keep git inside a workspace; None means: must not be set.

    ``inherit`` only forgets a repository that the parent process pointed at; ``hide`` also
    forgets the user's and the machine's configuration. How git reaches a server
    (``GIT_SSH_COMMAND``, ``GIT_ASKPASS``, ``GIT_SSL_CAINFO``, ``GIT_CEILING_DIRECTORIES``, …)
    is left alone by both.

    Args:
        home: the directory whose `GLOBAL_CONFIG` stands for the user's own in a test; it need
            not exist.
        ambient: which of the two.
    """
    if ambient == "inherit":
        return _INHERIT
    return {**_HIDE, "GIT_CONFIG_GLOBAL": f"{home}{os.sep}{GLOBAL_CONFIG}"}


def repo_root(start: Path) -> Path | None:
    """Return the root of the git work tree that holds *start*, or None: see `work_tree.top`."""
    found = top(os.fspath(start))
    return None if found is None else Path(found)


def write_repository(root: Path, files: Mapping[str, bytes]) -> None:
    """Make *root* a git repository whose only commit, on ``main``, holds exactly *files*.

    Writes ``.git`` alone: the same bytes are to be in the work tree, before or after. They may
    then be committed to, branched, cloned and collected like any others.

    Args:
        root: an existing directory without a ``.git``.
        files: content by path relative to *root*, with ``/``.

    Raises:
        FileExistsError: there is a ``.git`` already.
    """
    blobs = sorted((name.encode(), _object(b"blob", content)) for name, content in files.items())
    objects = {blob.digest: blob for _, blob in blobs}
    tree = _trees(blobs, objects)
    signature = f"{NAME} <{EMAIL}> {COMMIT_TIME} +0000"
    commit = _object(
        b"commit",
        f"tree {tree.hex()}\nauthor {signature}\ncommitter {signature}\n\nNew workspace\n".encode(),
    )
    objects[commit.digest] = commit
    pack, pack_index, name = _pack([objects[digest] for digest in sorted(objects)])
    git = f"{os.fspath(root)}/.git"
    # packed-refs and a pack: two files where loose ones take a file and a directory each.
    for directory in (git, f"{git}/refs", f"{git}/objects", f"{git}/objects/pack"):
        os.mkdir(directory)  # noqa: PTH102 -- pathlib costs a quarter of the whole
    for file, content in (
        ("HEAD", f"ref: refs/heads/{BRANCH}\n".encode()),
        ("config", _CONFIG),
        ("packed-refs", f"{commit.digest.hex()} refs/heads/{BRANCH}\n".encode()),
        (f"objects/pack/pack-{name}.pack", pack),
        (f"objects/pack/pack-{name}.idx", pack_index),
        ("index", _index(blobs)),
    ):
        write_new(f"{git}/{file}", content)


class _Object:
    __slots__ = ("checksum", "digest", "packed", "size")

    def __init__(self, digest: bytes, packed: bytes, size: int) -> None:
        self.digest = digest
        self.packed = packed
        self.checksum = zlib.crc32(packed)
        self.size = size


_STORED_BLOCK = 0xFFFF
_PACK_TYPES = {b"commit": 1, b"tree": 2, b"blob": 3}


@lru_cache(maxsize=256)
def _object(kind: bytes, content: bytes) -> _Object:
    size = len(content)
    digest = sha1(b"%s %d\0%s" % (kind, size, content), usedforsecurity=False).digest()
    byte, rest = _PACK_TYPES[kind] << 4 | size & 0x0F, size >> 4
    header = bytearray()
    while rest:
        header.append(byte | 0x80)
        byte, rest = rest & 0x7F, rest >> 7
    header.append(byte)
    packed = bytes(header) + _zlib_stream(content)
    return _Object(digest, packed, size)


def _zlib_stream(content: bytes) -> bytes:
    """Wrap *content* as one stored block (RFC 1950, 1951): compressing costs more than writing."""
    size = len(content)
    if size > _STORED_BLOCK:
        return zlib.compress(content, 1)
    header = struct.pack("<2sBHH", b"\x78\x01", 1, size, size ^ _STORED_BLOCK)
    return header + content + struct.pack(">I", zlib.adler32(content))


def _trees(blobs: Sequence[tuple[bytes, _Object]], objects: dict[bytes, _Object]) -> bytes:
    """Add the tree of *blobs* and its subtrees to *objects*; return the tree's digest."""
    # Sorted as git sorts a tree: a directory as if its name ended in a slash.
    entries: dict[bytes, tuple[bytes, bytes]] = {}
    below: dict[bytes, list[tuple[bytes, _Object]]] = {}
    for path, blob in blobs:
        name, slash, rest = path.partition(b"/")
        if slash:
            below.setdefault(name, []).append((rest, blob))
        else:
            entries[name] = (b"100644 " + name, blob.digest)
    for name, children in below.items():
        entries[name + b"/"] = (b"40000 " + name, _trees(children, objects))
    lines = (label + b"\0" + digest for _, (label, digest) in sorted(entries.items()))
    tree = _object(b"tree", b"".join(lines))
    objects[tree.digest] = tree
    return tree.digest


def _pack(objects: Sequence[_Object]) -> tuple[bytes, bytes, str]:
    """Return a pack, its index (version 2) and the hexadecimal name of both."""
    body = bytearray(struct.pack(">4sII", b"PACK", 2, len(objects)))
    offsets = []
    for entry in objects:
        offsets.append(len(body))
        body += entry.packed
    trailer = sha1(body, usedforsecurity=False).digest()
    count = len(objects)
    first_bytes = [0] * 256
    for entry in objects:
        first_bytes[entry.digest[0]] += 1
    table = b"".join(
        (
            b"\xfftOc",
            struct.pack(">257I", 2, *accumulate(first_bytes)),
            *(entry.digest for entry in objects),
            struct.pack(f">{count}I", *(entry.checksum for entry in objects)),
            struct.pack(f">{count}I", *offsets),
            trailer,
        )
    )
    index = table + sha1(table, usedforsecurity=False).digest()
    return bytes(body) + trailer, index, trailer.hex()


def _index(blobs: Sequence[tuple[bytes, _Object]]) -> bytes:
    """Return the staging area (version 2), without times: git looks at the content once."""
    entries = bytearray(struct.pack(">4sII", b"DIRC", 2, len(blobs)))
    for path, blob in blobs:
        entries += struct.pack(">6I", 0, 0, 0, 0, 0, 0)
        entries += struct.pack(">4I", 0o100644, 0, 0, blob.size)
        entries += blob.digest + struct.pack(">H", min(len(path), 0xFFF)) + path
        entries += b"\0" * (8 - (62 + len(path)) % 8)
    return bytes(entries) + sha1(entries, usedforsecurity=False).digest()
