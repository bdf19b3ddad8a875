"""The values of a document in which nothing is unusual, without their places.

Nearly all manifests are such, and reading places costs three times as much. Nothing is refused
here: what is not surely fine is undecided, and `document` says what is wrong, if anything is.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import yaml
from yaml import (
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from pytest_mlops_ws.manifest import rules
from pytest_mlops_ws.manifest.scalars import NUMERIC, WORDS, WORDS_11, is_ambiguous, settled

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from pytest_mlops_ws.manifest.emit import Plain

    NextEvent = Callable[[], Any]
    #: An alias is one, too, but has an anchor, which is looked at before all else.
    NodeEvent = ScalarEvent | MappingStartEvent | SequenceStartEvent

Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
#: However densely it is written, a byte makes little more than one value: ``[?:,?:,?:``.
_NEVER_TOO_MANY = rules.MAX_NODES // 2


class UndecidedError(Exception):
    """`document` must look at this."""


def load(content: bytes) -> Plain:
    """Return what *content* holds; times are the text they are.

    Raises:
        UndecidedError: it is no YAML, or more than a manifest may hold, or ambiguous.
    """
    try:
        if len(content) > rules.MAX_BYTES or not is_printable(content.decode()):
            raise UndecidedError
        next_event = Loader(content).get_event
        next_event()  # the stream begins
        if type(next_event()) is not DocumentStartEvent:
            raise UndecidedError
        value = _value(next_event(), next_event, 0)
        next_event()  # the document ends
        if type(next_event()) is not StreamEndEvent:
            raise UndecidedError
    except (yaml.YAMLError, ValueError) as error:
        raise UndecidedError from error
    if len(content) > _NEVER_TOO_MANY and _count(value) > rules.MAX_NODES:
        raise UndecidedError
    return value


def is_printable(text: str) -> bool:
    """Whether *text* surely has no character that YAML forbids."""
    return text.replace("\n", "").replace("\r", "").replace("\t", "").isprintable()


def _value(event: NodeEvent, next_event: NextEvent, depth: int) -> Plain:
    if event.anchor is not None or event.tag is not None:
        raise UndecidedError
    if type(event) is ScalarEvent:
        text = event.value
        if not event.implicit[0]:
            return text
        if text[:1] in NUMERIC:
            return settled(text)
        if text in WORDS_11:
            raise UndecidedError
        return WORDS.get(text, text)
    if depth == rules.MAX_DEPTH:
        raise UndecidedError
    if type(event) is MappingStartEvent:
        return _mapping(next_event, depth + 1)
    if type(event) is SequenceStartEvent:
        items: list[Plain] = []
        while type(item := next_event()) is not SequenceEndEvent:
            items.append(_value(item, next_event, depth + 1))
        return items
    raise UndecidedError


def _mapping(next_event: NextEvent, depth: int) -> dict[str, Plain]:
    found: dict[str, Plain] = {}
    while type(event := next_event()) is ScalarEvent:
        key = event.value
        if key in found or event.anchor is not None or event.tag is not None:
            raise UndecidedError
        if event.implicit[0] and (
            key in WORDS_11 or key == "<<" or (key[:1] in NUMERIC and is_ambiguous(key))
        ):
            raise UndecidedError
        # Ten thousand manifests have the same few keys.
        found[sys.intern(key)] = _value(next_event(), next_event, depth)
    if type(event) is not MappingEndEvent:
        raise UndecidedError
    return found


def _count(value: Plain) -> int:
    if isinstance(value, dict):
        return 1 + sum(1 + _count(item) for item in value.values())
    return 1 + sum(map(_count, value)) if isinstance(value, list) else 1
