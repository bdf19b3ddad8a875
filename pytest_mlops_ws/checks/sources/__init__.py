"""The projects' Python code: which file is whose, and what it says to MLflow and to us.

Looked into before it is parsed: of thousands of files a few dozen call what a rule is about.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from pytest_mlops_ws.model.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_mlops_ws.checks.project import Project
    from pytest_mlops_ws.checks.sources.mentions import Mention
    from pytest_mlops_ws.checks.workspaces import Workspaces

#: What a file contains, as bytes, if it has anything to say. Each is looked for on its own: a
#: search for a word runs at the memory's speed, one for an alternative of words does not.
_WORDS = (
    b"set_experiment",
    b"set_tracking_uri",
    b"MLFLOW_",
    b"from_project",
    b"create_client",
    b"MLOpsClient",
    b"ProjectWorkspace",
    b"_workspace(",
)


class Unparsable(Record):
    """A file that this Python cannot parse.

    Attributes:
        path: the file.
        line: where parsing stopped.
        column: likewise, from 1.
        reason: the parser's words.
        project: whose it is.
    """

    path: str
    line: int
    column: int
    reason: str
    project: Project


class Sources:
    """What the code of every project mentions, worked out once for all rules."""

    def __init__(self, workspaces: Workspaces) -> None:
        self._workspaces = workspaces
        self.unparsable: list[Unparsable] = []

    @cached_property
    def mentions(self) -> list[Mention]:
        """Every literal that a project's code hands to MLflow or to us, file by file."""
        found: list[Mention] = []
        for path, project, content in self._worth_parsing():
            from pytest_mlops_ws.checks.sources import mentions  # its `ast` costs 5 ms

            try:
                found += mentions.collect(content, path, project, self._bases)
            except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
                self.unparsable.append(
                    Unparsable(
                        path,
                        max(getattr(error, "lineno", None) or 1, 1),
                        max(getattr(error, "offset", None) or 1, 1),
                        getattr(error, "msg", None) or "it cannot be parsed",
                        project,
                    )
                )
        return found

    @cached_property
    def _bases(self) -> frozenset[str]:
        bases = {project.base for project in self._workspaces.projects}
        return frozenset({*bases, self._workspaces.base} - {""})

    def _worth_parsing(self) -> Iterator[tuple[str, Project, bytes]]:
        if not self._workspaces.projects:
            return
        words = (*_WORDS, *sorted(base.encode() for base in self._bases))
        author = self._workspaces.territory.author
        read = self._workspaces.files.read
        for path in self._workspaces.files.paths:
            if not path.endswith(".py"):
                continue
            project = author(path)
            if project is None:
                continue
            content = read(path)
            if content is not None and any(word in content for word in words):
                yield path, project, content
