"""For people: a line for each finding, its second place and remedy below; on a terminal the source.

Nothing but what `printable` lets through reaches the terminal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pytest_mlops_ws.findings.printable import printable
from pytest_mlops_ws.findings.summary import summary

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pytest_mlops_ws.findings.catalogue import Catalogue
    from pytest_mlops_ws.findings.context import Context, Terminal
    from pytest_mlops_ws.findings.outcome import Outcome
    from pytest_mlops_ws.model.diagnostics import Diagnostic

    #: Pieces of a line: a text, and its style in rich's words.
    Line = list[tuple[str, str]]

DOCUMENT: Final = False

_STYLES: Final = {"error": "bold red", "warning": "bold yellow", "note": "bold cyan"}
#: The source of these is what must not be shown.
_SECRETS: Final = "WS6"


def report(outcome: Outcome, catalogue: Catalogue, context: Context) -> str:  # noqa: ARG001 -- as every format
    """Return the findings, what could not be judged, and how much there is of both."""
    lines = _lines(outcome, context)
    if context.terminal is not None and context.terminal.colour:
        return _coloured(lines)
    return "".join(f"{''.join(text for text, _ in line)}\n" for line in lines)


def _lines(outcome: Outcome, context: Context) -> Iterator[Line]:
    for finding in outcome.findings:
        yield from _finding(finding)
        if context.terminal is not None:
            yield from _source(finding, context, context.terminal)
            yield []
    for each in outcome.unchecked:
        yield [(printable(str(each)), "")]
    if outcome.findings and context.terminal is None:
        yield []
    style = "bold" if outcome.findings else "bold green"
    yield [(f"mlops-ws: {summary(outcome, context)}", style)]
    yield from _advice(outcome)


def _finding(finding: Diagnostic) -> Iterator[Line]:
    severity = "" if finding.severity == "error" else f" ({finding.severity})"
    yield [
        (f"{printable(finding.span.path)}:{finding.span.line}:{finding.span.column}: ", "bold"),
        (finding.rule, _STYLES[finding.severity]),
        (f"{severity} {printable(finding.message)}", ""),
    ]
    if finding.related is not None:
        yield [("  see also ", "dim"), (printable(str(finding.related)), "")]
    if finding.remedy is not None:
        yield [("  remedy: ", "dim"), (printable(finding.remedy), "")]


def _source(finding: Diagnostic, context: Context, terminal: Terminal) -> Iterator[Line]:
    if finding.rule.startswith(_SECRETS):
        return
    text = context.read(finding.span.path)
    if text is None:
        return
    from pytest_mlops_ws.findings.excerpt import excerpt

    number = str(finding.span.line)
    found = excerpt(text, finding.span, terminal.width - len(number) - len("   | "))
    if found is not None:
        line, carets = found
        margin = " " * (len(number) + 2)
        yield [(f"{margin}|", "blue")]
        yield [(f" {number} | ", "blue"), (line, "")]
        yield [(f"{margin}| ", "blue"), (carets, _STYLES[finding.severity])]


def _advice(outcome: Outcome) -> Iterator[Line]:
    fixable = sum(finding.fix is not None and finding.fix.safe for finding in outcome.findings)
    if fixable:
        yield [(f"{fixable} can be mended: mlops-ws check --fix", "")]
    if outcome.findings:
        rules = [finding.rule for finding in outcome.findings]
        most = max(dict.fromkeys(rules), key=rules.count)
        yield [(f"why: mlops-ws explain {most}", "dim")]


def _coloured(lines: Iterable[Line]) -> str:
    from io import StringIO

    from rich.console import Console
    from rich.text import Text

    stream = StringIO()
    # Sixteen colours: those the user has chosen for his terminal.
    console = Console(
        file=stream, force_terminal=True, color_system="standard", soft_wrap=True, _environ={}
    )
    for line in lines:
        console.print(Text.assemble(*line), highlight=False)
    return stream.getvalue()
