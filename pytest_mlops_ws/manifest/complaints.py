"""What jsonschema complains of, at its place in the text and in the reader's words.

The schema is the only list of keys and values; what a person should read about a value stands
beside it, as ``errorMessage``, which editors show as well.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, cast

from pytest_mlops_ws.manifest import emit, rules, wording
from pytest_mlops_ws.manifest.nodes import Mapping, Scalar, Sequence, Unreadable, plain
from pytest_mlops_ws.manifest.schema import schema
from pytest_mlops_ws.model.diagnostics import Diagnostic, Edit, Fix, Span

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from jsonschema import ValidationError

    from pytest_mlops_ws.manifest.ambiguity import Path
    from pytest_mlops_ws.manifest.nodes import Document, Node

#: A value breaks one of these whatever else it breaks; of all others the first one is told.
_ON_THEIR_OWN = {"additionalProperties", "required", "uniqueItems"}
_MOST_MISTYPED = 100


def complaints(document: Document) -> Iterator[tuple[Path, Diagnostic]]:
    """Yield what the schema does not allow, and the path to the value that it is about."""
    told: set[tuple[Path, str]] = set()
    for error in _validator().iter_errors(cast("Any", plain(document.root))):
        path = tuple(error.absolute_path)
        keyword = str(error.validator)
        node = _at(document.root, path)
        topic = (path, keyword if keyword in _ON_THEIR_OWN else "")
        if node is not None and topic not in told:
            told.add(topic)
            yield from _Teller(document, error, path).tell(keyword, node)


@cache
def _validator() -> Any:  # noqa: ANN401 -- a class that is made here
    import jsonschema  # here: a good file must not pay a tenth of a second
    from jsonschema.validators import extend

    judge: Any = extend(  # type: ignore[no-untyped-call]  # the stub has no types for it
        jsonschema.Draft202012Validator, {"uniqueItems": _unique_items}
    )
    return judge(schema())


def _unique_items(validator: Any, unique: bool, items: Any, _: Any) -> Iterator[ValidationError]:  # noqa: ANN401, FBT001 -- as jsonschema calls it
    """Do what jsonschema does, which compares each item with each other: seconds for a file."""
    from jsonschema import ValidationError

    is_judged = unique and validator.is_type(items, "array")
    if is_judged and len({_comparable(item) for item in items}) < len(items):
        yield ValidationError("has non-unique elements")


def _comparable(value: Any) -> Hashable:  # noqa: ANN401 -- whatever JSON has
    """Return what is equal for equal values: true is not 1, and 1.0 is."""
    if isinstance(value, list):
        return tuple(map(_comparable, value))
    if isinstance(value, dict):
        return frozenset((key, _comparable(item)) for key, item in value.items())
    return (type(value), value) if isinstance(value, bool) else value


def _at(node: Node | None, path: Path) -> Node | None:
    """Return the node that *path* leads to; None if it has been complained of already."""
    for step in path:
        if isinstance(node, Sequence) and isinstance(step, int):
            node = node.items[step]
        elif isinstance(node, Mapping) and (found := node.get(str(step))):
            node = found[1]
        else:
            return None
    return None if isinstance(node, Unreadable) else node


class _Teller:
    """Tells one error."""

    def __init__(self, document: Document, error: ValidationError, path: Path) -> None:
        self._document = document
        self._error = error
        self._part = cast("dict[str, Any]", error.schema)
        self._path = path
        self._name = wording.dotted(path)

    def tell(self, keyword: str, node: Node) -> Iterator[tuple[Path, Diagnostic]]:
        """Yield what there is to say: mostly one thing."""
        if keyword == "additionalProperties" and isinstance(node, Mapping):
            yield from self._unknown_keys(node)
        elif keyword == "required" and isinstance(node, Mapping):
            yield from self._missing_keys(node)
        elif keyword == "uniqueItems" and isinstance(node, Sequence):
            yield from self._repeated_items(node)
        elif keyword == "type":
            yield self._path, self._wrong_type(node)
        else:
            yield self._path, self._wrong_value(keyword, node)

    def _unknown_keys(self, node: Mapping) -> Iterator[tuple[Path, Diagnostic]]:
        import difflib  # here: as above

        known = self._part.get("properties", {})
        unknown = [key for key, _ in node.entries if key.text not in known]
        # Who has more of them than that has not mistyped them.
        compared = known if len(unknown) <= _MOST_MISTYPED else ()
        for key in unknown:
            close = difflib.get_close_matches(key.text, compared, n=1)
            remedy, suggestion = "what is your own goes under 'metadata'", None
            if close:
                remedy = f"did you mean '{close[0]}'?"
                if node.get(close[0]) is None:
                    suggestion = self._suggestion(f"rename it to '{close[0]}'", key, close[0])
            message = f"unknown key '{wording.short(key.text)}'"
            where = self._document.span(key)
            yield (
                (*self._path, key.text),
                Diagnostic(
                    rules.UNKNOWN_KEY,
                    message,
                    where,
                    remedy,
                    "warning",
                    subject=key.text,
                    fix=suggestion,
                ),
            )

    def _missing_keys(self, node: Mapping) -> Iterator[tuple[Path, Diagnostic]]:
        for name in self._part["required"]:
            if node.get(name) is None:
                message = f"the key '{name}' is missing"
                place = Span(self._document.path, node.start.line + 1, node.start.column + 1)
                remedy = f"write '{name}: <value>'"
                yield (
                    (*self._path, name),
                    Diagnostic(rules.MISSING_KEY, message, place, remedy, subject=name),
                )

    def _repeated_items(self, node: Sequence) -> Iterator[tuple[Path, Diagnostic]]:
        seen: set[str] = set()
        for index, item in enumerate(node.items):
            if isinstance(item, Scalar):
                if item.text in seen:
                    message = f"'{self._name}' has '{wording.short(item.text)}' twice"
                    yield (
                        (*self._path, index),
                        self._fault(rules.WRONG_VALUE, message, item, "remove one"),
                    )
                seen.add(item.text)

    def _wrong_type(self, node: Node) -> Diagnostic:
        expected = self._error.validator_value
        expected = (expected,) if isinstance(expected, str) else tuple(cast("list[str]", expected))
        remedy = suggestion = None
        if "string" in expected and isinstance(node, Scalar) and node.text:
            remedy = f"quote it: '{wording.short(node.text)}'"
            suggestion = self._suggestion(remedy, node, node.text)
        message = f"'{self._name}' is {wording.kinds(expected)}, not {wording.kind(node)}"
        return self._fault(rules.WRONG_TYPE, message, node, remedy, suggestion)

    def _wrong_value(self, keyword: str, node: Node) -> Diagnostic:
        if self._path == ("project_name",) and (fault := self._bad_name(node)):
            return fault
        shown = wording.value(node)
        limit = self._error.validator_value
        if keyword == "minLength":
            message = f"'{self._name}' is empty"
            if self._error.instance:
                message = f"'{self._name}' has fewer than {limit} characters"
        elif keyword == "maxLength":
            message = f"'{self._name}' has more than {limit} characters"
        elif "errorMessage" in self._part:
            message = f"{self._part['errorMessage']}, not {shown}"
        else:
            message = f"'{self._name}' cannot be {shown}"
        example = self._part.get("examples", [None])[0]
        remedy = f"for example {example!r}" if example is not None else None
        return self._fault(rules.WRONG_VALUE, message, node, remedy)

    def _bad_name(self, node: Node) -> Diagnostic | None:
        from pytest_mlops_ws.model import names
        from pytest_mlops_ws.model.errors import UsageError

        try:
            names.check(node.value if isinstance(node, Scalar) else None)
        except UsageError as error:
            nearest = error.details["nearest"]
            remedy = suggestion = None
            if nearest:
                remedy = f"use '{nearest}'"
                suggestion = self._suggestion(remedy, node, nearest)
            message = error.message.partition("; use ")[0]
            return self._fault(rules.WRONG_VALUE, message, node, remedy, suggestion)
        return None

    def _suggestion(self, title: str, node: Node, text: str) -> Fix | None:
        """Return how to write *text* instead of a word; whether it is meant, people know."""
        if node.start.line != node.end.line:
            return None
        edit = Edit(node.start.index, node.end.index, emit.scalar(text))
        return Fix(title, self._document.path, (edit,), safe=False)

    def _fault(
        self, rule: str, message: str, node: Node, remedy: str | None, fix: Fix | None = None
    ) -> Diagnostic:
        where = self._document.span(node)
        return Diagnostic(rule, message, where, remedy, subject=self._name, fix=fix)
