"""Values and types as messages show them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mlops_ws.manifest.nodes import Mapping, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pytest_mlops_ws.manifest.nodes import Node

#: What fits into a line beside the rest of the message.
_LONGEST = 60
_TYPES = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping",
}


def kinds(types: Iterable[str]) -> str:
    """Name JSON Schema's types; nothing is always meant and never said."""
    return " or ".join(_TYPES[kind] for kind in types if kind != "null") or "nothing"


def kind(node: Node) -> str:
    """Say what a node is, as its writer may not have known."""
    if isinstance(node, Mapping):
        return "a mapping"
    if isinstance(node, Sequence):
        return "a list"
    if not isinstance(node, Scalar) or node.value is None:
        return "nothing"
    shown = short(node.text)
    if isinstance(node.value, bool):
        return f"the truth value {shown}"
    return f"the number {shown}" if isinstance(node.value, (int, float)) else f"the text '{shown}'"


def value(node: Node) -> str:
    """Return a value as one would type it, or what it is if that is long."""
    if isinstance(node, Scalar) and node.value is not None:
        shown = short(node.text)
        return f"'{shown}'" if isinstance(node.value, str) else shown
    return kind(node)


def short(text: str) -> str:
    """Return *text*, or its beginning, on one line."""
    shown = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}…"
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode()
        for character in shown
    )


def dotted(path: Iterable[str | int]) -> str:
    """Return the keys and numbers that lead to a value as one name: ``source_paths[0]``."""
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return "".join(steps).removeprefix(".")
