"""A document held against the JSON Schema, and against what no schema can say."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from pytest_mlops_ws.manifest import rules, times, wording
from pytest_mlops_ws.manifest.ambiguity import ambiguities
from pytest_mlops_ws.manifest.complaints import complaints
from pytest_mlops_ws.manifest.nodes import Mapping, Scalar, Sequence, plain
from pytest_mlops_ws.manifest.schema import accepts
from pytest_mlops_ws.model.diagnostics import Diagnostic, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_mlops_ws.manifest.ambiguity import Path
    from pytest_mlops_ws.manifest.emit import Plain
    from pytest_mlops_ws.manifest.nodes import Document, Node


def validate(document: Document) -> list[Diagnostic]:
    """Return all that is wrong with *document*: what its reading found, and what the schema says.

    A document that could not be read to its end is not judged further.
    """
    faults = list(document.diagnostics)
    root = document.root
    if isinstance(root, Mapping):
        faults += _judged(document, root)
    elif root is None:
        if not faults:
            where = Span(document.path)
            remedy = "write 'project_name: <name>'"
            faults.append(Diagnostic(rules.MISSING_KEY, "the file is empty", where, remedy))
    elif isinstance(root, (Scalar, Sequence)):
        message = f"the file holds {wording.kind(root)}, and a mapping of keys is expected"
        remedy = "write 'key: value' lines"
        faults.append(Diagnostic(rules.WRONG_TYPE, message, document.span(root), remedy))
    return sorted(faults, key=lambda fault: (fault.span.line, fault.span.column, fault.rule))


def _judged(document: Document, root: Mapping) -> Iterator[Diagnostic]:
    version = root.get("schema_version")
    if version is not None and (newer := _newer(document, version[1])):
        yield newer
        return
    values = cast("dict[str, Plain]", plain(root))
    complained: set[Path] = set()
    #: What has to be written otherwise anyway is not called ambiguous as well.
    rejected: set[Path] = set()
    if not accepts()(values):
        for path, fault in complaints(document):
            yield fault
            complained.add(path)
            if fault.rule in {rules.WRONG_TYPE, rules.UNKNOWN_KEY}:
                rejected.add(path)
    impossible = times.impossible(values)
    for key, node in root.entries:
        reason = impossible.pop(key.text, None)
        if reason is not None and (key.text,) not in complained:
            message = f"'{key.text}' is no time: {reason}"
            where = document.span(node)
            yield Diagnostic(rules.WRONG_VALUE, message, where, subject=key.text)
    yield from ambiguities(document, root, rejected)


def _newer(document: Document, node: Node) -> Diagnostic | None:
    if not isinstance(node, Scalar) or isinstance(node.value, bool):
        return None
    # To JSON Schema 2.0 is a whole number.
    if not isinstance(node.value, (int, float)) or node.value % 1:
        return None
    if node.value <= rules.SCHEMA_VERSION:
        return None
    message = f"this file is version {node.text}, this release reads {rules.SCHEMA_VERSION}"
    remedy = "upgrade pytest-mlops-ws"
    return Diagnostic(
        rules.NEWER_VERSION, message, document.span(node), remedy, subject="schema_version"
    )
