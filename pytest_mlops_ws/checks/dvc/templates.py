"""What stands in ``${…}`` in a ``dvc.yaml``, as far as the repository says it.

DVC knows parameters, ``vars``, and the items of a ``foreach`` or ``matrix``. A number is taken as
it is written: however DVC would spell it, it leads nowhere.
"""

from __future__ import annotations

import re
from itertools import product
from typing import TYPE_CHECKING

from pytest_mlops_ws.checks.dvc.nodes import Mapping, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_mlops_ws.checks.dvc.nodes import Node

#: More stages than that of one definition are not looked at.
MAX_STAGES = 1_000
#: More references than that in one text are no path.
_MAX_REFERENCES = 20
_REFERENCE = r"(?<!\\)\$\{(.*?)\}"

#: Values by their topmost name; the first scope that knows a path has it.
Scope = dict[str, "Node"]


class UndecidedError(Exception):
    """A reference to something that is nowhere in the repository."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


def expand(text: str, scopes: list[Scope], *, nested: bool = True) -> str:
    """Replace every reference in *text*; one in a ``foreach`` may hold another, and no further.

    Raises:
        UndecidedError: one of them leads to nothing, or to more than a word.
    """
    if "${" not in text:
        return text

    def value(match: re.Match[str]) -> str:
        node = select(match[1], scopes)
        if not isinstance(node, Scalar):
            raise UndecidedError(match[0])
        return expand(node.text, scopes, nested=False) if nested else node.text

    if text.count("${") > _MAX_REFERENCES:
        raise UndecidedError(text)
    return re.sub(_REFERENCE, value, text).replace("\\${", "${")


def select(path: str, scopes: list[Scope]) -> Node | None:
    """Return what ``a.b[0].c`` leads to; None if that is nowhere."""
    first, *rest = path.strip().replace("[", ".").replace("]", "").split(".")
    for scope in scopes:
        node = scope.get(first)
        for word in rest:
            node = _member(node, word)
        if node is not None:
            return node
    return None


def _member(node: Node | None, word: str) -> Node | None:
    if isinstance(node, Mapping):
        return node.values.get(word)
    if isinstance(node, Sequence) and word.isdigit() and int(word) < len(node.items):
        return node.items[int(word)]
    return None


def stages(
    name: str, definition: Mapping, scopes: list[Scope]
) -> Iterator[tuple[str, Node, Scope]]:
    """Yield the stages that one definition makes: each one's name, body, and own scope.

    Raises:
        UndecidedError: what they are made for is nowhere, or they are too many.
    """
    matrix, items = definition.values.get("matrix"), definition.values.get("foreach")
    if isinstance(matrix, Mapping):
        for scope in _combinations(matrix, scopes):
            yield f"{name}@{_text(scope['key'])}", definition, scope
    elif items is not None:
        body = definition.values.get("do")
        if body is not None:
            for scope in _each(items, scopes):
                yield f"{name}@{_text(scope['key'])}", body, scope
    else:
        yield name, definition, {}


def _each(items: Node, scopes: list[Scope]) -> Iterator[Scope]:
    node = _whole(items, scopes)
    if isinstance(node, Mapping):
        _limit(len(node.values), "foreach")
        for name, value in node.values.items():
            yield {"item": value, "key": node.keys[name]}
    elif isinstance(node, Sequence):
        _limit(len(node.items), "foreach")
        simple = all(isinstance(item, Scalar) for item in node.items)
        for index, item in enumerate(node.items):
            yield {"item": item, "key": item if simple else _word(str(index))}
    else:
        what = "foreach"
        raise UndecidedError(what)


def _combinations(matrix: Mapping, scopes: list[Scope]) -> Iterator[Scope]:
    axes: list[list[tuple[int, Node]]] = []
    count = 1
    for values in matrix.values.values():
        node = _whole(values, scopes)
        if not isinstance(node, Sequence):
            what = "matrix"
            raise UndecidedError(what)
        axes.append(list(enumerate(node.items)))
        count *= len(node.items)
        _limit(count, "matrix")
    names = list(matrix.values)
    for combination in product(*axes):
        item = Mapping()
        words = []
        for name, (index, value) in zip(names, combination, strict=True):
            item.keys[name] = matrix.keys[name]
            item.values[name] = value
            words.append(value.text if isinstance(value, Scalar) else f"{name}{index}")
        yield {"item": item, "key": _word("-".join(words))}


def _whole(node: Node, scopes: list[Scope]) -> Node:
    """Return what a text that is one reference stands for, and anything else as it is."""
    if not isinstance(node, Scalar):
        return node
    match = re.fullmatch(_REFERENCE, node.text)
    found = select(match[1], scopes) if match else None
    if found is None:
        raise UndecidedError(node.text)
    return found


def _limit(count: int, what: str) -> None:
    if count > MAX_STAGES:
        what = f"{what} of {count} stages"
        raise UndecidedError(what)


class _Nowhere:
    line = column = 0


def _word(text: str) -> Scalar:
    return Scalar(text, True, _Nowhere(), _Nowhere())


def _text(node: Node) -> str:
    return node.text if isinstance(node, Scalar) else ""
