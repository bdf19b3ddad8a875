"""The last line of a report: how much was found, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pytest_mlops_ws.findings.context import Context
    from pytest_mlops_ws.findings.outcome import Excuse, Outcome
    from pytest_mlops_ws.model.diagnostics import Severity

_SEVERITIES: Final[tuple[Severity, ...]] = ("error", "warning", "note")
_EXCUSED: Final[dict[Excuse, str]] = {
    "ignore": "ignored",
    "allow": "allowed",
    "baseline": "in the baseline",
}


def summary(outcome: Outcome, context: Context) -> str:
    """Return a line such as ``2 errors, 1 note in 2 files (3 ignored)``."""
    if outcome.findings:
        numbers = ((outcome.number(severity), severity) for severity in _SEVERITIES)
        found = ", ".join(counted(number, severity) for number, severity in numbers if number)
        places = len({finding.span.path for finding in outcome.findings})
        said = f"{found} in {counted(places, 'file')}"
    else:
        read = counted(context.files, "file")
        said = f"no findings in {counted(len(context.manifests), 'manifest')}, {read} read"
    excused = ((outcome.excused_by(excuse), how) for excuse, how in _EXCUSED.items())
    return said + _bracketed(f"{number} {how}" for number, how in excused if number)


def counted(number: int, noun: str) -> str:
    """Return the number and the noun, in its plural unless it is one."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _bracketed(parts: Iterable[str]) -> str:
    text = ", ".join(parts)
    return f" ({text})" if text else ""
