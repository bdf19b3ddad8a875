"""The YAML of DVC's files, with the place of every scalar.

Unlike a manifest, such a file may have anchors, merges and tens of thousands of lines. Read from
the parser's events, which do not recurse however deep the nesting is; an alias is the node itself
a second time, so that no bomb is built.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn, Protocol, cast

from pytest_mlops_ws.model.diagnostics import Span
from pytest_mlops_ws.model.record import Record

if TYPE_CHECKING:
    from collections.abc import Callable

    from yaml import YAMLError

#: About a second's work; ten times the largest ``dvc.lock`` seen.
MAX_NODES = 200_000
MAX_DEPTH = 100


class Mark(Protocol):
    """A place in the text, counted from 0, as PyYAML gives it."""

    @property
    def line(self) -> int: ...  # noqa: D102 -- see above

    @property
    def column(self) -> int: ...  # noqa: D102 -- see above


class Scalar(Record):
    """A text, whatever its type; *plain* if without quotes."""

    text: str
    plain: bool
    start: Mark
    end: Mark

    def span(self, path: str) -> Span:
        """Return where it stands in the file *path*."""
        start, end = self.start, self.end
        return Span(path, start.line + 1, start.column + 1, end.line + 1, end.column + 1)


class Sequence:
    """A list."""

    __slots__ = ("items",)

    def __init__(self) -> None:
        self.items: list[Node] = []


class Mapping:
    """Keys and values in the order they stand.

    Attributes:
        keys: each key's own scalar.
        values: what stands there.
    """

    __slots__ = ("keys", "values")

    def __init__(self) -> None:
        self.keys: dict[str, Scalar] = {}
        self.values: dict[str, Node] = {}


Node = Scalar | Sequence | Mapping


class UnreadableError(Exception):
    """The text is no YAML that DVC would take, or more than a check reads."""

    def __init__(self, message: str, mark: Mark | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.line = mark.line + 1 if mark else 1
        self.column = mark.column + 1 if mark else 1

    def span(self, path: str) -> Span:
        """Return where reading stopped."""
        return Span(path, self.line, self.column)


def parse(content: bytes) -> Node | None:
    """Return the topmost node; None if there is nothing but comments.

    Raises:
        UnreadableError: see there.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # Its places are those of what follows a byte order mark.
        before = error.object[: error.start].decode()
        line = before.count("\n")
        mark = _Place(line, len(before) - before.rfind("\n") - 1)
        message = f"byte 0x{error.object[error.start]:02x} is not UTF-8"
        raise UnreadableError(message, mark) from None
    return _Builder().build(text)


class _Place(Record):
    line: int
    column: int


def _stop(message: str, mark: Mark) -> NoReturn:
    raise UnreadableError(message, mark)


def _unreadable(error: YAMLError) -> UnreadableError:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    parts = (getattr(error, "context", None), getattr(error, "problem", None))
    message = " ".join(part for part in parts if part) or getattr(error, "reason", "") or str(error)
    return UnreadableError(message, mark)


class _Event(Protocol):
    start_mark: Mark
    end_mark: Mark
    anchor: str | None
    value: str
    implicit: tuple[bool, bool]


class _Builder:
    def __init__(self) -> None:
        self._root: Node | None = None
        self._open: list[Sequence | Mapping] = []
        #: For each open collection: its anchor, the key that waits for its value, and the keys
        #: that stand in it themselves, not by a merge.
        self._anchors: list[str | None] = []
        self._keys: list[Scalar | None] = []
        self._own: list[dict[str, bool]] = []
        self._known: dict[str, Node] = {}
        self._nodes = 0
        self._documents = 0

    def build(self, text: str) -> Node | None:
        import yaml  # here: a repository without DVC must not pay for it

        handlers: dict[type, Callable[[_Event], None]] = {
            yaml.ScalarEvent: self._scalar,
            yaml.MappingStartEvent: lambda event: self._begin(Mapping(), event),
            yaml.SequenceStartEvent: lambda event: self._begin(Sequence(), event),
            yaml.MappingEndEvent: self._end,
            yaml.SequenceEndEvent: self._end,
            yaml.AliasEvent: self._alias,
            yaml.DocumentStartEvent: self._document,
        }
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)
        try:
            while (event := loader.get_event()) is not None:
                handler = handlers.get(type(event))
                if handler is not None:
                    handler(cast("_Event", event))
        except yaml.YAMLError as error:
            raise _unreadable(error) from None
        finally:
            loader.dispose()
        return self._root

    def _document(self, event: _Event) -> None:
        self._documents += 1
        if self._documents > 1:
            _stop("a second document begins here", event.start_mark)

    def _count(self, event: _Event) -> None:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            _stop(f"it has more than {MAX_NODES} values", event.start_mark)

    def _scalar(self, event: _Event) -> None:
        self._count(event)
        node = Scalar(event.value, event.implicit[0], event.start_mark, event.end_mark)
        if event.anchor is not None:
            self._known[event.anchor] = node
        self._place(node, event)

    def _begin(self, node: Sequence | Mapping, event: _Event) -> None:
        self._count(event)
        if len(self._open) >= MAX_DEPTH:
            _stop(f"it is nested more than {MAX_DEPTH} deep", event.start_mark)
        self._place(node, event)
        self._open.append(node)
        self._anchors.append(event.anchor)
        self._keys.append(None)
        self._own.append({})

    def _end(self, _event: _Event) -> None:
        node = self._open.pop()
        self._keys.pop()
        self._own.pop()
        anchor = self._anchors.pop()
        # Known only now: what contains itself is refused as unknown.
        if anchor is not None:
            self._known[anchor] = node

    def _alias(self, event: _Event) -> None:
        self._count(event)
        node = self._known.get(event.anchor or "")
        if node is None:
            _stop(f"the alias '*{event.anchor}' stands for nothing before it", event.start_mark)
        self._place(node, event)

    def _place(self, node: Node, event: _Event) -> None:
        if not self._open:
            self._root = node
            return
        parent = self._open[-1]
        if isinstance(parent, Sequence):
            parent.items.append(node)
            return
        key = self._keys[-1]
        if key is None:
            if not isinstance(node, Scalar):
                _stop("a key that is no text", event.start_mark)
            self._keys[-1] = node
            return
        self._keys[-1] = None
        if key.plain and key.text == "<<":
            self._merge(parent, node, event)
        else:
            self._enter(parent, key, node)

    def _enter(self, parent: Mapping, key: Scalar, node: Node) -> None:
        # "1" and 1 are two keys; of one that came by a merge this is the better.
        own = self._own[-1]
        if own.get(key.text) is key.plain:
            _stop(f"the key '{key.text}' stands here a second time", key.start)
        own[key.text] = key.plain
        parent.keys[key.text] = key
        parent.values[key.text] = node

    def _merge(self, parent: Mapping, node: Node, event: _Event) -> None:
        for each in node.items if isinstance(node, Sequence) else [node]:
            if not isinstance(each, Mapping):
                _stop("'<<' merges mappings only", event.start_mark)
            for name, value in each.values.items():
                if name not in parent.values:
                    parent.keys[name] = each.keys[name]
                    parent.values[name] = value
