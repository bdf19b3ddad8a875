"""Values as YAML text that readers of YAML 1.1 and 1.2 read alike. Standard library only."""

from __future__ import annotations

import datetime as dt
import numbers
import re
from collections.abc import Mapping, Sequence
from pathlib import PurePath

from pytest_mlops_ws.manifest import rules, scalars
from pytest_mlops_ws.model.errors import UsageError

Plain = str | int | float | bool | None | list["Plain"] | dict[str, "Plain"]

_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#: What a text that needs no quotes begins with, what its other words do, and what they are made of.
_BEGINS = frozenset(f"{_LETTERS}/")
_CONTINUES = frozenset(f"{_LETTERS}0123456789_./(+=~")
_HOLDS = f"{_LETTERS}0123456789_./:@%+=~()-"
#: YAML 1.1 names them, PyYAML does not know them: other readers may.
_SHORT_BOOLEANS = frozenset("yYnN")
# Text, not compiled: few values need it.
_NEEDS_ESCAPE = (
    r"[^\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)


def plain(value: object, where: str = "metadata") -> Plain:  # noqa: PLR0911 -- one line a type
    """Return *value* as YAML can hold it: times and paths as text, other numbers as Python's.

    Raises:
        UsageError: something in it has no YAML form; *where* is how the message calls the place.
    """
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, numbers.Integral):
        return _integer(int(value), where)
    if isinstance(value, numbers.Real):
        return float(value)
    if isinstance(value, (dt.datetime, dt.date)):
        return value.isoformat()
    if isinstance(value, PurePath):
        return str(value)
    if isinstance(value, Mapping):
        return {_key(key, where): plain(item, f"{where}.{key}") for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray)):
        return [plain(item, f"{where}[{index}]") for index, item in enumerate(value)]
    message = (
        f"{where} is of type {type(value).__name__}, which workspace.yaml cannot hold;"
        " use text, numbers, lists and mappings"
    )
    raise UsageError(message)


def same(one: Plain, other: Plain) -> bool:
    """Whether two values are written alike: unlike ``==``, 1 is not True, and nan is nan."""
    return repr(one) == repr(other)


def entry(key: str, value: Plain, indent: int = 0) -> list[str]:
    """Return the lines of one key and its value, *indent* columns in."""
    return _entry(key, value, indent, depth=2)


def block(value: Plain, indent: int) -> list[str]:
    """Return the lines of a list or mapping that is the value of a topmost key."""
    return _block(value, indent, depth=2)


def scalar(value: Plain) -> str:
    """Return the text of a value that fits on a line: a scalar, or an empty collection."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return _float(value)
    return "{}" if isinstance(value, dict) else "[]"


def _integer(value: int, where: str) -> int:
    if abs(value) > rules.MAX_INTEGER:
        message = f"{where} is a number with too many digits for workspace.yaml; write it as text"
        raise UsageError(message)
    return value


def _entry(key: str, value: Plain, indent: int, depth: int) -> list[str]:
    quoted = _text(key)
    name = " " * indent + quoted
    if len(quoted) > rules.MAX_KEY:
        message = f"A key in metadata has more than {rules.MAX_KEY} characters: {key[:40]!r}…"
        raise UsageError(message)
    if isinstance(value, (list, dict)) and value:
        return [f"{name}:", *_block(value, indent + 2, depth)]
    return [f"{name}: {scalar(value)}"]


def _block(value: Plain, indent: int, depth: int) -> list[str]:
    if depth > rules.MAX_DEPTH:
        message = f"metadata is nested more than {rules.MAX_DEPTH - 1} deep"
        raise UsageError(message)
    lines: list[str] = []
    if isinstance(value, dict):
        for key, item in value.items():
            lines += _entry(key, item, indent, depth + 1)
    elif isinstance(value, list):
        for item in value:
            lines += _item(item, indent, depth + 1)
    return lines


def _item(item: Plain, indent: int, depth: int) -> list[str]:
    dash = " " * indent + "- "
    if isinstance(item, (list, dict)) and item:
        first, *rest = _block(item, indent + 2, depth)
        return [dash + first.lstrip(" "), *rest]
    return [dash + scalar(item)]


def _key(key: object, where: str) -> str:
    if isinstance(key, str):
        return key
    message = f"{where} has the key {key!r}; keys are text, so write {str(key)!r}"
    raise UsageError(message)


def _text(text: str) -> str:
    if _is_safe(text) and text not in _SHORT_BOOLEANS and not scalars.is_special(text):
        return text
    # Mostly decided without the pattern, which takes 5 ms to compile.
    if (text.isascii() and text.isprintable()) or not re.search(_NEEDS_ESCAPE, text):
        return "'" + text.replace("'", "''") + "'"
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{re.sub(_NEEDS_ESCAPE, _escape, quoted)}"'


def _is_safe(text: str) -> bool:
    """Whether no word ends in a colon, and none begins with what YAML uses.

    Without a pattern, which takes a millisecond to compile.
    """
    first, *others = text.split(" ")
    return (
        first[:1] in _BEGINS
        and first[-1] != ":"
        and not first.strip(_HOLDS)
        and all(
            word[:1] in _CONTINUES and word[-1] != ":" and not word.strip(_HOLDS) for word in others
        )
    )


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    if 0xD800 <= code <= 0xDFFF:  # noqa: PLR2004 -- the surrogates, which are no characters
        message = f"A text in metadata holds U+{code:04X}, half a character; remove it"
        raise UsageError(message)
    named = {"\n": "\\n", "\t": "\\t", "\r": "\\r"}
    return named.get(found[0]) or f"\\u{code:04x}"


def _float(value: float) -> str:
    text = repr(value)
    if text in {"inf", "-inf", "nan"}:
        return text.replace("inf", ".inf").replace("nan", ".nan")
    # YAML 1.1 sees a number in 1.0e+16, and a word in 1e+16.
    mantissa, exponent, power = text.partition("e")
    return f"{mantissa}.0e{power}" if exponent and "." not in mantissa else text
