"""``--format`` and ``--output``: which reports are written, and where each goes."""

from __future__ import annotations

import io
import os
import sys
from typing import TYPE_CHECKING

from pytest_mlops_ws.checks.repository import RULES
from pytest_mlops_ws.findings import reports
from pytest_mlops_ws.findings.context import Context, Terminal, reader
from pytest_mlops_ws.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pytest_mlops_ws.checks.repository import Judged

#: The standard output.
STDOUT = "-"


class Output:
    """One report.

    Attributes:
        format: its format.
        path: the file it is written to, or `STDOUT`.
    """

    __slots__ = ("format", "path")

    def __init__(self, format: str, path: str = STDOUT) -> None:  # noqa: A002 -- as people type it
        self.format = format
        self.path = path


def paired(typed: Sequence[tuple[str, str]]) -> list[Output]:
    """Return the reports that ``--format`` and ``--output`` ask for; without any, the text.

    An ``--output`` belongs to the ``--format`` before it; the first may also stand in front.

    Raises:
        UsageError: it is not clear what goes where.
    """
    found: list[Output] = []
    waiting: str | None = None
    for option, value in typed:
        if option == "format":
            found.append(Output(value, waiting or STDOUT))
            waiting = None
        elif found and found[-1].path == STDOUT:
            found[-1].path = value
        elif waiting is None:
            waiting = value
        else:
            raise _homeless(value)
    if waiting is not None:
        if found:
            raise _homeless(waiting)
        found.append(Output("text", waiting))
    paths = [output.path for output in found]
    for path in paths:
        if paths.count(path) > 1:
            shown = "the standard output" if path == STDOUT else path
            message = f"two reports would go to {shown}: give each --format an --output of its own"
            raise UsageError(message, operation="check")
    return found or [Output("text")]


def write(judged: Judged, wanted: Iterable[Output], *, quiet: bool = False) -> None:
    """Write each report to where it goes.

    Args:
        judged: what was found, and where.
        wanted: the reports.
        quiet: whether the text is left out if it would hold no finding.

    Raises:
        EnvironmentFailedError: a file could not be written.
    """
    outcome = judged.outcome
    for output in wanted:
        report = reports.load(output.format)
        if output.path != STDOUT:
            _write_file(output.path, report.report(outcome, RULES, _context(judged, None)))
            continue
        if quiet and not report.DOCUMENT and not outcome.findings:
            continue
        terminal = None if report.DOCUMENT else Terminal.of(sys.stdout, os.environ)
        say(report.report(outcome, RULES, _context(judged, terminal)))


def _context(judged: Judged, terminal: Terminal | None) -> Context:
    files = judged.files
    manifests = tuple(reading.path for reading in judged.checked.readings)
    return Context(files.root, manifests, files.count, reader(files.root), terminal)


def say(text: str) -> None:
    """Write *text* to the standard output, whatever that can show."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    sys.stdout.write(text)


def _write_file(path: str, text: str) -> None:
    from pathlib import Path

    from pytest_mlops_ws.ground.files import unwritable, write_atomic

    target = Path(path)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists() and not target.is_file():  # a device or a pipe stays what it is
            target.write_text(text, encoding="utf-8")
            return
    except OSError as error:
        raise unwritable(target, error) from error
    write_atomic(target, text.encode("utf-8", "backslashreplace"))


def _homeless(path: str) -> UsageError:
    message = f"--output {path} has no --format of its own"
    return UsageError(message, operation="check")
