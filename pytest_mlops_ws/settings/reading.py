"""What people wrote, taken for what they meant; or an error that says what is allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mlops_ws.model.errors import UsageError
from pytest_mlops_ws.settings import OPTIONS
from pytest_mlops_ws.settings.values import CHECK_OPTIONS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pytest_mlops_ws.settings import Option, Value

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off", ""})
#: What ``[tool.mlops-ws]`` holds beside options.
TABLES = ("allow", "severity")


def table(path: str, text: str) -> dict[str, object]:
    """Return what ``[tool.mlops-ws]`` says in *text*, by the name of an option or table.

    Raises:
        UsageError: it is no TOML, or has a key that is no option.
    """
    from tomllib import TOMLDecodeError, loads  # here: what is typed is converted without it

    try:
        tool = loads(text).get("tool")
    except TOMLDecodeError as error:
        message = f"{path}: {error}"
        raise UsageError(message, operation="settings") from error
    found = tool.get("mlops-ws", {}) if isinstance(tool, dict) else {}
    if not isinstance(found, dict):
        message = f"{path}: [tool.mlops-ws] is a table, not {found!r}"
        raise UsageError(message, operation="settings")
    known = {option.name.replace("_", "-"): option.name for option in (*OPTIONS, *CHECK_OPTIONS)}
    known |= {name: name for name in TABLES}
    for key in sorted(found.keys() - known.keys()):
        message = f"{path}: [tool.mlops-ws] has no {key!r}{_did_you_mean(key, known)}"
        raise UsageError(message, operation="settings")
    return {known[key]: value for key, value in found.items()}


def _did_you_mean(word: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(word, list(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else f". There are: {', '.join(sorted(known))}"


def convert(option: Option, raw: object, origin: str) -> Value:
    """Return *raw*, which *origin* says, as the value of *option*.

    Raises:
        UsageError: it has the wrong type or is none of the choices.
    """
    if option.kind == "switch":
        if isinstance(raw, bool):
            return raw
        if isinstance(raw, str) and raw.lower() in _TRUE | _FALSE:
            return raw.lower() in _TRUE
        wanted = "true or false"
    elif option.kind == "words":
        if isinstance(raw, str):
            return tuple(raw.replace(",", " ").split())
        if isinstance(raw, (list, tuple)) and all(isinstance(word, str) for word in raw):
            return tuple(raw)
        wanted = "a list of names"
    else:
        if isinstance(raw, str) and (not option.choices or raw in option.choices):
            return raw
        wanted = " or ".join(option.choices) or "a text"
    message = f"{option.name.replace('_', '-')} = {raw!r} ({origin}): it must be {wanted}"
    raise UsageError(message, operation="settings", details={"option": option.name})
