"""``dvc.yaml``: the paths and URLs that stages, metrics, plots and artifacts name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mlops_ws.checks.dvc import templates
from pytest_mlops_ws.checks.dvc.nodes import Mapping, Scalar, Sequence
from pytest_mlops_ws.checks.dvc.templates import UndecidedError, expand
from pytest_mlops_ws.model.diagnostics import Span
from pytest_mlops_ws.model.record import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytest_mlops_ws.checks.dvc.nodes import Node
    from pytest_mlops_ws.checks.dvc.templates import Scope

PARAMETERS = "params.yaml"
#: Aliases can make more of a small file than anybody waits for.
MAX_REFERENCES = 50_000


class Reference(Record):
    """Something that one of DVC's files names.

    Attributes:
        role: what it is there: ``dependency``, ``output``, ``parameters``, ``metrics``, ``plot``,
            ``artifact``, ``working directory``, ``import`` or ``dataset``.
        text: as written, with what stood in ``${…}`` in it.
        span: where.
        directory: the absolute directory from which a path counts.
        stage: the stage's name, if a stage names it.
        inside: for an import, the path in the other repository.
    """

    role: str
    text: str
    span: Span
    directory: str
    stage: str = ""
    inside: str = ""


class Undecided(Record):
    """A reference of which nobody knows where it leads.

    Attributes:
        text: as written.
        span: where.
        stage: the stage's name, or that of the definition which makes several.
        locked: whether the paths of that stage's lock can be told all the same.
    """

    text: str
    span: Span
    stage: str = ""
    locked: bool = True


class Pipeline:
    """One ``dvc.yaml``.

    Attributes:
        path: how diagnostics call it.
        references: what it names, in the order it stands, each once.
        undecided: what could not be worked out.
        directories: the absolute working directory of each stage, for its ``dvc.lock``; None if
            that is undecided.
    """

    def __init__(
        self, root: Node, path: str, directory: str, load: Callable[[str], Mapping | None]
    ) -> None:
        """Go through a file.

        Args:
            root: its topmost node.
            path: how diagnostics call it.
            directory: the absolute directory that it stands in.
            load: returns the content of a file of parameters by its absolute path, if it has any.
        """
        self.path = path
        self.references: list[Reference] = []
        self.undecided: list[Undecided] = []
        self.directories: dict[str, str | None] = {}
        self._directory = directory
        self._load = load
        self._seen: set[tuple[object, ...]] = set()
        self._visited = 0
        if isinstance(root, Mapping):
            scopes = self._scopes(root.values.get("vars"), directory, PARAMETERS)
            self._stages(root.values.get("stages"), scopes)
            try:
                self._topmost(root, scopes)
            except UndecidedError as error:
                self.undecided.append(Undecided(error.what, Span(path), locked=False))

    def directory_of(self, stage: str) -> str | None:
        """Return the working directory of a stage that a lock names; None if it is not known."""
        group = stage.rpartition("@")[0]
        return self.directories.get(stage) or self.directories.get(group)

    def _scopes(self, variables: Node | None, directory: str, default: str = "") -> list[Scope]:
        """Return the values of a ``vars`` list, and of the default parameters."""
        found: list[Scope] = []
        files = [default] if default else []
        for item in _items(variables):
            if isinstance(item, Mapping):
                found.append(item.values)
            elif isinstance(item, Scalar):
                # What follows a colon are the names of the only values that are meant.
                files.append(item.text.partition(":")[0])
                self._add("parameters", files[-1], item, directory, "")
        return [*found, *(_File(f"{directory}/{name}", self._load) for name in files)]

    def _stages(self, node: Node | None, scopes: list[Scope]) -> None:
        for name, key, definition in _entries(node):
            if not isinstance(definition, Mapping):
                continue
            try:
                for stage, body, own in templates.stages(name, definition, scopes):
                    if isinstance(body, Mapping):
                        self._stage(stage, body, [own, *scopes] if own else scopes)
            except UndecidedError as error:
                self._adrift(name, definition, scopes)
                locked = self.directories[name] is not None
                self.undecided.append(Undecided(error.what, key.span(self.path), name, locked))

    def _adrift(self, name: str, definition: Mapping, scopes: list[Scope]) -> None:
        """Note where the stages of an undecided definition run, if that is the same for all."""
        body = definition.values.get("do", definition)
        written = _value(body, "wdir")
        try:
            text = "" if written is None else expand(written.text, scopes)
        except UndecidedError:
            self.directories[name] = None
        else:
            self.directories[name] = _joined(self._directory, text)

    def _stage(self, name: str, body: Mapping, scopes: list[Scope]) -> None:
        directory = self._directory
        written = body.values.get("wdir")
        if isinstance(written, Scalar) and written.text:
            text = self._text(written, scopes, name, locked=False)
            if text is None:
                self.directories[name] = None
                return
            self._add("working directory", text, written, directory, name)
            directory = _joined(directory, text)
        self.directories[name] = directory
        if "vars" in body.values:
            scopes = [*self._scopes(body.values["vars"], directory), *scopes]
        for role, key in _ROLES:
            for node in _paths(body.values.get(key), key):
                self._find(role, node, scopes, directory, name)

    def _topmost(self, root: Mapping, scopes: list[Scope]) -> None:
        for role, key in (("parameters", "params"), ("metrics", "metrics"), ("plot", "plots")):
            for node in _topmost_paths(root.values.get(key)):
                self._find(role, node, scopes, self._directory, "")
        for _, _, artifact in _entries(root.values.get("artifacts")):
            self._find("artifact", _value(artifact, "path"), scopes, self._directory, "")
        for dataset in _items(root.values.get("datasets")):
            kind = _value(dataset, "type")
            role = "import" if kind is not None and kind.text == "dvc" else "dataset"
            self._find(role, _value(dataset, "url"), scopes, self._directory, "")
            inside = _value(dataset, "path")
            last = self.references[-1:]
            if inside is not None and last and last[0].role == "import":
                self.references[-1] = last[0]._replace(inside=inside.text)

    def _find(
        self, role: str, node: Scalar | None, scopes: list[Scope], directory: str, stage: str
    ) -> None:
        self._visited += 1
        if self._visited > MAX_REFERENCES:
            what = f"more than {MAX_REFERENCES} references"
            raise UndecidedError(what)
        text = None if node is None else self._text(node, scopes, stage)
        if node is not None and text:
            self._add(role, text, node, directory, stage)

    def _text(
        self, node: Scalar, scopes: list[Scope], stage: str, *, locked: bool = True
    ) -> str | None:
        try:
            return expand(node.text, scopes)
        except UndecidedError:
            if ("?", node.start) not in self._seen:
                self._seen.add(("?", node.start))
                name = stage.partition("@")[0]
                locked = locked and bool(stage)
                self.undecided.append(Undecided(node.text, node.span(self.path), name, locked))
            return None

    def _add(self, role: str, text: str, node: Scalar, directory: str, stage: str) -> None:
        # The stages of one definition name most things at the same place.
        if (text, node.start, directory) not in self._seen:
            self._seen.add((text, node.start, directory))
            self.references.append(Reference(role, text, node.span(self.path), directory, stage))


class _File(dict[str, "Node"]):
    """A file of parameters, read when something is looked up in it."""

    def __init__(self, path: str, load: Callable[[str], Mapping | None]) -> None:
        super().__init__()
        self._path = path
        self._load_it = load
        self._loaded = False

    def get(self, name: str, default: Node | None = None) -> Node | None:  # type: ignore[override]  # a dict's, narrowed
        if not self._loaded:
            self._loaded = True
            content = self._load_it(self._path)
            self.update({} if content is None else content.values)
        return super().get(name, default)


_ROLES = (
    ("dependency", "deps"),
    ("parameters", "params"),
    ("output", "outs"),
    ("metrics", "metrics"),
    ("plot", "plots"),
)


def _joined(directory: str, path: str) -> str:
    if not path:
        return directory
    return path if path[:1] == "/" else f"{directory}/{path}"


def _items(node: Node | None) -> list[Node]:
    return node.items if isinstance(node, Sequence) else []


def _entries(node: Node | None) -> Iterator[tuple[str, Scalar, Node]]:
    if isinstance(node, Mapping):
        for name, value in node.values.items():
            yield name, node.keys[name], value


def _value(node: Node | None, key: str) -> Scalar | None:
    found = node.values.get(key) if isinstance(node, Mapping) else None
    return found if isinstance(found, Scalar) else None


def _paths(node: Node | None, key: str) -> Iterator[Scalar]:
    """Yield the paths of a stage's list: a word, or the key of what is said about it."""
    for item in _items(node):
        if isinstance(item, Mapping):
            yield from item.keys.values()
        elif isinstance(item, Scalar) and key != "params":  # there, a word is a parameter's name
            yield item


def _topmost_paths(node: Node | None) -> Iterator[Scalar]:
    """Yield the paths of a topmost list; a plot names some as the keys of its axes."""
    for item in _items(node):
        if isinstance(item, Scalar):
            yield item
        for _, name, about in _entries(item):
            yield name
            if isinstance(about, Mapping):
                for axis in ("x", "y"):
                    for _, path, _ in _entries(about.values.get(axis)):
                        yield path
