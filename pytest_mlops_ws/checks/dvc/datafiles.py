"""``*.dvc`` and ``dvc.lock``: what DVC itself has written down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mlops_ws.checks.dvc.nodes import Mapping, Scalar, Sequence
from pytest_mlops_ws.checks.dvc.pipelines import Reference

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytest_mlops_ws.checks.dvc.nodes import Node

#: What a file contains if any of its paths can leave its own directory other than by a link: a
#: step up, a root, a home, a URL, another repository or working directory, an escape that may
#: spell one of them. A lock is only read on if it does, and may be as large as it likes.
#: Each is looked for on its own, which runs at the memory's speed; an alternative does not.
_LEAVES = (b"..", b"://", b"~", b"\\", b"repo", b"wdir")
_ROOTS = tuple(mark + b"/" for mark in (b" ", b"\n", b"\t", b"'", b'"', b"[", b"{", b",", b":"))


def leaves(content: bytes) -> bool:
    """Tell whether a file has to be parsed to know that it stays in its directory."""
    return any(mark in content for mark in _LEAVES) or (
        b"/" in content and any(mark in content for mark in _ROOTS)
    )


def data(root: Node | None, path: str, directory: str) -> Iterator[Reference]:
    """Yield what a ``*.dvc`` names: its outputs, and what an import takes them from.

    Args:
        root: the topmost node.
        path: how diagnostics call the file.
        directory: the absolute directory that it stands in.
    """
    if not isinstance(root, Mapping):
        return
    written = root.values.get("wdir")
    if isinstance(written, Scalar) and written.text:
        yield Reference("working directory", written.text, written.span(path), directory)
        directory = written.text if written.text[:1] == "/" else f"{directory}/{written.text}"
    for role, key in (("dependency", "deps"), ("output", "outs")):
        for entry in _entries(root.values.get(key)):
            repository = entry.values.get("repo")
            if isinstance(repository, Mapping):
                url, inside = repository.values.get("url"), entry.values.get("path")
                if isinstance(url, Scalar) and url.text:
                    found = Reference("import", url.text, url.span(path), directory)
                    yield found._replace(inside=getattr(inside, "text", ""))
                continue
            yield from _path(role, entry, path, directory)


def lock(
    root: Node | None, path: str, directory_of: Callable[[str], str | None]
) -> Iterator[Reference]:
    """Yield what the stages of a ``dvc.lock`` name.

    Args:
        root: the topmost node.
        path: how diagnostics call the file.
        directory_of: returns a stage's working directory, which only its ``dvc.yaml`` knows.
    """
    stages = root.values.get("stages") if isinstance(root, Mapping) else None
    if not isinstance(stages, Mapping):
        return
    for name, stage in stages.values.items():
        inside = directory_of(name)
        if not isinstance(stage, Mapping) or inside is None:
            continue
        for role, key in (("dependency", "deps"), ("output", "outs")):
            for entry in _entries(stage.values.get(key)):
                yield from (each._replace(stage=name) for each in _path(role, entry, path, inside))
        parameters = stage.values.get("params")
        if isinstance(parameters, Mapping):
            for file in parameters.keys.values():
                yield Reference("parameters", file.text, file.span(path), inside, name)


def _entries(node: Node | None) -> Iterator[Mapping]:
    for item in node.items if isinstance(node, Sequence) else ():
        if isinstance(item, Mapping):
            yield item


def _path(role: str, entry: Mapping, path: str, directory: str) -> Iterator[Reference]:
    named = entry.values.get("path")
    if isinstance(named, Scalar) and named.text:
        yield Reference(role, named.text, named.span(path), directory)
