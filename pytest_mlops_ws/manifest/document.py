"""YAML text as nodes that know their places. Every fault is a diagnostic; only a bug raises.

Built on parser events instead of PyYAML's constructors: those are the slow part, keep the last of
two equal keys in silence, and recurse in C on deep nesting.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol, cast

import yaml

from pytest_mlops_ws.manifest import rules, scalars, wording
from pytest_mlops_ws.manifest.nodes import (
    Document,
    Mapping,
    Place,
    Scalar,
    Sequence,
    Unreadable,
    span,
)
from pytest_mlops_ws.manifest.values import is_printable
from pytest_mlops_ws.model.diagnostics import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Callable

    from yaml import MarkedYAMLError

    from pytest_mlops_ws.manifest.nodes import Mark, Node


class Event(Protocol):
    """What PyYAML's parser reports: which of these it has depends on its kind."""

    start_mark: Mark
    end_mark: Mark
    anchor: str | None
    tag: str | None
    value: str
    implicit: tuple[bool, bool]
    flow_style: bool


def parse(content: bytes, path: str) -> Document:
    """Read *content* as YAML; *path* is what diagnostics call it."""
    if len(content) > rules.MAX_BYTES:
        message = f"the file has {len(content)} bytes, and {rules.MAX_BYTES} are allowed"
        remedy = "keep what is large in a file of its own"
        return _unread(path, rules.LIMIT, message, Place(0, 0, 0), remedy)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # Its places are those of what follows a byte order mark.
        place = _place_after(error.object[: error.start].decode())
        message = f"byte 0x{error.object[error.start]:02x} is not UTF-8"
        return _unread(path, rules.ENCODING, message, place, "save the file as UTF-8")
    # Mostly decided without the pattern, which takes 5 ms to compile.
    if not is_printable(text) and (found := re.search(_UNPRINTABLE, text)):
        place = _place_after(text[: found.start()])
        message = f"the character U+{ord(found[0]):04X} is not allowed in YAML"
        return _unread(path, rules.ENCODING, message, place, "remove it")
    reader = _Reader(path)
    root = reader.read(text)
    faults = sorted(reader.faults, key=lambda fault: (fault.span.line, fault.span.column))
    return Document(path, text, root, tuple(faults))


# What YAML's production c-printable leaves out. PyYAML refuses it without saying where.
_UNPRINTABLE = r"[^\x09\x0a\x0d\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|\ufeff"


def _unread(path: str, rule: str, message: str, place: Place, remedy: str) -> Document:
    return Document(path, "", None, (Diagnostic(rule, message, span(path, place), remedy),))


def _place_after(before: str) -> Place:
    line = before.count("\n")
    return Place(len(before), line, len(before) - (before.rfind("\n") + 1))


class _StopError(Exception):
    """Nothing after this place can be read."""


class _Reader:
    def __init__(self, path: str) -> None:
        self.faults: list[Diagnostic] = []
        self._path = path
        self._root: Node | None = None
        #: The collections that are open, and for each mapping the key that waits for its value.
        self._open: list[Sequence | Mapping] = []
        self._keys: list[Scalar | Unreadable | None] = []
        self._seen: list[dict[str, Scalar]] = []
        self._nodes = 0
        self._documents = 0

    def read(self, text: str) -> Node | None:
        handlers: dict[type, Callable[[Event], None]] = {
            yaml.ScalarEvent: self._scalar,
            yaml.MappingStartEvent: self._mapping,
            yaml.SequenceStartEvent: self._sequence,
            yaml.MappingEndEvent: self._close,
            yaml.SequenceEndEvent: self._close,
            yaml.AliasEvent: self._alias,
            yaml.DocumentStartEvent: self._document,
        }
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)
        try:
            while (event := loader.get_event()) is not None:
                handler = handlers.get(type(event))
                if handler is not None:
                    handler(cast("Event", event))
        except _StopError:
            return None
        except yaml.MarkedYAMLError as error:
            self._syntax(error, text)
            return None
        finally:
            loader.dispose()
        return self._root

    def _syntax(self, error: MarkedYAMLError, text: str) -> None:
        place = cast("Mark", error.problem_mark or error.context_mark or _place_after(text))
        message = " ".join(part for part in (error.context, error.problem) if part)
        related = None
        if error.context_mark is not None and error.context_mark.index != place.index:
            related = span(self._path, cast("Mark", error.context_mark))
        self.faults.append(
            Diagnostic(rules.SYNTAX, message, span(self._path, place), related=related)
        )

    def _fault(self, rule: str, message: str, event: Event, remedy: str | None = None) -> None:
        where = span(self._path, event.start_mark, event.end_mark)
        self.faults.append(Diagnostic(rule, message, where, remedy))

    def _document(self, event: Event) -> None:
        self._documents += 1
        if self._documents > 1:
            self._fault(
                rules.FORBIDDEN_CONSTRUCT,
                "a second document begins here",
                event,
                "remove the '---', and what follows it",
            )
            raise _StopError

    def _count(self, event: Event) -> None:
        self._nodes += 1
        if self._nodes > rules.MAX_NODES:
            self._fault(rules.LIMIT, f"more than {rules.MAX_NODES} values", event)
            raise _StopError

    def _plainly_written(self, event: Event) -> bool:
        """Whether the node is free of tags and anchors: what a reader sees is what it is."""
        if event.anchor is not None:
            self._fault(
                rules.FORBIDDEN_CONSTRUCT,
                f"the anchor '&{wording.short(event.anchor)}'",
                event,
                "remove it",
            )
        if event.tag is not None:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            self._fault(
                rules.FORBIDDEN_CONSTRUCT, f"the tag '{wording.short(tag)}'", event, "remove it"
            )
        return event.anchor is None and event.tag is None

    def _alias(self, event: Event) -> None:
        self._count(event)
        self._fault(
            rules.FORBIDDEN_CONSTRUCT,
            f"the alias '*{wording.short(event.anchor or '')}'",
            event,
            "write the value itself",
        )
        self._place(Unreadable(event.start_mark, event.end_mark))

    def _scalar(self, event: Event) -> None:
        self._count(event)
        plain = event.implicit[0]
        node: Scalar | Unreadable = Unreadable(event.start_mark, event.end_mark)
        if self._plainly_written(event):
            try:
                value = scalars.resolve(event.value) if plain else event.value
                node = Scalar(event.value, value, event.start_mark, event.end_mark, plain=plain)
            except ValueError:
                self._fault(
                    rules.LIMIT, f"a number of {len(event.value)} digits", event, "quote it"
                )
        self._place(node)

    def _mapping(self, event: Event) -> None:
        self._begin(Mapping(event.start_mark, event.end_mark, flow=event.flow_style), event)

    def _sequence(self, event: Event) -> None:
        self._begin(Sequence(event.start_mark, event.end_mark, flow=event.flow_style), event)

    def _begin(self, node: Sequence | Mapping, event: Event) -> None:
        self._count(event)
        if len(self._open) >= rules.MAX_DEPTH:
            self._fault(rules.LIMIT, f"nested more than {rules.MAX_DEPTH} deep", event)
            raise _StopError
        self._plainly_written(event)
        self._place(node)
        self._open.append(node)
        self._keys.append(None)
        self._seen.append({})

    def _close(self, event: Event) -> None:
        node = self._open.pop()
        self._keys.pop()
        self._seen.pop()
        # A block ends where its last value ends: libyaml's mark is where the next token begins.
        node.end = event.end_mark if node.flow else _last_end(node)

    def _place(self, node: Node) -> None:
        if not self._open:
            self._root = node
            return
        parent = self._open[-1]
        if isinstance(parent, Sequence):
            parent.items.append(node)
            return
        key = self._keys[-1]
        if key is None:
            self._keys[-1] = self._key(node)
            return
        self._keys[-1] = None
        if isinstance(key, Scalar):
            parent.entries.append((key, node))

    def _key(self, node: Node) -> Scalar | Unreadable:
        if not isinstance(node, Scalar):
            if not isinstance(node, Unreadable):
                where = span(self._path, node.start)
                self.faults.append(
                    Diagnostic(rules.FORBIDDEN_CONSTRUCT, "a key that is no text", where)
                )
            return Unreadable(node.start, node.end)
        if node.plain and node.text == "<<":
            self.faults.append(
                Diagnostic(
                    rules.FORBIDDEN_CONSTRUCT,
                    "the merge key '<<'",
                    span(self._path, node.start, node.end),
                    "write the keys themselves",
                )
            )
            return Unreadable(node.start, node.end)
        first = self._seen[-1].setdefault(node.text, node)
        if first is not node:
            self.faults.append(
                Diagnostic(
                    rules.DUPLICATE_KEY,
                    f"the key '{wording.short(node.text)}' stands here a second time",
                    span(self._path, node.start, node.end),
                    "keep one of the two",
                    related=span(self._path, first.start, first.end),
                )
            )
        return node


def _last_end(node: Sequence | Mapping) -> Mark:
    if isinstance(node, Sequence):
        return node.items[-1].end if node.items else node.end
    return node.entries[-1][1].end if node.entries else node.end
