"""What one Python file hands to MLflow and to us, read from its syntax tree.

Only what stands there literally is seen: a text, a name that the module assigns once to a text,
the literal beginning of an f-string, and paths put together from those. What is computed is not
decidable, and not guessed. Docstrings mention nothing.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Literal

from pytest_mlops_ws.model.diagnostics import Span
from pytest_mlops_ws.model.record import Record

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from pytest_mlops_ws.checks.project import Project

#: ``experiment``: a name of one. ``tracking``: a tracking URI. ``project``: a project's name that
#: is opened or made. ``path``: a path that begins with a base of workspaces.
Kind = Literal["experiment", "tracking", "project", "path"]

#: The last part of what is called, the position of the argument, its keyword, and what it is.
_CALLS: dict[str, tuple[int, str, Kind]] = {
    "set_experiment": (0, "experiment_name", "experiment"),
    "create_experiment": (0, "name", "experiment"),
    "get_experiment_by_name": (0, "name", "experiment"),
    "set_tracking_uri": (0, "uri", "tracking"),
    "from_project": (0, "name", "project"),
    "create_client": (0, "name", "project"),
    "MLOpsClient": (0, "project_name", "project"),
    "ProjectWorkspace": (0, "project_name", "project"),
    "get_workspace": (0, "project_name", "project"),
    "create_workspace": (0, "project_name", "project"),
    "get_or_create_workspace": (0, "project_name", "project"),
    "delete_workspace": (0, "project_name", "project"),
    "update_workspace_metadata": (0, "project_name", "project"),
}
_VARIABLES: dict[str, Kind] = {
    "MLFLOW_EXPERIMENT_NAME": "experiment",
    "MLFLOW_TRACKING_URI": "tracking",
}
#: ``os.environ.setdefault``, ``monkeypatch.setenv``, ``os.putenv``: a variable and its value.
_SETTERS = frozenset({"setdefault", "setenv", "putenv"})
_JOINERS = frozenset({"join", "joinpath", "Path", "PurePath", "PosixPath"})


class Mention(Record):
    """One literal in a project's code.

    Attributes:
        kind: what it names.
        text: the literal; of a path, its beginning as far as it is literal.
        span: where it stands.
        project: whose code it stands in.
    """

    kind: Kind
    text: str
    span: Span
    project: Project


class _Text(Record):
    """A text as far as it stands there.

    Attributes:
        text: the literal part.
        whole: whether nothing of it is computed.
        ends: whether its end is literal, so that what is joined to it follows on.
    """

    text: str
    whole: bool
    ends: bool


_COMPUTED = _Text("", whole=False, ends=False)


def collect(
    content: bytes, path: str, project: Project, bases: Collection[str]
) -> Iterator[Mention]:
    """Yield what a file mentions, in the order of its lines.

    Args:
        content: the file.
        path: how it is called.
        project: whose it is.
        bases: directories of workspaces, relative to the repository's root.

    Raises:
        SyntaxError: it is no Python of this version.
        ValueError: it holds a NUL.
    """
    import warnings

    text = None if content.isascii() else _text(content)
    with warnings.catch_warnings():
        # An invalid escape in somebody's string is not ours to complain of.
        warnings.simplefilter("ignore")
        tree = ast.parse(text or content, path)
    reader = _Reader(path, project, bases, tree, text)
    found = [mention for node in ast.walk(tree) for mention in reader.of(node)]
    yield from sorted(set(found), key=lambda each: (each.span.line, each.span.column))


def _text(content: bytes) -> str | None:
    """Return a file that is not all ASCII as text; None if it is none, which the parser tells."""
    from importlib.util import decode_source

    try:
        return decode_source(content)
    except (SyntaxError, UnicodeDecodeError):
        return None


class _Reader:
    def __init__(
        self,
        path: str,
        project: Project,
        bases: Collection[str],
        tree: ast.Module,
        text: str | None,
    ) -> None:
        self._path = path
        self._project = project
        self._bases = bases
        self._lines = text.split("\n") if text else []
        self._constants = _constants(tree)
        self._silent = _documentation(tree)

    def of(self, node: ast.AST) -> Iterator[Mention]:
        if isinstance(node, ast.Call):
            yield from self._call(node)
        elif isinstance(node, ast.Assign) and len(node.targets) == 1:
            yield from self._variable(_subscript(node.targets[0]), node.value)
        elif isinstance(node, (ast.Constant, ast.JoinedStr, ast.BinOp)):
            yield from self._in_base(node)

    def _call(self, node: ast.Call) -> Iterator[Mention]:
        name = _last_part(node.func)
        if name in _CALLS:
            position, keyword, kind = _CALLS[name]
            given = {each.arg: each.value for each in node.keywords}
            argument = given.get(keyword)
            if argument is None and len(node.args) > position:
                argument = node.args[position]
            if argument is not None:
                yield from self._mention(kind, argument)
        elif name in _SETTERS and len(node.args) > 1:
            yield from self._variable(self._literal(node.args[0]).text, node.args[1])
        elif name in _JOINERS:
            yield from self._in_base(node)

    def _variable(self, variable: str | None, value: ast.expr) -> Iterator[Mention]:
        kind = _VARIABLES.get(variable or "")
        if kind is not None:
            yield from self._mention(kind, value)

    def _mention(self, kind: Kind, node: ast.expr) -> Iterator[Mention]:
        text = self._literal(node)
        if text.whole and text.text:
            yield Mention(kind, text.text, self._span(node), self._project)

    def _in_base(self, node: ast.expr) -> Iterator[Mention]:
        if id(node) in self._silent:
            return
        text = self._literal(node).text
        if "/" not in text:
            return
        for base in self._bases:
            before, found, after = text.partition(f"{base}/")
            if found and after and (not before or before.endswith("/")):
                # What it is put together from says nothing more.
                self._silent.update(id(part) for part in ast.walk(node))
                yield Mention("path", f"{base}/{after}", self._span(node), self._project)
                return

    def _literal(self, node: ast.AST) -> _Text:
        """Return the text that *node* is, as far as it is literal."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return _Text(node.value, whole=True, ends=True)
        if isinstance(node, ast.Name) and node.id in self._constants:
            return _Text(self._constants[node.id], whole=True, ends=True)
        if isinstance(node, ast.JoinedStr):
            return self._joined(node.values, "")
        if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Div, ast.Add)):
            glue = "/" if isinstance(node.op, ast.Div) else ""
            return self._joined([node.left, node.right], glue)
        if isinstance(node, ast.Call) and _last_part(node.func) in _JOINERS:
            return self._joined(node.args, "/")
        return _COMPUTED

    def _joined(self, parts: list[ast.expr], glue: str) -> _Text:
        """Join the literal parts; a computed one at the beginning is where the path starts."""
        texts = [self._literal(part) for part in parts]
        whole = bool(texts) and all(text.whole for text in texts)
        while texts and texts[0] == _COMPUTED:
            texts.pop(0)
        literal: list[str] = []
        for text in texts:
            literal.append(text.text)
            if not text.ends:
                return _Text(glue.join(literal), whole=False, ends=False)
        return _Text(glue.join(literal), whole=whole, ends=True) if literal else _COMPUTED

    def _span(self, node: ast.expr) -> Span:
        end_line, end = node.end_lineno or node.lineno, node.end_col_offset or 0
        start_column = self._column(node.lineno, node.col_offset)
        return Span(self._path, node.lineno, start_column, end_line, self._column(end_line, end))

    def _column(self, line: int, offset: int) -> int:
        """Return the column of a place: the syntax tree counts in bytes of UTF-8."""
        if self._lines:
            offset = len(self._lines[line - 1].encode()[:offset].decode())
        return offset + 1


def _last_part(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _subscript(node: ast.expr) -> str | None:
    """Return ``NAME`` of ``os.environ["NAME"]``."""
    if isinstance(node, ast.Subscript) and _last_part(node.value) == "environ":
        index = node.slice
        if isinstance(index, ast.Constant) and isinstance(index.value, str):
            return index.value
    return None


def _constants(tree: ast.Module) -> dict[str, str]:
    """Return the names that the module assigns exactly once, and to a text."""
    texts: dict[str, str] = {}
    once = _assigned_once(tree)
    for statement in tree.body:
        target, value = _simple(statement)
        if target in once and isinstance(value, ast.Constant) and isinstance(value.value, str):
            texts[target] = value.value
    return texts


def _assigned_once(tree: ast.Module) -> set[str]:
    counts: dict[str, int] = {}
    for node in ast.walk(tree):
        name = None
        if isinstance(node, ast.Name) and isinstance(node.ctx, (ast.Store, ast.Del)):
            name = node.id
        elif isinstance(node, ast.arg):
            name = node.arg
        if name is not None:
            counts[name] = counts.get(name, 0) + 1
    return {name for name, count in counts.items() if count == 1}


def _simple(statement: ast.stmt) -> tuple[str, ast.expr | None]:
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target: ast.expr = statement.targets[0]
        value: ast.expr | None = statement.value
    elif isinstance(statement, ast.AnnAssign):
        target, value = statement.target, statement.value
    else:
        return "", None
    return (target.id, value) if isinstance(target, ast.Name) else ("", None)


def _documentation(tree: ast.Module) -> set[int]:
    """Return the ids of texts that stand alone as a statement."""
    return {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
