"""Which manifests are worth a look for secrets: decided by a few searches, and no more.

Nearly every manifest holds none, and must pay next to nothing for that: its values are looked at,
which are short, and its text only if there are comments in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pytest_mlops_ws.checks.dvc.config import Option
    from pytest_mlops_ws.checks.dvc.repositories import Repository
    from pytest_mlops_ws.checks.workspaces import Workspaces
    from pytest_mlops_ws.manifest.emit import Plain
    from pytest_mlops_ws.manifest.reading import Reading

#: What the name of a key that holds a secret contains.
_WORDS = ("passw", "passphrase", "pwd", "secret", "token", "key", "credential")
#: What a key of a cloud or of a service begins with, or holds: by a character of it that most texts
#: do not have.
_BEGINNINGS = {
    "A": ("AKIA", "ASIA", "AIza", "AccountKey"),
    "_": ("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "hf_"),
    "-": ("glpat-", "sk-", "-----BEGIN"),
    "": ("xox", "hooks.slack.com", "dapi", "eyJ"),
}
#: DVC's options that hold a secret, or one half of it.
DVC_SECRETS = frozenset(
    {"password", "passphrase", "token", "access_key_id", "secret_access_key", "session_token"}
    | {"sse_customer_key", "account_key", "client_secret", "sas_token", "connection_string"}
    | {"oss_key_id", "oss_key_secret", "gdrive_client_secret"}
)
#: Shorter than any of those keys; none begins with a digit, as times do.
_SHORT = 16
_DIGITS = frozenset("0123456789")
#: What most manifests begin with, and the URL of their schema.
_EDITOR_LINE = b"# yaml-language-server: $schema="


def suspects(workspaces: Workspaces) -> Iterator[Reading]:
    """Yield each manifest that may hold a secret, good ones and bad ones."""
    called: dict[tuple[str, ...], bool] = {}
    for reading in readings(workspaces):
        content = reading.content
        if reading.values is None or content.find(b"#", _after_editor_line(content)) >= 0:
            if _in_text(content.decode("utf-8", "replace")):
                yield reading
        elif _in_values(reading.values, called):
            yield reading


def readings(workspaces: Workspaces) -> Iterator[Reading]:
    """Yield every manifest."""
    for project in workspaces.projects:
        yield project.reading
    yield from workspaces.broken
    yield from workspaces.beside


def _after_editor_line(content: bytes) -> int:
    if not content.startswith(_EDITOR_LINE):
        return 0
    line = content[: content.find(b"\n")]
    return 0 if b"@" in line or b"?" in line or b";" in line else len(line)


def _in_text(text: str) -> bool:
    lower = text.lower()
    return (
        ("://" in text and ("@" in text or "?" in text or ";" in text))
        or any(word in lower for word in _WORDS)
        or any(beginning in text for each in _BEGINNINGS.values() for beginning in each)
    )


def _in_values(value: Plain, called: dict[tuple[str, ...], bool]) -> bool:
    """Tell whether a mapping or a list may hold a secret.

    Args:
        value: what stands in a manifest.
        called: whether keys are called like one, by all the keys of a mapping: most manifests have
            the same.
    """
    items: Iterable[Plain] = value if isinstance(value, list) else ()
    if isinstance(value, dict):
        keys = tuple(value)
        if keys not in called:
            called[keys] = any(word in key.lower() for word in _WORDS for key in keys)
        if called[keys]:
            return True
        items = value.values()
    for item in items:
        # Ten thousand times ten values: a text is looked at here.
        if type(item) is str:
            if len(item) >= _SHORT and item[0] not in _DIGITS and _in_long_text(item):
                return True
        elif _in_values(item, called):
            return True
    return False


def _in_long_text(value: str) -> bool:
    if "://" in value and " " not in value:
        return "@" in value or "?" in value or ";" in value or "slack" in value
    for character, beginnings in _BEGINNINGS.items():
        if character in value:
            for beginning in beginnings:
                if beginning in value:
                    return True
    return False


def configured(workspaces: Workspaces) -> Iterator[tuple[Repository, str, str, Option]]:
    """Yield each option of a tracked DVC configuration that may hold a secret.

    Yields:
        The repository, the section, the key and the option.
    """
    repositories = workspaces.dvc.repositories
    for repository in repositories.by_directory.values():
        for config in repository.configs:
            if config.path.endswith(".local") and config.path not in repositories.tracked_local:
                continue  # that is where secrets belong
            for section, options in config.options.items():
                for key, option in options.items():
                    text = option.text
                    if key in DVC_SECRETS or ("://" in text and ("@" in text or "?" in text)):
                        yield repository, section, key, option
