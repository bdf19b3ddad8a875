"""Reading a manifest: the one function behind the loader, the checker and the editors.

A good file goes a short way: its values are taken, the schema's closures accept them, and nothing
else is made or imported. Any other file is read again with places, and told in words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from pytest_mlops_ws.manifest import times
from pytest_mlops_ws.manifest.schema import accepts
from pytest_mlops_ws.manifest.values import UndecidedError, load

if TYPE_CHECKING:
    from pytest_mlops_ws.manifest.data import Manifest
    from pytest_mlops_ws.manifest.emit import Plain
    from pytest_mlops_ws.manifest.nodes import Document, Node, Scalar
    from pytest_mlops_ws.model.diagnostics import Diagnostic, Span


class Reading:
    """What one file says, and what is wrong with it. Ten thousand of them fit into memory.

    Attributes:
        path: what diagnostics call the file.
        content: its bytes.
        values: the topmost keys and what stands there; None if a diagnostic stops a loader, or
            the file is foreign.
        diagnostics: all that was found, warnings included, in the order of their places.
        foreign: whose file it is, if it is none of ours: ``dagster``.
    """

    __slots__ = ("content", "diagnostics", "foreign", "path", "values")

    def __init__(
        self,
        path: str,
        content: bytes,
        values: dict[str, Plain] | None,
        diagnostics: tuple[Diagnostic, ...] = (),
        foreign: str | None = None,
    ) -> None:
        self.path = path
        self.content = content
        self.values = values
        self.diagnostics = diagnostics
        self.foreign = foreign

    def __repr__(self) -> str:
        return f"Reading({self.path!r}, {self.values!r}, {self.diagnostics!r})"

    @property
    def document(self) -> Document:
        """The text with its places, made anew each time: hold on to it while you need it."""
        from pytest_mlops_ws.manifest.document import parse

        return parse(self.content, self.path)

    @property
    def manifest(self) -> Manifest | None:
        """The values as typed data; None if there are no values."""
        from pytest_mlops_ws.manifest.data import Manifest

        return None if self.values is None else Manifest.of(self.values)

    @property
    def root_keys(self) -> tuple[str, ...]:
        """The topmost keys in the order they stand, also of a file that cannot be loaded."""
        if self.values is not None:
            return tuple(self.values)
        return tuple(dict.fromkeys(key.text for key, _ in self._entries()[1]))

    def span(self, key: str) -> Span:
        """Return where the value of a topmost key stands; the file's beginning if it has none."""
        return self._span(key, 1)

    def key_span(self, key: str) -> Span:
        """Return where a topmost key stands; the file's beginning if it does not."""
        return self._span(key, 0)

    def _span(self, name: str, which: int) -> Span:
        document, entries = self._entries()
        for entry in entries:
            if entry[0].text == name:
                return document.span(entry[which])
        from pytest_mlops_ws.model.diagnostics import Span

        return Span(self.path)

    def _entries(self) -> tuple[Document, list[tuple[Scalar, Node]]]:
        document = self.document
        return document, getattr(document.root, "entries", [])


def read(content: bytes, path: str) -> Reading:
    """Read a manifest; *path* is what diagnostics call it. Never raises for what it holds."""
    try:
        values = load(content)
    except UndecidedError:
        return _examined(content, path)
    if accepts()(values) and not times.impossible(values):
        return Reading(path, content, values)
    return _examined(content, path)


def _examined(content: bytes, path: str) -> Reading:
    from pytest_mlops_ws.manifest import foreign
    from pytest_mlops_ws.manifest.document import parse
    from pytest_mlops_ws.manifest.nodes import Mapping, plain
    from pytest_mlops_ws.manifest.validation import validate

    document = parse(content, path)
    owner = foreign.owner(document, content)
    if owner is not None:
        return Reading(path, content, None, foreign=owner)
    faults = tuple(validate(document))
    values = None
    if isinstance(document.root, Mapping) and not any(fault.stops for fault in faults):
        values = cast("dict[str, Plain]", plain(document.root))
    return Reading(path, content, values, faults)
