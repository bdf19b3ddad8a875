"""For GitHub Actions: a workflow command for each finding, shown beside its line.

https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions

Ten of a kind are shown of each step, and whatever the log says of a command is its message alone:
therefore the message begins with the place, and a last line says how many there are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pytest_mlops_ws.findings.printable import printable
from pytest_mlops_ws.findings.summary import summary

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pytest_mlops_ws.findings.catalogue import Catalogue
    from pytest_mlops_ws.findings.context import Context
    from pytest_mlops_ws.findings.outcome import Outcome
    from pytest_mlops_ws.findings.rule import Rule
    from pytest_mlops_ws.model.diagnostics import Diagnostic, Severity, Span

DOCUMENT: Final = False

_COMMANDS: Final[Mapping[Severity, str]] = {
    "error": "error",
    "warning": "warning",
    "note": "notice",
}
_SHOWN: Final = 10


def report(outcome: Outcome, catalogue: Catalogue, context: Context) -> str:
    """Return a command a line, and the total."""
    rules = catalogue() if outcome.findings else {}
    lines = [_finding(finding, rules.get(finding.rule)) for finding in outcome.findings]
    for each in outcome.unchecked:
        place = {"file": each.path} if each.path else {}
        lines.append(_command("warning", {"title": "not judged", **place}, str(each)))
    total = f"mlops-ws: {summary(outcome, context)}"
    if any(outcome.number(severity) > _SHOWN for severity in _COMMANDS):
        total += f"; GitHub shows {_SHOWN} of a kind, all of them are in this log"
    return "".join(f"{line}\n" for line in [*lines, total])


def _finding(finding: Diagnostic, rule: Rule | None) -> str:
    title = f"{finding.rule} {rule.name}" if rule else finding.rule
    properties = {"title": title, "file": finding.span.path, **_numbers(finding.span)}
    return _command(_COMMANDS[finding.severity], properties, "\n".join(_message(finding)))


def _message(finding: Diagnostic) -> Iterator[str]:
    yield f"{finding.span}: {finding.rule} {finding.message}"
    if finding.related is not None:
        yield f"see also {finding.related}"
    if finding.remedy is not None:
        yield f"remedy: {finding.remedy}"


def _numbers(span: Span) -> dict[str, str]:
    numbers = {"line": span.line, "col": span.column}
    if span.end_line is not None:
        numbers["endLine"] = span.end_line
        if span.end_line != span.line:
            del numbers["col"]  # GitHub takes columns on one line only
        elif span.end_column is not None:
            numbers["endColumn"] = span.end_column
    return {name: str(number) for name, number in numbers.items()}


def _command(name: str, properties: Mapping[str, str], message: str) -> str:
    given = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{name} {given}::{_data(message)}"


def _data(text: str) -> str:
    lines = "\n".join(printable(line) for line in text.split("\n"))
    return lines.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
