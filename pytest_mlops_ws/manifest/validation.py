"""A document held against the JSON Schema, with places, and in the reader's words.

The schema is the only list of keys and values: this module knows its keywords, not its content.
"""

from __future__ import annotations

import difflib
import re
from functools import cache
from typing import TYPE_CHECKING, Any

from pytest_mlops_ws.manifest import rules, scalars
from pytest_mlops_ws.manifest.nodes import Mapping, Scalar, Sequence
from pytest_mlops_ws.manifest.schema import schema
from pytest_mlops_ws.model import names
from pytest_mlops_ws.model.diagnostics import Diagnostic, Span
from pytest_mlops_ws.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_mlops_ws.manifest.nodes import Document, Node
    from pytest_mlops_ws.model.diagnostics import Severity

#: The keywords this module understands, or that only describe. A test holds the schema to them.
KEYWORDS = frozenset(
    {"type", "not", "enum", "minimum", "maximum", "minLength", "maxLength", "pattern"}
    | {"items", "uniqueItems", "properties", "required", "additionalProperties"}
    | {"$schema", "$id", "title", "description", "examples", "default", "deprecated"}
)
_WORDS = {
    "string": "text",
    "integer": "a whole number",
    "null": "nothing",
    "array": "a list",
    "object": "a mapping",
}


def validate(document: Document) -> list[Diagnostic]:
    """Return all that is wrong with *document*: what its reading found, and what the schema says.

    A document that could not be read to its end is not judged further.
    """
    faults = list(document.diagnostics)
    if document.root is None:
        if not faults:
            where = Span(document.path)
            remedy = "write 'project_name: <name>'"
            faults.append(Diagnostic(rules.MISSING_KEY, "the file is empty", where, remedy))
        return faults
    faults += _Judge(document).judge()
    return sorted(faults, key=lambda fault: (fault.span.line, fault.span.column))


class _Judge:
    def __init__(self, document: Document) -> None:
        self._document = document

    def judge(self) -> Iterator[Diagnostic]:
        root = self._document.root
        if not isinstance(root, Mapping):
            if isinstance(root, (Scalar, Sequence)):
                message = f"the file holds {_kind(root)}, and a mapping of keys is expected"
                yield self._fault(rules.WRONG_TYPE, message, root, "write 'key: value' lines")
            return
        version = root.get("schema_version")
        if version is not None and _is_newer(version[1]):
            yield self._newer(version[1])
            return
        yield from self._mapping(schema(), root)

    def _newer(self, node: Node) -> Diagnostic:
        assert isinstance(node, Scalar)  # noqa: S101 -- for the type checker; _is_newer has looked
        message = f"this file is version {node.value}, this release reads {rules.SCHEMA_VERSION}"
        return self._fault(rules.NEWER_VERSION, message, node, "upgrade pytest-mlops-ws")

    def _mapping(self, part: dict[str, Any], node: Mapping) -> Iterator[Diagnostic]:
        properties: dict[str, Any] = part.get("properties", {})
        for key, value in node.entries:
            if key.text in properties:
                yield from self._value(properties[key.text], value, key.text)
            elif part.get("additionalProperties", True) is False:
                yield self._unknown(key, properties)
            else:
                yield from self._free(key)
                yield from self._free(value)
        for name in part.get("required", ()):
            if node.get(name) is None:
                message = f"the key '{name}' is missing"
                place = Span(self._document.path, node.start.line + 1, node.start.column + 1)
                remedy = f"write '{name}: <value>'"
                yield Diagnostic(rules.MISSING_KEY, message, place, remedy)

    def _unknown(self, key: Scalar, known: dict[str, Any]) -> Diagnostic:
        close = difflib.get_close_matches(key.text, known, n=1)
        remedy = (
            f"did you mean '{close[0]}'?" if close else "what is your own goes under 'metadata'"
        )
        message = f"unknown key '{_short(key.text)}'"
        return self._fault(rules.UNKNOWN_KEY, message, key, remedy, severity="warning")

    def _value(self, part: dict[str, Any], node: Node, name: str) -> Iterator[Diagnostic]:
        expected = part.get("type", ())
        expected = (expected,) if isinstance(expected, str) else tuple(expected)
        if isinstance(node, Mapping):
            fits = "object" in expected
        elif isinstance(node, Sequence):
            fits = "array" in expected
        elif isinstance(node, Scalar):
            fits = _type(node.value) in expected
        else:
            return
        if not fits:
            yield self._wrong_type(expected, node, name)
        elif isinstance(node, Mapping):
            yield from self._mapping(part, node)
        elif isinstance(node, Sequence):
            yield from self._items(part, node, name)
        else:
            yield from self._free(node)
            yield from self._scalar(part, node, name)

    def _wrong_type(self, expected: tuple[str, ...], node: Node, name: str) -> Diagnostic:
        wanted = " or ".join(_WORDS[kind] for kind in expected if kind != "null")
        remedy = None
        if "string" in expected and isinstance(node, Scalar) and node.text:
            remedy = f"quote it: '{_short(node.text)}'"
        message = f"'{name}' is {wanted}, not {_kind(node)}"
        return self._fault(rules.WRONG_TYPE, message, node, remedy)

    def _items(self, part: dict[str, Any], node: Sequence, name: str) -> Iterator[Diagnostic]:
        seen: set[str] = set()
        for index, item in enumerate(node.items):
            yield from self._value(part.get("items", {}), item, f"{name}[{index}]")
            if part.get("uniqueItems") and isinstance(item, Scalar):
                if item.text in seen:
                    message = f"'{name}' has '{_short(item.text)}' twice"
                    yield self._fault(rules.WRONG_VALUE, message, item, "remove one")
                seen.add(item.text)

    def _scalar(self, part: dict[str, Any], node: Scalar, name: str) -> Iterator[Diagnostic]:
        reason = _reason(part, node.value)
        if reason is None:
            return
        if name == "project_name":
            try:
                names.check(node.value)
            except UsageError as error:
                nearest = error.details["nearest"]
                remedy = f"use '{nearest}'" if nearest else None
                yield self._fault(
                    rules.WRONG_VALUE, error.message.partition("; use ")[0], node, remedy
                )
                return
        example = part.get("examples", [None])[0]
        remedy = f"for example {example!r}" if example is not None else None
        yield self._fault(rules.WRONG_VALUE, f"'{name}' {reason}", node, remedy)

    def _free(self, node: Node) -> Iterator[Diagnostic]:
        """Judge a value that may be anything: only whether all readers read the same."""
        if isinstance(node, Scalar):
            if node.plain and scalars.is_ambiguous(node.text):
                message = f"not all YAML readers read {node.text} alike"
                yield self._fault(
                    rules.AMBIGUOUS_SCALAR, message, node, _unambiguous(node), severity="warning"
                )
        elif isinstance(node, Sequence):
            for item in node.items:
                yield from self._free(item)
        elif isinstance(node, Mapping):
            for key, value in node.entries:
                yield from self._free(key)
                yield from self._free(value)

    def _fault(
        self,
        rule: str,
        message: str,
        node: Node,
        remedy: str | None = None,
        *,
        severity: Severity = "error",
    ) -> Diagnostic:
        return Diagnostic(rule, message, self._document.span(node), remedy, severity)


def _is_newer(node: Node) -> bool:
    return (
        isinstance(node, Scalar) and type(node.value) is int and node.value > rules.SCHEMA_VERSION
    )


def _type(value: scalars.Value) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    return "string" if isinstance(value, str) else "number"


def _kind(node: Node) -> str:
    """Say what a node is, as its writer may not have known."""
    if isinstance(node, Mapping):
        return "a mapping"
    if isinstance(node, Sequence):
        return "a list"
    if not isinstance(node, Scalar) or node.value is None:
        return "nothing"
    shown = _short(node.text)
    if isinstance(node.value, bool):
        return f"the truth value {shown}"
    return f"the number {shown}" if isinstance(node.value, (int, float)) else f"the text '{shown}'"


def _unambiguous(node: Scalar) -> str:
    if isinstance(node.value, bool):
        return f"write {str(node.value).lower()}, or quote it: '{node.text}'"
    return f"quote it: '{node.text}'"


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}…"  # noqa: PLR2004 -- what fits in a line


def _reason(part: dict[str, Any], value: scalars.Value) -> str | None:
    """Say why *value*, whose type is right, is not allowed; None if it is."""
    if isinstance(value, str):
        if len(value) < part.get("minLength", 0):
            return f"has fewer than {part['minLength']} characters" if value else "is empty"
        if len(value) > part.get("maxLength", len(value)):
            return f"has more than {part['maxLength']} characters"
        if "pattern" in part and not _compiled(part["pattern"]).search(value):
            return f"cannot be '{_short(value)}'"
        if value in part.get("not", {}).get("enum", ()):
            return f"cannot be '{value}', which is reserved"
    elif isinstance(value, int) and "minimum" in part and value < part["minimum"]:
        return f"is at least {part['minimum']}"
    return None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
