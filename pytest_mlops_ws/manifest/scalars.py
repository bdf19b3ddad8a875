"""What a plain YAML scalar means, and whether all readers agree on it.

PyYAML and older tools follow YAML 1.1, editors and most other languages the core schema of 1.2:
``no`` is false to the one and a word to the other.
"""

from __future__ import annotations

import re

Value = str | int | float | bool | None

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE = frozenset({"true", "True", "TRUE"})
_FALSE = frozenset({"false", "False", "FALSE"})
_TRUE_11 = _TRUE | {"yes", "Yes", "YES", "on", "On", "ON"}
_FALSE_11 = _FALSE | {"no", "No", "NO", "off", "Off", "OFF"}

_INT_11 = re.compile(
    r"[-+]?(?:0b[01_]+|0x[0-9a-fA-F_]+|0[0-7_]+|0|[1-9][0-9_]*(?P<base60>(?::[0-5]?[0-9])+)?)"
)
_FLOAT_11 = re.compile(
    r"[-+]?(?:[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|(?P<base60>[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*))"
    r"|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?"
)
_TIMESTAMP_11 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?"
    r"(?:[ \t]*(?:Z|[-+][0-9]{1,2}(?::[0-9]{2})?))?"
)
_INT_12 = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT_12 = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_INFINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)")
_NAN = frozenset({".nan", ".NaN", ".NAN"})
# Nearly every scalar is a word or a URL, and is decided here.
_MAYBE_SPECIAL = re.compile(r"[-+.0-9~]|$|(?:[nN]|[tT]|[fF]|[yY]|[oO])")


def resolve(text: str) -> Value:  # noqa: PLR0911 -- one line a type
    """Return what YAML 1.1 makes of a plain scalar; a timestamp stays the text it is.

    Raises:
        ValueError: it is a number longer than Python converts.
    """
    if not _MAYBE_SPECIAL.match(text):
        return text
    if text in _NULL:
        return None
    if text in _TRUE_11:
        return True
    if text in _FALSE_11:
        return False
    if found := _INT_11.fullmatch(text):
        return _integer_11(text, base60=found["base60"] is not None)
    if found := _FLOAT_11.fullmatch(text):
        return _float_11(text, base60=found["base60"] is not None)
    return _special_float(text)


def is_ambiguous(text: str) -> bool:
    """Whether readers of YAML 1.1 and of 1.2 disagree about a plain scalar."""
    if not _MAYBE_SPECIAL.match(text):
        return False
    if _TIMESTAMP_11.fullmatch(text):
        return True
    old, new = resolve(text), _resolve_12(text)
    return type(old) is not type(new) or repr(old) != repr(new)


def is_special(text: str) -> bool:
    """Whether a plain scalar is more than its text to any reader."""
    return is_ambiguous(text) or not isinstance(resolve(text), str)


def _resolve_12(text: str) -> Value:
    if text in _NULL:
        return None
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    if _INT_12.fullmatch(text):
        return int(text, 0) if text[:2] in {"0o", "0x"} else int(text)
    if _FLOAT_12.fullmatch(text):
        return float(text)
    return _special_float(text)


def _special_float(text: str) -> str | float:
    if _INFINITE.fullmatch(text) or text in _NAN:
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
    return sign * (_sexagesimal(digits) if base60 else float(digits))


def _sexagesimal(digits: str) -> float | int:
    total: float | int = 0
    for part in digits.split(":"):
        total = total * 60 + (float(part) if "." in part else int(part))
    return total
