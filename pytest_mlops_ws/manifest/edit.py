"""Changing some keys of a manifest and no other byte: comments, order and line ends stay."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pytest_mlops_ws.manifest import emit
from pytest_mlops_ws.manifest.nodes import Mapping, Scalar
from pytest_mlops_ws.model.diagnostics import Edit

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from collections.abc import Mapping as Values

    from pytest_mlops_ws.manifest.emit import Plain
    from pytest_mlops_ws.manifest.nodes import Document, Node

_LINE_BREAK = r"\r\n|\r|\n"


def can_edit(document: Document) -> bool:
    """Whether the topmost mapping is written as lines, not in braces."""
    root = document.root
    return isinstance(root, Mapping) and not root.flow and bool(root.entries)


def edit(document: Document, changes: Values[str, Plain]) -> str:
    """Return the text with the topmost keys of *changes* set, as by `edits`."""
    return edited(document.text, edits(document, changes))


def edited(text: str, changes: Iterable[Edit]) -> str:
    """Return *text* with all *changes* made, which do not overlap."""
    # From the last to the first, so that the places before stay what they were.
    for change in sorted(changes, reverse=True):
        text = text[: change.start] + change.text + text[change.end :]
    return text


def edits(
    document: Document, changes: Values[str, Plain], removed: Collection[str] = ()
) -> list[Edit]:
    """Return how to set the topmost keys of *changes*, and to do without those of *removed*.

    A key that is not there yet is added at the end, unless its value is None. A removed key takes
    its lines along, with the comments between them; one above it stays, and one beside its value
    gets a line of its own.

    *document* must be one that `can_edit` accepts.
    """
    root = document.root
    if not isinstance(root, Mapping):
        message = "only a mapping has keys to change"
        raise TypeError(message)
    text = document.text
    found = re.search(_LINE_BREAK, text)
    newline = found[0] if found else "\n"
    made: list[Edit] = []
    for key, node in root.entries:
        if key.text in removed:
            made.append(_removal(text, key, node))
        elif key.text in changes:
            made.append(_replacement(text, key, node, changes[key.text], newline))
    indent = root.entries[0][0].start.column
    added: list[str] = []
    for name, value in changes.items():
        if root.get(name) is None and value is not None:
            added += emit.entry(name, value, indent)
    if added:
        at = _next_line(text, _end(text, root))
        # Where the last key ends without a line break, its change and the addition are one.
        last = made.pop() if made and made[-1].end == at else Edit(at, at, "")
        before = last.text or text[: last.start]
        made.append(last._replace(text=last.text + _addition(before, added, newline)))
    return made


def _addition(before: str, lines: list[str], newline: str) -> str:
    added = newline.join(lines) + newline
    return added if before.endswith(("\r", "\n")) else newline + added


def _removal(text: str, key: Scalar, node: Node) -> Edit:
    end = max(_end(text, node), _after_colon(text, key))
    start = key.start.index - key.start.column
    if text[start : key.start.index].strip(" ?"):
        start = key.start.index
    beside = text[end : _next_line(text, end)].lstrip(" \t")
    kept = f"{text[start : key.start.index]}{beside}" if beside[:1] == "#" else ""
    return Edit(start, _next_line(text, end), kept)


def _replacement(text: str, key: Scalar, node: Node, value: Plain, newline: str) -> Edit:
    end = _end(text, node)
    colon = _after_colon(text, key)
    if isinstance(value, (list, dict)) and value:
        is_block = not isinstance(node, Scalar) and not getattr(node, "flow", True)
        indent = max(node.start.column, key.start.column) if is_block else key.start.column + 2
        lines = newline.join(emit.block(value, indent))
        if is_block:
            return Edit(node.start.index, end, lines.lstrip(" "))
        return Edit(colon, max(end, colon), newline + lines)
    if isinstance(node, Scalar) and end > node.start.index:
        return Edit(node.start.index, end, emit.scalar(value))
    return Edit(colon, max(end, colon), f" {emit.scalar(value)}")


def _after_colon(text: str, key: Scalar) -> int:
    # A key after a question mark needs no colon, and is nothing that we edit well.
    return text.find(":", key.end.index) + 1 or key.end.index


def _next_line(text: str, index: int) -> int:
    """Return where the line after the one at *index* begins; the text's end if there is none."""
    found = re.compile(_LINE_BREAK).search(text, index)
    return found.end() if found else len(text)


def _end(text: str, node: Node) -> int:
    """Return where a node's last character ends: a block scalar's mark is lines further down."""
    return (
        len(text[: node.end.index].rstrip())
        if node.end.index > node.start.index
        else node.end.index
    )
