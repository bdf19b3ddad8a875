"""Whether a value is a secret written out, by what it is called and by what it looks like.

Nothing of a value goes into a message: neither its beginning nor its length.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pytest_mlops_ws.ground.locations import hidden
from pytest_mlops_ws.manifest.nodes import Mapping, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_mlops_ws.manifest.emit import Plain
    from pytest_mlops_ws.manifest.nodes import Node

    Path = tuple[str, ...]
    Leaf = str | int | float | bool | None

#: What each key is, and how all of its kind look.
_SHAPES = (
    ("an AWS access key", ("AKIA", "ASIA"), r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    ("a GitHub token", ("gh",), r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{22})"),
    ("a GitLab token", ("glpat-",), r"\bglpat-[\w-]{20}"),
    ("a Slack token", ("xox",), r"\bxox[abeoprs]-[\w-]{10}"),
    ("a Slack webhook", ("slack",), r"hooks\.slack\.com/(?:services|workflows)/\w+/\w+"),
    ("a Google API key", ("AIza",), r"\bAIza[\w-]{35}"),
    ("a Hugging Face token", ("hf_",), r"\bhf_[A-Za-z0-9]{30}"),
    ("a Databricks token", ("dapi",), r"\bdapi[0-9a-f]{32}\b"),
    ("an API key", ("sk-",), r"(?<![\w-])sk-(?:[a-z]+-)*[A-Za-z0-9_]{20}"),
    ("a signed token", ("eyJ",), r"\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8}"),
    ("an Azure account key", ("AccountKey",), r"\bAccountKey=[A-Za-z0-9+/]{40}"),
    ("a private key", ("PRIVATE",), r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----"),
)
_PASSWORDS = frozenset({"password", "passwords", "passwd", "passphrase", "pwd"})
_TOKENS = frozenset(
    {"secret", "secrets", "token", "tokens", "credential", "credentials"}
    | {"apikey", "accesskey", "secretkey", "privatekey", "authtoken"}
)
#: What makes a ``key`` one to keep, and a ``token`` one of a tokenizer.
_OF_A_KEY = frozenset(
    {"api", "access", "secret", "private", "account", "auth", "signing", "encryption", "master"}
)
_OF_A_TEXT = frozenset(
    {"bos", "cls", "decoder", "end", "eos", "image", "mask", "max", "min", "new", "num", "pad"}
    | {"per", "prompt", "sep", "special", "start", "stop", "unk", "user"}
)
_PLACEHOLDERS = frozenset(
    {"changeme", "dummy", "example", "fake", "hidden", "masked", "na", "none", "null", "password"}
    | {"placeholder", "redacted", "removed", "secret", "tbd", "test", "todo", "token", "unset"}
)
#: How a value begins that says where a secret is kept.
_KEPT = (
    *("$", "/", "./", "~", "<", "[", "(", "your", "YOUR", "replace"),
    *("arn:", "vault:", "env:", "file:", "sops:", "ssm:", "ENC[", "keyring:", "secretsmanager:"),
)


def scalars(node: Node | None, path: Path = ()) -> Iterator[tuple[Path, Scalar]]:
    """Yield every value below *node*, with the keys that lead to it."""
    if isinstance(node, Scalar):
        yield path, node
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from scalars(item, path)
    elif isinstance(node, Mapping):
        for key, value in node.entries:
            yield from scalars(value, (*path, key.text))


def leaves(value: Plain, path: Path = ()) -> Iterator[tuple[Path, Leaf]]:
    """Yield every value in *value*, with the keys that lead to it: `scalars` without places."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, (*path, key))
    elif isinstance(value, list):
        for item in value:
            yield from leaves(item, path)
    else:
        yield path, value


def shapes(text: str) -> Iterator[tuple[int, str]]:
    """Yield where in a text something begins that looks like a key, and what it is."""
    for what, marks, pattern in _SHAPES:
        if any(mark in text for mark in marks):
            for found in re.finditer(pattern, text):
                if "EXAMPLE" not in found[0] and len(set(found[0])) > _SAME:
                    yield found.start(), what


#: As many different characters has a placeholder that is made to look like a key.
_SAME = 8


def is_secret(path: Path, value: Leaf) -> bool:
    """Tell whether a value is a secret, by the keys that lead to it."""
    if isinstance(value, bool) or value is None or not path:
        return False
    kind = _kind(path[-1])
    if kind is None and path[-2:-1] and path[-2].lower() in _PLURAL:
        kind = _kind(path[-2])
    text = str(value)
    if kind is None or is_placeholder(text):
        return False
    return kind == "password" or _looks_random(text)


_PLURAL = frozenset({"secrets", "passwords", "tokens", "api_keys", "apikeys"})


def is_placeholder(text: str) -> bool:
    """Tell whether a text stands for a secret without being one."""
    bare = re.sub(r"[\W_]", "", text).lower()
    return (
        not bare.strip("x0")
        or bare in _PLACEHOLDERS
        or text.startswith(_KEPT)
        or any(mark in text for mark in ("${", "{{", "$(", "://", " ", "EXAMPLE"))
        or re.fullmatch(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+", text) is not None  # a variable's name
    )


def in_uri(value: Leaf) -> str | None:
    """Return the first URI in a value that holds a password or token, which is hidden in it."""
    for word in value.split() if isinstance(value, str) and "://" in value else ():
        if "://" in word:
            shown = hidden(word)
            if any(not is_placeholder(secret) for secret in _hidden_parts(word, shown)):
                return shown
    return None


def _kind(key: str) -> str | None:
    words = re.findall(r"[A-Z]?[a-z0-9]+|[A-Z0-9]+", key)
    words = [word.lower() for word in words]
    if not words:
        return None
    last, before = words[-1], words[-2] if len(words) > 1 else ""
    if last in _PASSWORDS:
        return "password"
    if last in _TOKENS:
        return None if before in _OF_A_TEXT else "token"
    return "token" if last in {"key", "keys"} and before in _OF_A_KEY else None


def _looks_random(text: str) -> bool:
    """Whether a text is no name of something: names are made of words and small numbers."""
    if len(text) < _SHORTEST:
        return False
    parts = re.split(r"[-_./:]", text)
    return not all(re.fullmatch(r"[A-Z]?[a-z]{0,14}|[0-9]{0,4}|v[0-9]+", part) for part in parts)


_SHORTEST = 6


def _hidden_parts(text: str, shown: str) -> Iterator[str]:
    """Yield what stands in *text* where *shown* has ``***``."""
    first, *rest = shown.split("***")
    start = len(first)
    for literal in rest:
        end = text.find(literal, start) if literal else len(text)
        yield text[start:end]
        start = end + len(literal)
