"""Words without quotes that not all YAML readers read alike, and how to leave no doubt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mlops_ws.manifest import emit, rules, scalars, wording
from pytest_mlops_ws.manifest.nodes import Mapping, Scalar, Sequence
from pytest_mlops_ws.model.diagnostics import Diagnostic, Edit, Fix

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from pytest_mlops_ws.manifest.nodes import Document, Node

    #: Keys and numbers that lead from the topmost mapping to a value.
    Path = tuple[str | int, ...]


def ambiguities(
    document: Document, node: Node, settled: Container[Path] = (), path: Path = ()
) -> Iterator[Diagnostic]:
    """Yield each ambiguous scalar in *node*, but for those at and below the paths of *settled*."""
    if path in settled:
        return
    if isinstance(node, Scalar):
        yield from _ambiguity(document, node, path, is_key=False)
    elif isinstance(node, Sequence):
        for index, item in enumerate(node.items):
            yield from ambiguities(document, item, settled, (*path, index))
    elif isinstance(node, Mapping):
        for key, value in node.entries:
            inner = (*path, key.text)
            if inner not in settled:
                yield from _ambiguity(document, key, inner, is_key=True)
                yield from ambiguities(document, value, settled, inner)


def _ambiguity(
    document: Document, node: Scalar, path: Path, *, is_key: bool
) -> Iterator[Diagnostic]:
    if not node.plain or not scalars.is_ambiguous(node.text):
        return
    text = emit.scalar(node.text)
    remedy = title = f"quote it: {wording.short(text)}"
    # A key is text to us however it is written; and so is a time.
    same = is_key or isinstance(node.value, str)
    if isinstance(node.value, bool) and not is_key:
        text, same = emit.scalar(node.value), True
        title, remedy = f"write {text}", f"write {text}, or {remedy}"
    edit = Edit(node.start.index, node.end.index, text)
    yield Diagnostic(
        rules.AMBIGUOUS_SCALAR,
        f"not all YAML readers read {wording.short(node.text)} alike",
        document.span(node),
        remedy,
        "warning",
        subject=("key " if is_key else "") + wording.dotted(path),
        # What we have read so far stays what we read; otherwise people say what was meant.
        fix=Fix(title, document.path, (edit,), safe=same),
    )
