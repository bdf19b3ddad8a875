"""The values of a document that has a key and its value on each line, as nearly all have.

Such a document needs no YAML parser, whose import takes longer than fourteen of them. Nothing is
refused here: what is not surely fine, and surely the same to every reader of YAML, is undecided,
and `document` looks at it.
"""

from __future__ import annotations

import sys
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from pytest_mlops_ws.manifest import rules
from pytest_mlops_ws.manifest.scalars import NUMERIC, WORDS, WORDS_11, settled

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from pytest_mlops_ws.manifest.emit import Plain
    from pytest_mlops_ws.manifest.scalars import Value

    #: A line's column, its key (none: an item of a list), and what stands behind that.
    Line = tuple[int, str | None, Plain]

#: Stands for a value that follows on the next lines; no value on a line can be this.
_BELOW: Final = "\n"
#: A line that says nothing.
_NOTHING: Final[Line] = (-1, None, None)
#: Lines are known from other documents; what can be changed is each document's own.
_OWN: Final[Mapping[type, Callable[[Any], Plain]]] = {list: list, dict: dict}
#: What an unquoted text may begin with, letters and digits aside. YAML allows more.
_FIRST: Final = frozenset("/._$~+(")
#: What may mean something to YAML between brackets.
_FLOW: Final = frozenset(":?[]{}#&*!|>%@`'\"\\")
_QUOTES: Final = frozenset("'\"")
#: What may follow the colon behind a key.
_AFTER_KEY: Final = frozenset({"", " "})
#: Deeper, and the limit may be near.
_DEEP: Final = rules.MAX_DEPTH // 2


class UndecidedError(Exception):
    """`document` must look at this."""


def load(content: bytes) -> dict[str, Plain]:
    """Return what *content* holds; times are the text they are.

    Raises:
        UndecidedError: it is no YAML, or more than a manifest may hold, or ambiguous, or merely
            written in another way.
    """
    try:
        lines = content.decode().replace("\r\n", "\n").split("\n")
        if len(content) > rules.MAX_BYTES:
            raise UndecidedError
        values = _read(lines[1:] if lines[0] == "---" else lines)
    except ValueError as error:
        raise UndecidedError from error
    # No line makes more values than it has bytes, or nearly so.
    if not values or (len(content) >= rules.MAX_NODES and _count(values) > rules.MAX_NODES):
        raise UndecidedError
    return values


def is_printable(text: str) -> bool:
    """Whether *text* surely has no character that YAML forbids."""
    return text.replace("\n", "").replace("\r", "").replace("\t", "").isprintable()


def _read(lines: list[str]) -> dict[str, Plain]:
    mapping: dict[str, Plain] = {}
    column = 0
    around: list[tuple[dict[str, Plain], int]] = []
    #: The key whose value is still to come, and the list that may go on.
    waiting: str | None = None
    items: list[Plain] = []
    items_column = -1
    for line in lines:
        here, key, value = _parsed(line)
        if key is None:
            if here < 0:
                continue
            if waiting is not None and here >= column:
                mapping[waiting] = items = []
                items_column, waiting = here, None
            if here != items_column:
                raise UndecidedError
            items.append(value)
            continue
        items_column = -1
        if here > column:
            if waiting is None or len(around) == _DEEP:
                raise UndecidedError
            around.append((mapping, column))
            inner: dict[str, Plain] = {}
            mapping[waiting] = inner
            mapping, column = inner, here
        while here < column:
            mapping, column = around.pop()
        if here != column or key in mapping:
            raise UndecidedError
        waiting = key if value is _BELOW else None
        own = _OWN.get(type(value))
        mapping[key] = own(value) if own else None if waiting else value
    return around[0][0] if around else mapping


@lru_cache(512)  # ten thousand manifests have many lines in common
def _parsed(line: str) -> Line:
    if not line.isprintable():  # nor has it a tab
        raise UndecidedError
    start, colon, text = line.partition(":")
    if colon and text[:1] in _AFTER_KEY:
        column, key = _start(start)
        if key is not None:
            text = text.strip(" ")
            return column, key, _BELOW if not text or text[0] == "#" else _value(text)
    content = line.strip(" ")
    if not content or content[0] == "#":
        return _NOTHING
    if content[:2] != "- ":
        raise UndecidedError
    item = _value(content[2:].lstrip(" "))
    if isinstance(item, (list, dict)):
        raise UndecidedError
    return len(line) - len(line.lstrip(" ")), None, item


@lru_cache(512)  # and all have the same keys
def _start(text: str) -> tuple[int, str | None]:
    """Return the column and the key of a line that begins with *text* and a colon, if it is one."""
    key = text.lstrip(" ")
    if key[:2] == "- " or key[:1] == "#":
        return 0, None
    return len(text) - len(key), _word(key)


def _word(key: str) -> str:
    if not key.replace("-", "_").isidentifier() or key[0] == "-":
        raise UndecidedError
    if key in WORDS_11 or len(key) > rules.MAX_KEY:
        raise UndecidedError
    return sys.intern(key)


def _value(text: str) -> Plain:
    first = text[0]
    if first in _QUOTES:
        inside, closing, rest = text[1:].partition(first)
        if not closing or (rest and (rest[0] != " " or rest.lstrip(" ")[0] != "#")):
            raise UndecidedError
        return _quoted(inside, first)
    if " #" in text:
        text = text.partition(" #")[0].rstrip(" ")
    brackets = first + text[-1]
    if brackets not in {"[]", "{}"}:
        return _plain(text)
    inside = text[1:-1].strip(" ")
    parts = [part.strip(" ") for part in inside.split(",")] if inside else []
    return [_item(part) for part in parts] if first == "[" else _flow_mapping(parts)


def _flow_mapping(parts: list[str]) -> dict[str, Plain]:
    found: dict[str, Plain] = {}
    for part in parts:
        key, _, text = part.partition(": ")
        if key in found:
            raise UndecidedError
        found[_word(key)] = _item(text.lstrip(" "))
    return found


def _item(text: str) -> Value:
    if text and text[0] in _QUOTES:
        inside, closing, rest = text[1:].partition(text[0])
        if not closing or rest:
            raise UndecidedError
        return _quoted(inside, text[0])
    if not text or not _FLOW.isdisjoint(text):
        raise UndecidedError
    return _plain(text)


def _quoted(inside: str, quote: str) -> str:
    if quote == '"' and "\\" in inside:
        raise UndecidedError
    return inside


def _plain(text: str) -> Value:
    first = text[0]
    if ": " in text or text[-1] == ":" or text in WORDS_11 or first == "-":
        raise UndecidedError
    if first in NUMERIC:
        return settled(text)
    if not first.isalnum() and first not in _FIRST:
        raise UndecidedError
    return WORDS.get(text, text)


def _count(value: Plain) -> int:
    if isinstance(value, dict):
        return 1 + sum(1 + _count(item) for item in value.values())
    return 1 + sum(map(_count, value)) if isinstance(value, list) else 1
