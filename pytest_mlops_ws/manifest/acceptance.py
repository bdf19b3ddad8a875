"""A JSON Schema as closures that accept what is surely good.

That they accept means something, that they do not means nothing: then jsonschema is asked. So each
may be simpler and stricter than the schema: its only integers are Python's, and its only unique
items are texts. Where a keyword stands that it does not know, nothing is accepted.
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Schema = Mapping[str, Any]
    #: Says of a value whether it is surely good.
    Accepts = Callable[[Any], bool]

#: Keywords that describe and do not judge; the last three are known to editors only.
ANNOTATIONS = frozenset(
    {"$schema", "$id", "$comment", "title", "description", "examples", "default", "deprecated"}
    | {"deprecationMessage", "errorMessage", "patternErrorMessage"}
)
_TEXT = frozenset({str})


def compiled(schema: bool | Schema) -> Accepts:  # noqa: FBT001 -- true is a JSON Schema, too
    """Return a function that is true for values that satisfy *schema*, if not for all of them."""
    if isinstance(schema, bool):
        return _anything if schema else _nothing
    judges = _judges(schema)

    def accepts(value: object) -> bool:
        judge = judges.get(type(value))
        return judge is not None and judge(value)

    return accepts


def _judges(schema: Schema) -> dict[type, Accepts]:
    """Return what says of each type of value whether it is surely good."""
    judges: dict[type, Accepts] = {}
    if schema.keys() <= _KNOWN and _excludes_words(schema):
        names = schema.get("type", ())
        for name in (names,) if isinstance(names, str) else names:
            if name in _KINDS:
                kind, make = _KINDS[name]
                judges[kind] = make(schema)
    return judges


def _excludes_words(schema: Schema) -> bool:
    """Whether ``not``, if there is one, is about certain texts and nothing else."""
    excluded = schema.get("not", {"enum": ()})
    if not isinstance(excluded, dict) or excluded.keys() != {"enum"}:
        return False
    return all(type(word) is str for word in excluded["enum"])


def _anything(_: object) -> bool:
    return True


def _nothing(_: object) -> bool:
    return False


def _null(_: Schema) -> Accepts:
    return _anything


def _string(schema: Schema) -> Accepts:
    low, high = schema.get("minLength", 0), schema.get("maxLength", sys.maxsize)
    words = frozenset(schema["not"]["enum"]) if "not" in schema else frozenset()
    pattern = schema.get("pattern", "")
    search: Callable[[str], object] | None = None

    def accepts(text: str) -> bool:
        nonlocal search
        if not low <= len(text) <= high or text in words:
            return False
        if not pattern:
            return True
        if search is None:  # compiled when the first text comes: most patterns wait in vain
            search = re.compile(pattern).search
        return search(text) is not None

    return accepts


def _integer(schema: Schema) -> Accepts:
    low, high = schema.get("minimum"), schema.get("maximum")

    def accepts(number: int) -> bool:
        return (low is None or low <= number) and (high is None or number <= high)

    return accepts


def _array(schema: Schema) -> Accepts:
    item = compiled(schema.get("items", True))
    unique = schema.get("uniqueItems", False)

    def accepts(values: list[Any]) -> bool:
        if unique and not (set(map(type, values)) <= _TEXT and len(set(values)) == len(values)):
            return False
        return all(map(item, values))

    return accepts


def _object(schema: Schema) -> Accepts:
    parts = schema.get("properties", {})
    other = compiled(schema.get("additionalProperties", True))
    required = frozenset(schema.get("required", ()))
    # Not by `compiled`: each manifest has a dozen keys, and a call for each is saved.
    known = {key: _judges(part) for key, part in parts.items() if not isinstance(part, bool)}
    simple = {key: compiled(part) for key, part in parts.items() if isinstance(part, bool)}

    def accepts(value: dict[str, Any]) -> bool:
        for key, item in value.items():
            judges = known.get(key)
            judge = simple.get(key, other) if judges is None else judges.get(type(item), _nothing)
            if not judge(item):
                return False
        return required <= value.keys()

    return accepts


_KINDS: Mapping[str, tuple[type, Callable[[Schema], Accepts]]] = {
    "null": (type(None), _null),
    "string": (str, _string),
    "integer": (int, _integer),
    "array": (list, _array),
    "object": (dict, _object),
}
_KNOWN = ANNOTATIONS | {
    *("type", "not", "minLength", "maxLength", "pattern", "minimum", "maximum"),
    *("items", "uniqueItems", "properties", "required", "additionalProperties"),
}
