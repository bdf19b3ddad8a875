"""Changing some values of a manifest and no other byte: comments, order and line ends stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mlops_ws.manifest import emit
from pytest_mlops_ws.manifest.nodes import Mapping, Scalar

if TYPE_CHECKING:
    from collections.abc import Mapping as Values

    from pytest_mlops_ws.manifest.emit import Plain
    from pytest_mlops_ws.manifest.nodes import Document, Node


def can_edit(document: Document) -> bool:
    """Whether the topmost mapping is written as lines, not in braces."""
    root = document.root
    return isinstance(root, Mapping) and not root.flow and bool(root.entries)


def edit(document: Document, changes: Values[str, Plain]) -> str:
    """Return the text with the topmost keys of *changes* set; a new key is added at the end.

    *document* must be one that `can_edit` accepts.
    """
    root = document.root
    if not isinstance(root, Mapping):
        message = "only a mapping has keys to change"
        raise TypeError(message)
    text = document.text
    newline = "\r\n" if "\r\n" in text else "\n"
    indent = root.entries[0][0].start.column
    added: list[str] = []
    for key, value in changes.items():
        if root.get(key) is None and value is not None:
            added += emit.entry(key, value, indent)
    if added:
        text = _append(text, _end(text, root), added, newline)
    # From the last to the first, so that the places before stay what they were.
    for key_node, node in reversed(root.entries):
        if key_node.text in changes:
            text = _replace(text, key_node, node, changes[key_node.text], newline)
    return text


def _append(text: str, end: int, lines: list[str], newline: str) -> str:
    at = text.find("\n", end) + 1
    if at == 0:
        at, text = len(text) + len(newline), text + newline
    return text[:at] + newline.join(lines) + newline + text[at:]


def _replace(text: str, key: Scalar, node: Node, value: Plain, newline: str) -> str:
    end = _end(text, node)
    if isinstance(value, (list, dict)) and value:
        is_block = not isinstance(node, Scalar) and not getattr(node, "flow", True)
        indent = max(node.start.column, key.start.column) if is_block else key.start.column + 2
        lines = emit.block(value, indent)
        if is_block:
            return text[: node.start.index] + newline.join(lines).lstrip(" ") + text[end:]
        return text[: _after_colon(text, key)] + newline + newline.join(lines) + text[end:]
    if isinstance(node, Scalar) and end > node.start.index:
        return text[: node.start.index] + emit.scalar(value) + text[end:]
    colon = _after_colon(text, key)
    return f"{text[:colon]} {emit.scalar(value)}{text[max(end, colon) :]}"


def _after_colon(text: str, key: Scalar) -> int:
    return text.index(":", key.end.index) + 1


def _end(text: str, node: Node) -> int:
    """Return where a node's last character ends: a block scalar's mark is lines further down."""
    return (
        len(text[: node.end.index].rstrip())
        if node.end.index > node.start.index
        else node.end.index
    )
