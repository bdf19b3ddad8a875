"""pytest's door to the checks: ``--mlops-ws-check`` adds each manifest and the isolation as tests.

Whatever is collected beside them: the whole repository is judged, once in each process.
"""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING

import pytest

from pytest_mlops_ws.checks.repository import OWN_FAMILIES, RULES, Repository
from pytest_mlops_ws.checks.run import MANIFESTS
from pytest_mlops_ws.checks.settings import settled
from pytest_mlops_ws.findings.context import Context
from pytest_mlops_ws.findings.outcome import Outcome
from pytest_mlops_ws.findings.reports import text
from pytest_mlops_ws.findings.summary import counted
from pytest_mlops_ws.ground.work_tree import top
from pytest_mlops_ws.model.errors import WorkspaceError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from _pytest._code.code import TerminalRepr

    from pytest_mlops_ws.checks.repository import Judged
    from pytest_mlops_ws.model.diagnostics import Diagnostic

#: The directory that the isolation's test stands in, to those who read node ids.
_NOWHERE = "mlops-ws"


class _Found(Exception):  # noqa: N818 -- no error: what pytest is told when a test fails
    """Some findings, as text."""


class Door:
    """The hooks of a session that checks."""

    def __init__(self, root: Path, settings: Mapping[str, object]) -> None:
        """Take the repository around *root*.

        Args:
            root: pytest's own root directory.
            settings: what pytest's options say, by name.

        Raises:
            pytest.UsageError: a setting is wrong.
        """
        self.root = top(os.fspath(root)) or os.path.realpath(root)
        try:
            self._repository = Repository(self.root, settled(self.root, settings))
        except WorkspaceError as error:
            raise pytest.UsageError(str(error)) from error

    @cached_property
    def judged(self) -> Judged:
        """What is wrong in the repository.

        Raises:
            pytest.UsageError: a file that a setting names is wrong, or git does not do its part.
        """
        try:
            return self._repository.judge()
        except WorkspaceError as error:
            raise pytest.UsageError(str(error)) from error

    @cached_property
    def manifests(self) -> Mapping[str, str]:
        """The manifests' paths in the repository, by where they are."""
        readings = self.judged.checked.readings
        return {f"{self.root}{os.sep}{reading.path}": reading.path for reading in readings}

    def of_manifest(self, path: str) -> Outcome:
        """Return what is wrong with one manifest on its own."""
        findings = self.judged.outcome.findings
        return Outcome(tuple(found for found in findings if self._is_own(found, path)))

    def of_all(self) -> Outcome:
        """Return all that is not some manifest's own, and what could not be judged."""
        outcome = self.judged.outcome
        paths = frozenset(self.manifests.values())
        rest = (found for found in outcome.findings if found.span.path not in paths)
        shared = (
            found
            for found in outcome.findings
            if found.span.path in paths and not self._is_own(found, found.span.path)
        )
        return Outcome((*shared, *rest), unchecked=outcome.unchecked)

    def told(self, outcome: Outcome) -> str:
        """Return an outcome as text, what fails a test first; and before that, in short."""
        findings = sorted(outcome.findings, key=lambda found: not found.stops)
        errors = [found.rule for found in findings if found.stops]
        short = f"{counted(len(errors), 'error')}: {', '.join(sorted(set(errors)))}\n"
        ordered = Outcome(tuple(findings), outcome.excused, outcome.unchecked)
        told = text.report(ordered, RULES, Context(self.root))
        return (short if errors else "") + told

    @staticmethod
    def _is_own(found: Diagnostic, path: str) -> bool:
        return found.span.path == path and found.rule.startswith(OWN_FAMILIES)

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> pytest.File | None:
        """Know a manifest that is named on the command line, or lies below what is."""
        if file_path.name in MANIFESTS and os.path.realpath(file_path) in self.manifests:
            return ManifestFile.of(parent, file_path, self)
        return None

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(
        self, session: pytest.Session, items: list[pytest.Item]
    ) -> None:
        """Add what has not been collected, before anybody selects or shuffles."""
        there = {item.path for item in items if isinstance(item, ManifestItem)}
        for absolute in self.manifests:
            path = session.path.__class__(absolute)
            if path not in there:
                items.extend(session.genitems(ManifestFile.of(session, path, self)))
        items.extend(session.genitems(Whole.of(session, self)))


class ManifestFile(pytest.File):
    """One ``workspace.yaml``."""

    door: Door

    @classmethod
    def of(cls, parent: pytest.Collector, path: Path, door: Door) -> ManifestFile:
        """Return the collector of a manifest."""
        made: ManifestFile = cls.from_parent(parent, path=path)
        made.door = door
        return made

    def collect(self) -> Iterable[pytest.Item]:
        """Return the manifest's one test."""
        item: ManifestItem = ManifestItem.from_parent(self, name="schema")
        item.door = self.door
        yield item


class Whole(pytest.Collector):
    """The repository."""

    door: Door

    @classmethod
    def of(cls, session: pytest.Session, door: Door) -> Whole:
        """Return the collector of what is about all projects."""
        made: Whole = cls.from_parent(session, name=_NOWHERE, nodeid=_NOWHERE)
        made.door = door
        return made

    def collect(self) -> Iterable[pytest.Item]:
        """Return the repository's one test."""
        item: IsolationItem = IsolationItem.from_parent(self, name="isolation")
        item.door = self.door
        yield item


class _Item(pytest.Item):
    door: Door

    def tell(self, outcome: Outcome) -> None:
        """Fail if there is an error; keep what else is found for ``-rP`` and JUnit's output."""
        if outcome.exit_status:
            raise _Found(self.door.told(outcome))
        if outcome.findings or outcome.unchecked:
            self.add_report_section("call", "mlops-ws", self.door.told(outcome))

    def repr_failure(
        self, excinfo: pytest.ExceptionInfo[BaseException], *args: object
    ) -> str | TerminalRepr:
        """Return the findings; where they were found in our code is of no interest."""
        if isinstance(excinfo.value, _Found):
            return str(excinfo.value).rstrip("\n")
        return super().repr_failure(excinfo, *args)  # type: ignore[arg-type]  # the style, as pytest says


class ManifestItem(_Item):
    """One manifest on its own: its YAML, the schema, secrets."""

    def runtest(self) -> None:
        """Fail if it has an error."""
        self.tell(self.outcome())

    def outcome(self) -> Outcome:
        """Return what is wrong with it."""
        return self.door.of_manifest(self.door.manifests[os.path.realpath(self.path)])

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Return the manifest, and where in it the first finding is."""
        findings = self.outcome().findings
        line = findings[0].span.line - 1 if findings else None
        return self.path, line, f"{self.door.manifests[os.path.realpath(self.path)]}: {self.name}"


class IsolationItem(_Item):
    """All projects against each other."""

    def runtest(self) -> None:
        """Fail if there is an error between projects."""
        self.tell(self.door.of_all())

    def reportinfo(self) -> tuple[str, int | None, str]:
        """Return what stands for the whole repository."""
        return _NOWHERE, None, f"{_NOWHERE}: {self.name}"
