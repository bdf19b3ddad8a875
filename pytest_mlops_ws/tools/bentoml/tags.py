"""BentoML's names: which are legal, and whose a model is. Nothing is imported, nothing written."""

from __future__ import annotations

import re
import secrets
import time
from typing import TYPE_CHECKING

from pytest_mlops_ws.model.errors import UsageError
from pytest_mlops_ws.model.names import qualified
from pytest_mlops_ws.model.record import Record

if TYPE_CHECKING:
    from pytest_mlops_ws.model.spec import WorkspaceSpec

#: ``bentoml/_internal/tag.py``.
MAX_LENGTH = 63
_LEGAL = re.compile(r"[a-z0-9]([-._a-z0-9]*[a-z0-9])?")
#: What BentoML takes for "the newest one".
NEWEST = "latest"


class Tag(Record):
    """A model's name, the project's prefix included, and its version."""

    name: str
    version: str

    def __str__(self) -> str:
        return f"{self.name}:{self.version}"


def name_of(spec: WorkspaceSpec, model_name: object) -> str:
    """Return the name under which *spec*'s project stores *model_name*.

    Raises:
        UsageError: BentoML cannot have it; the message says why, and what it could have.
    """
    prefix = spec.bentoml_tag_prefix
    if prefix and not re.fullmatch(r"[a-z0-9][-._a-z0-9]*", prefix):
        origin = spec.origins.get("bentoml_tag_prefix", "workspace.yaml")
        message = (
            f"bentoml_tag_prefix is {prefix!r} ({origin}), and no BentoML name can begin with it:"
            " a-z, 0-9, '-', '.' and '_' are allowed. Remove the key from"
            f" {spec.root_path / 'workspace.yaml'}: the prefix is then derived from the project"
        )
        raise UsageError(message, "tag", spec.project_name, {"bentoml_tag_prefix": prefix})
    if not isinstance(model_name, str) or not model_name:
        message = f"A model's name is a text, not {model_name!r}"
        raise UsageError(message, "tag", spec.project_name)
    full = qualified(prefix, model_name)
    _check(full, f"The model's name {model_name!r}", spec, taken=len(full) - len(model_name))
    return full


def version_of(spec: WorkspaceSpec, version: object) -> str:
    """Return *version* if BentoML can have it, or a new one for None.

    Raises:
        UsageError: it cannot.
    """
    if version is None:
        return f"{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}-{secrets.token_hex(3)}"
    if version == NEWEST:
        message = f"{NEWEST!r} is BentoML's word for the newest version; name another, or none"
        raise UsageError(message, "tag", spec.project_name)
    text = str(version)
    _check(text, f"The version {text!r}", spec)
    return text


def _check(text: str, what: str, spec: WorkspaceSpec, *, taken: int = 0) -> None:
    if len(text) > MAX_LENGTH:
        prefix = f", {taken} of them the prefix {spec.bentoml_tag_prefix!r}" if taken else ""
        message = (
            f"{what} makes {len(text)} characters{prefix}, and BentoML has {MAX_LENGTH} at most:"
            f" shorten it by {len(text) - MAX_LENGTH}"
        )
    elif text != text.lower():
        message = (
            f"{what} has upper case, which BentoML lowers, so that two names become one:"
            f" use {text[taken:].lower()!r}"
        )
    elif not _LEGAL.fullmatch(text):
        nearest = re.sub(r"[^-._a-z0-9]+", "-", text[taken:]).strip("-._")
        remedy = f": use {nearest!r}" if nearest else ""
        message = (
            f"{what} is none for BentoML: a-z, 0-9, '-', '.' and '_' are allowed, a letter or digit"
            f" at both ends{remedy}"
        )
    else:
        return
    raise UsageError(message, "tag", spec.project_name, {"text": text})
