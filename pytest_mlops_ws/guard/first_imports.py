"""A tool whose import changes the process: the first test to import it changes it for others."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from pytest_mlops_ws.guard.crossing import Crossing
from pytest_mlops_ws.tools.evidently.leftovers import noticed
from pytest_mlops_ws.workspaces import activation

if TYPE_CHECKING:
    from pytest_mlops_ws.guard.watch import Watch


class FirstImports:
    """Hears of such an import while a test runs.

    Args:
        watch: knows who runs.
        cleans: whether what it changes is put back.

    Attributes:
        meant: whether a fixture of a wider scope is being set up: it imports for all.
    """

    def __init__(self, watch: Watch, *, cleans: bool) -> None:
        self._watch = watch
        self._cleans = cleans
        self._undo = ExitStack()
        self.meant = False

    def install(self) -> None:
        """Begin; a tool that is loaded has changed what it changes."""
        self._undo.enter_context(noticed(self._changed))

    def remove(self) -> None:
        """Hear no more."""
        self._undo.close()

    def _changed(self, names: list[str]) -> bool:
        subject = self._watch.subject
        if subject is None or self.meant or activation.entered:
            return False  # a workspace puts it back by itself
        *first, last = names
        what = f"{', '.join(first)} and {last}" if first else last
        self._watch.found.append(
            Crossing(
                "WS704",
                f"{subject.line.function or subject.test} is the first to import evidently, and"
                f" leaves {what} changed by it",
                self._watch.line_of(subject),
                test=subject.test,
                culprit=subject.project,
                subject="what importing evidently changes",
                remedy="import it at the top of a module, where every test finds it alike,"
                " or ask for the fixture `workspace`",
            )
        )
        return self._cleans
