from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mlops_ws.findings.outcome import Outcome
from pytest_mlops_ws.model.diagnostics import Diagnostic, Span

if TYPE_CHECKING:
    from collections.abc import Callable

EXPECTED = """\
::error title=WS999,file=fraud/workspace.yaml,line=1,col=1::\
fraud/workspace.yaml:1:1: WS999 nobody knows this rule
::error title=WS305 same-experiment,file=fraud/workspace.yaml,line=3,col=25,endLine=3,\
endColumn=29::\
fraud/workspace.yaml:3:25: WS305 fraud logs into churn's experiment eval\
%0Asee also churn/workspace.yaml:3:25%0Aremedy: give each project its own
::warning title=WS203 wrong-type,file=fraud/workspace.yaml,line=4,endLine=5::\
fraud/workspace.yaml:4:1: WS203 'root_path' is absolute
::error title=WS601 secret,file=fraud/workspace.yaml,line=6,col=10,endLine=6,endColumn=16::\
fraud/workspace.yaml:6:10: WS601 a secret stands here
::notice title=WS502 unscoped-tracking,file=projects/50%25 off%2C a%3Ab/ü\\udcff.py,line=7,col=1::\
projects/50%25 off, a:b/ü\\udcff.py:7:1: WS502 100%25 of%0Ait: logs <elsewhere> & \\x1b[31mmore\
%0Aremedy: say `x`, or y: z
::warning title=not judged,file=lora/workspace.yaml::\
lora/workspace.yaml: not judged: its project was compared with no other
::warning title=not judged::the repository: not judged: git listed the first 9 files only
mlops-ws: 3 errors, 1 warning, 1 note in 2 files (1 ignored, 1 allowed, 1 in the baseline)
"""


def test_every_finding_is_a_command_and_the_total_is_said(
    outcome: Outcome, reported: Callable[..., str]
) -> None:
    assert reported("github", outcome) == EXPECTED


def test_carriage_return_ends_no_command(reported: Callable[..., str]) -> None:
    found = Diagnostic("WS305", "a\r::error::b\rc", Span("a\rb.yaml"))
    assert reported("github", Outcome((found,))).splitlines()[0] == (
        "::error title=WS305 same-experiment,file=a\\rb.yaml,line=1,col=1::"
        "a\\rb.yaml:1:1: WS305 a\\r::error::b\\rc"
    )


def test_more_than_github_shows_are_spoken_of(reported: Callable[..., str]) -> None:
    def last(number: int) -> str:
        found = tuple(
            Diagnostic("WS502", "x", Span("a.py", line + 1), severity="warning")
            for line in range(number)
        )
        return reported("github", Outcome(found)).splitlines()[-1]

    assert last(10) == "mlops-ws: 10 warnings in 1 file"
    assert last(11) == (
        "mlops-ws: 11 warnings in 1 file; GitHub shows 10 of a kind, all of them are in this log"
    )


def test_clean_run_is_the_total(reported: Callable[..., str]) -> None:
    assert reported("github", Outcome()) == (
        "mlops-ws: no findings in 3 manifests, 17 files read\n"
    )
