"""Which manifests are worth a look for secrets: decided by a few searches, and no more.

Nearly every manifest holds none, and must pay next to nothing for that: its values are looked at,
which are short, and its text only if there are comments in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_mlops_ws.checks.dvc.config import Option
    from pytest_mlops_ws.checks.dvc.repositories import Repository
    from pytest_mlops_ws.checks.workspaces import Workspaces
    from pytest_mlops_ws.manifest.emit import Plain
    from pytest_mlops_ws.manifest.reading import Reading

#: What the name of a key that holds a secret contains.
_WORDS = ("passw", "passphrase", "pwd", "secret", "token", "key", "credential")
#: What a key of a cloud or of a service begins with, or holds.
_BEGINNINGS = (
    *("AKIA", "ASIA", "AIza", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-"),
    *("xox", "hooks.slack.com", "hf_", "sk-", "dapi", "eyJ", "AccountKey", "-----BEGIN"),
)
#: DVC's options that hold a secret, or one half of it.
DVC_SECRETS = frozenset(
    {"password", "passphrase", "token", "access_key_id", "secret_access_key", "session_token"}
    | {"sse_customer_key", "account_key", "client_secret", "sas_token", "connection_string"}
    | {"oss_key_id", "oss_key_secret", "gdrive_client_secret"}
)
#: Shorter than any of those keys.
_SHORT = 16
#: What most manifests begin with, and the URL of their schema.
_EDITOR_LINE = b"# yaml-language-server: $schema="


def suspects(workspaces: Workspaces) -> Iterator[Reading]:
    """Yield each manifest that may hold a secret, good ones and bad ones."""
    called: dict[str, bool] = {}
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
        or any(beginning in text for beginning in _BEGINNINGS)
    )


def _in_values(value: Plain, called: dict[str, bool]) -> bool:
    """Tell whether a value may hold a secret; *called* remembers what keys are called."""
    if isinstance(value, str):
        return _in_text_value(value)
    if isinstance(value, dict):
        for key, item in value.items():
            if key not in called:
                called[key] = any(word in key.lower() for word in _WORDS)
            if called[key]:
                return True
            # Ten thousand times ten values: a text is looked at here.
            if _in_text_value(item) if type(item) is str else _in_values(item, called):
                return True
    elif isinstance(value, list):
        return any(_in_values(item, called) for item in value)
    return False


def _in_text_value(value: str) -> bool:
    if len(value) < _SHORT or value[0] in "0123456789":
        return False
    if "://" in value and " " not in value:
        return "@" in value or "?" in value or ";" in value or "slack" in value
    for beginning in _BEGINNINGS:  # noqa: SIM110 -- `any` takes twice as long
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
