"""What a plain YAML scalar means, and whether all readers agree on it.

PyYAML and older tools follow YAML 1.1, editors and most other languages the core schema of 1.2:
``no`` is false to the one and a word to the other.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pytest_mlops_ws.manifest import rules

if TYPE_CHECKING:
    from collections.abc import Mapping

Value = str | int | float | bool | None

#: The words that mean the same to all readers.
WORDS: Mapping[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
#: The words that mean something to readers of YAML 1.1 only.
WORDS_11: Mapping[str, bool] = {
    **dict.fromkeys(("yes", "Yes", "YES", "on", "On", "ON"), True),
    **dict.fromkeys(("no", "No", "NO", "off", "Off", "OFF"), False),
}
#: What every number and every time begins with.
NUMERIC = frozenset("+-.0123456789")

# Text, not compiled: nearly every scalar is a word, a whole number or a URL and needs none of them.
_INT_11 = r"[-+]?(?:0b[01_]+|0x[0-9a-fA-F_]+|0[0-7_]+|0|[1-9][0-9_]*(?P<base60>(?::[0-5]?[0-9])+)?)"
_FLOAT_11 = (
    r"[-+]?(?:[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|(?P<base60>[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*))"
    r"|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?"
)
_TIMESTAMP_11 = (
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?"
    r"(?:[ \t]*(?:Z|[-+][0-9]{1,2}(?::[0-9]{2})?))?"
)
_INT_12 = r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+"
_FLOAT_12 = r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
_NUMBERS = (_INT_11, _FLOAT_11, _INT_12, _FLOAT_12)
_INFINITE = r"[-+]?\.(?:inf|Inf|INF)"
_NAN = frozenset({".nan", ".NaN", ".NAN"})


def resolve(text: str) -> Value:
    """Return what YAML 1.1 makes of a plain scalar; a timestamp stays the text it is.

    Raises:
        ValueError: it is a number too long to calculate with, to whatever reader.
    """
    if text[:1] not in NUMERIC:
        return WORDS[text] if text in WORDS else WORDS_11.get(text, text)
    too_long = ValueError(f"a number of {len(text)} digits")
    if len(text) > rules.MAX_DIGITS and any(re.fullmatch(number, text) for number in _NUMBERS):
        raise too_long
    if found := re.fullmatch(_INT_11, text):
        value = _integer_11(text, base60=found["base60"] is not None)
        if isinstance(value, int) and abs(value) > rules.MAX_INTEGER:
            raise too_long
        return value
    if found := re.fullmatch(_FLOAT_11, text):
        return _float_11(text, base60=found["base60"] is not None)
    return _special_float(text)


def settled(text: str) -> Value:
    """Return what every reader makes of a plain scalar.

    Raises:
        ValueError: they disagree, or it is a number too long to calculate with.
    """
    whole, point, rest = text.partition(".")
    digits = (
        len(text) < rules.MAX_DIGITS
        and text.isascii()
        and whole.isdigit()
        and (not point or rest.isdigit())
    )
    if digits and (whole[0] != "0" or whole == "0"):
        return float(text) if point else int(text)
    if is_ambiguous(text):
        message = f"readers disagree on {text}"
        raise ValueError(message)
    return resolve(text)


def is_ambiguous(text: str) -> bool:
    """Whether readers of YAML 1.1 and of 1.2 disagree about a plain scalar.

    Raises:
        ValueError: as for `resolve`.
    """
    if text[:1] not in NUMERIC:
        return text in WORDS_11
    if re.fullmatch(_TIMESTAMP_11, text):
        return True
    old, new = resolve(text), _resolve_12(text)
    return type(old) is not type(new) or repr(old) != repr(new)


def is_special(text: str) -> bool:
    """Whether a plain scalar is more than its text to any reader."""
    return is_ambiguous(text) or not isinstance(resolve(text), str)


def _resolve_12(text: str) -> Value:
    if re.fullmatch(_INT_12, text):
        return int(text, 0) if text[:2] in {"0o", "0x"} else int(text)
    if re.fullmatch(_FLOAT_12, text):
        return float(text)
    return _special_float(text)


def _special_float(text: str) -> str | float:
    if re.fullmatch(_INFINITE, text) or text in _NAN:
        return float(text.replace(".", ""))
    return text


def _integer_11(text: str, *, base60: bool) -> int | str:
    digits = text.replace("_", "")
    sign, digits = (-1 if digits[0] == "-" else 1), digits.lstrip("+-")
    if base60:
        return sign * int(_sexagesimal(digits))
    for prefix, base in (("0b", 2), ("0x", 16), ("0", 8)):
        if digits.startswith(prefix) and digits != "0":
            rest = digits[len(prefix) :]
            return sign * int(rest, base) if rest else text
    return sign * int(digits)


def _float_11(text: str, *, base60: bool) -> float:
    digits = text.replace("_", "")
    sign, digits = (-1.0 if digits[0] == "-" else 1.0), digits.lstrip("+-")
    try:
        return sign * (_sexagesimal(digits) if base60 else float(digits))
    except OverflowError as error:
        raise ValueError(*error.args) from error


def _sexagesimal(digits: str) -> float | int:
    total: float | int = 0
    for part in digits.split(":"):
        total = total * 60 + (float(part) if "." in part else int(part))
    return total
