"""Where a file's comments say something to this tool; what stands in a string is no comment."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import partial
from typing import TYPE_CHECKING

from pytest_mlops_ws.model.record import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    #: Whether a line and a column, counted from 0, are inside a value.
    Inside = Callable[[int, int], bool]

#: What every file with such a comment contains: the others are not looked into.
MARK = b"mlops-ws:"
_WORD = "mlops-ws:"
#: A comment begins a line, or stands apart from what is before it.
_SIGN = re.compile(r"(?<!\S)#")
_YAML_LINE = re.compile(r"[^\r\n\x85\u2028\u2029]*(?:\r\n|[\r\n\x85\u2028\u2029]|\Z)")
_PYTHON_LINE = re.compile(r"[^\r\n]*(?:\r\n|[\r\n]|\Z)")
#: A quote opens where a value begins: elsewhere it is an apostrophe. One that is not closed holds
#: the rest of the line.
_QUOTED = re.compile(r"""(?<![^\s=:,\[{(-])(?:"(?:[^"\\]|\\.)*(?:"|\Z)|'[^']*(?:'|\Z))""")


class Comment(Record):
    """A comment with the mark in it.

    Attributes:
        line: counted from 1.
        column: of its ``#``, counted from 1.
        text: from its ``#`` to the end of the line.
        start: where it stands in the text without a byte order mark; None if that is not certain.
        before: what is before it on its line.
        newline: how many characters end the line.
    """

    line: int
    column: int
    text: str
    start: int | None
    before: str
    newline: int


def comments(path: str, content: bytes) -> list[Comment]:
    """Return the comments of a file that hold the mark, in their order."""
    if MARK not in content:
        return []
    if path.endswith((".py", ".pyi")):
        return list(_of_python(content))
    text = content.decode("utf-8-sig", "replace")
    inside = _scalars(text) if path.endswith((".yaml", ".yml", ".dvc", "dvc.lock")) else None
    return list(_of_lines(text, inside))


def _of_python(content: bytes) -> Iterator[Comment]:
    import io
    import tokenize

    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
        text = content.decode(encoding)
    except (SyntaxError, UnicodeDecodeError, LookupError):
        return
    lines = _PYTHON_LINE.findall(text)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    certain = encoding in {"utf-8", "utf-8-sig"}
    try:
        for token in tokenize.generate_tokens(iter([*lines, ""]).__next__):
            if token.type == tokenize.COMMENT and _WORD in token.string:
                row, column = token.start
                yield _comment(lines[row - 1], row, column, starts[row - 1] if certain else None)
    except (tokenize.TokenError, SyntaxError, ValueError):
        return  # what follows a broken place is not told apart


def _of_lines(text: str, inside: Inside | None) -> Iterator[Comment]:
    """Yield the comments of YAML, or of an ini file.

    Args:
        text: the file.
        inside: what is inside a value; without it, the quotes of each line tell.
    """
    certain = inside is not None and "\ufffd" not in text
    start = 0
    for number, line in enumerate(_YAML_LINE.findall(text)):
        signs = [found.start() for found in _SIGN.finditer(line)] if _WORD in line else []
        if signs:
            within = partial(inside, number) if inside else _quotes(line)
            column = next((column for column in signs if not within(column)), None)
            if column is not None and _WORD in line[column:]:
                yield _comment(line, number + 1, column, start if certain else None)
        start += len(line)


def _comment(line: str, number: int, column: int, start: int | None) -> Comment:
    """Return the comment from *column*, counted from 0, to the end of a line."""
    bare = line.rstrip("\r\n\x85\u2028\u2029")
    place = None if start is None else start + column
    return Comment(number, column + 1, bare[column:], place, bare[:column], len(line) - len(bare))


def _scalars(text: str) -> Inside | None:
    """Return a function that tells what is inside a value of a YAML text; None if it is none."""
    import yaml

    values: list[tuple[tuple[int, int], tuple[int, int]]] = []
    opening = (yaml.FlowSequenceStartToken, yaml.FlowMappingStartToken)
    depth = 0
    try:
        for token in yaml.scan(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            depth += isinstance(token, opening)
            depth -= isinstance(token, (yaml.FlowSequenceEndToken, yaml.FlowMappingEndToken))
            if depth > _MAX_DEPTH:
                return None
            if isinstance(token, yaml.ScalarToken):
                start, end = token.start_mark, token.end_mark
                # What follows the mark of a block scalar on its line is no part of it.
                block = token.style in {"|", ">"}
                first = (start.line + 1, 0) if block else (start.line, start.column)
                values.append((first, (end.line, end.column)))
    except yaml.YAMLError:
        return None

    def inside(line: int, column: int) -> bool:
        following = bisect_right(values, ((line, column), _FAR)) - 1
        return following >= 0 and (line, column) < values[following][1]

    return inside


_FAR = (1 << 60, 0)
#: libyaml's time grows with the square of it.
_MAX_DEPTH = 64


def _quotes(line: str) -> Callable[[int], bool]:
    """Return a function that tells what is inside quotes of a line."""
    quoted = [found.span() for found in _QUOTED.finditer(line)]

    def inside(column: int) -> bool:
        following = bisect_right(quoted, (column, len(line) + 1)) - 1
        return following >= 0 and column < quoted[following][1]

    return inside
