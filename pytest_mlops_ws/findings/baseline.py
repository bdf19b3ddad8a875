"""Findings that are known: recorded once, and no reason to fail since.

A file of JSON with a line for each, sorted, without places: a line that moves changes nothing.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pytest_mlops_ws.findings.fingerprints import fingerprints
from pytest_mlops_ws.findings.housekeeping import STALE_BASELINE
from pytest_mlops_ws.model.diagnostics import Diagnostic, Span
from pytest_mlops_ws.model.errors import UsageError
from pytest_mlops_ws.model.record import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

VERSION: Final = 1
#: So many of what is gone are named.
_NAMED = 3


class Known(Record):
    """One finding of a baseline; but for its fingerprint, all is for people."""

    path: str
    rule: str
    subject: str
    projects: tuple[str, ...]
    fingerprint: str


class Baseline:
    """The findings that a file records.

    Attributes:
        path: the file, as the user calls it.
        known: what it records, by fingerprint.
    """

    __slots__ = ("_text", "known", "path")

    def __init__(self, path: str, known: Sequence[Known], text: str = "") -> None:
        self.path = path
        self.known = {each.fingerprint: each for each in known}
        self._text = text

    def part(
        self, diagnostics: Sequence[Diagnostic]
    ) -> tuple[list[Diagnostic], list[Diagnostic], list[Known]]:
        """Return which of *diagnostics* are new, which are known, and what is gone."""
        new: list[Diagnostic] = []
        known: list[Diagnostic] = []
        left = dict(self.known)
        for diagnostic, fingerprint in zip(diagnostics, fingerprints(diagnostics), strict=True):
            (known if left.pop(fingerprint, None) else new).append(diagnostic)
        return new, known, list(left.values())

    def stale(self, gone: Sequence[Known], judged: Callable[[str], bool]) -> Diagnostic | None:
        """Return the finding that some of what is recorded is gone; None if nothing is.

        Args:
            gone: what was not found.
            judged: whether this run could have found what a rule, by its id, is about.
        """
        gone = [each for each in gone if judged(each.rule)]
        if not gone:
            return None
        named = [f"{each.rule} in {each.path}" for each in gone[:_NAMED]]
        if len(gone) > _NAMED:
            named.append(f"{len(gone) - _NAMED} more")
        noun = "finding" if len(gone) == 1 else "findings"
        lines = self._text.partition(gone[0].fingerprint)[0].count("\n")
        return Diagnostic(
            STALE_BASELINE.id,
            f"{len(gone)} {noun} of the baseline {'is' if len(gone) == 1 else 'are'} gone:"
            f" {', '.join(named)}",
            Span(self.path, lines + 1),
            f"record what is left: mlops-ws check --write-baseline {self.path}",
            STALE_BASELINE.severity,
            subject=self.path,
        )


def load(path: str, root: str = ".") -> Baseline:
    """Read a baseline.

    Args:
        path: the file, as the user calls it.
        root: the directory from which a relative path counts.

    Raises:
        UsageError: there is no such file, or it is none that this release can read.
    """
    try:
        text = Path(root, path).read_text(encoding="utf-8")
        document = json.loads(text)
    except FileNotFoundError as error:
        message = f"There is no baseline {path}; make it: mlops-ws check --write-baseline {path}"
        raise UsageError(message, operation="check") from error
    except (OSError, ValueError, RecursionError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise _no_baseline(path, reason) from error
    return Baseline(path, _checked(document, path), text)


def write(path: str, diagnostics: Sequence[Diagnostic], root: str = ".") -> bool:
    """Record findings as known; the file is replaced whole, or not at all.

    Returns:
        False if the file held exactly these.

    Raises:
        EnvironmentFailedError: the disk did not take it.
    """
    from pytest_mlops_ws.ground.files import write_atomic

    return write_atomic(Path(root, path), render(diagnostics).encode("ascii"))


def render(diagnostics: Sequence[Diagnostic]) -> str:
    """Return the text that records findings."""
    entries = sorted(
        Known(found.span.path, found.rule, found.subject, tuple(sorted(found.projects)), print_)
        for found, print_ in zip(diagnostics, fingerprints(diagnostics), strict=True)
        if found.rule != STALE_BASELINE.id
    )
    lines = ",\n    ".join(json.dumps(entry._asdict()) for entry in entries)
    findings = f"[\n    {lines}\n  ]" if entries else "[]"
    return f'{{\n  "version": {VERSION},\n  "findings": {findings}\n}}\n'


def _checked(document: object, path: str) -> list[Known]:
    version = document.get("version") if isinstance(document, dict) else None
    if not isinstance(document, dict) or not isinstance(version, int):
        raise _no_baseline(path, "it has no version")
    if version > VERSION:
        message = (
            f"{path} is a baseline of version {version}, and this release reads {VERSION}:"
            " pip install --upgrade pytest-mlops-ws"
        )
        raise UsageError(message, operation="check")
    entries = document.get("findings")
    if not isinstance(entries, list):
        raise _no_baseline(path, "it has no list of findings")
    known = []
    for number, entry in enumerate(entries, start=1):
        fields = entry if isinstance(entry, dict) else {}
        texts = [fields.get(name) for name in ("path", "rule", "subject", "fingerprint")]
        if not all(isinstance(text, str) for text in texts):
            raise _no_baseline(
                path, f"finding {number} lacks its path, rule, subject or fingerprint"
            )
        where, rule, subject, fingerprint = map(str, texts)
        projects = fields.get("projects")
        names = projects if isinstance(projects, list) else []
        known.append(Known(where, rule, subject, tuple(map(str, names)), fingerprint))
    return known


def _no_baseline(path: str, reason: str) -> UsageError:
    message = (
        f"{path} is no baseline: {reason}; write it again: mlops-ws check --write-baseline {path}"
    )
    return UsageError(message, operation="check")
