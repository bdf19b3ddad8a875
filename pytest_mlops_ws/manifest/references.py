"""``${VAR}`` and ``${VAR:-default}`` in a URI."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pytest_mlops_ws.model.record import Record

if TYPE_CHECKING:
    from collections.abc import Mapping

_REFERENCE = r"\$\{(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?::-(?P<default>[^}]*))?\}"


class Expanded(Record):
    """A text with its references replaced as far as possible.

    Attributes:
        text: the outcome; references to what is missing stand in it as they did.
        used: the variables whose value is in it.
        missing: the variables that are needed, unset, and have no default.
    """

    text: str
    used: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def expand(text: str, environment: Mapping[str, str]) -> Expanded:
    """Replace the references in *text*; as in a shell, an empty variable takes the default."""
    if "${" not in text:
        return Expanded(text)
    used: list[str] = []
    missing: list[str] = []

    def value(reference: re.Match[str]) -> str:
        name, default = reference["name"], reference["default"]
        found = environment.get(name)
        if found or (found is not None and default is None):
            used.append(name)
            return found
        if default is not None:
            return default
        missing.append(name)
        return reference[0]

    outcome = re.sub(_REFERENCE, value, text)
    return Expanded(outcome, tuple(dict.fromkeys(used)), tuple(dict.fromkeys(missing)))
