from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from pytest_mlops_ws.findings.context import Terminal
from pytest_mlops_ws.findings.outcome import Excused, Outcome, Unchecked
from pytest_mlops_ws.model.diagnostics import Diagnostic, Span

if TYPE_CHECKING:
    from collections.abc import Callable

PLAIN = """\
fraud/workspace.yaml:1:1: WS999 nobody knows this rule
fraud/workspace.yaml:3:25: WS305 fraud logs into churn's experiment eval
  see also churn/workspace.yaml:3:25
  remedy: give each project its own
fraud/workspace.yaml:4:1: WS203 (warning) 'root_path' is absolute
fraud/workspace.yaml:6:10: WS601 a secret stands here
projects/50% off, a:b/ü\\udcff.py:7:1: WS502 (note) 100% of\\nit: logs <elsewhere> & \\x1b[31mmore
  remedy: say `x`, or y: z
lora/workspace.yaml: not judged: its project was compared with no other
the repository: not judged: git listed the first 9 files only

mlops-ws: 3 errors, 1 warning, 1 note in 2 files (1 ignored, 1 allowed, 1 in the baseline)
1 can be mended: mlops-ws check --fix
why: mlops-ws explain WS999
"""
ON_A_TERMINAL = """\
fraud/workspace.yaml:1:1: WS999 nobody knows this rule
   |
 1 | project_name: fraud
   | ^

fraud/workspace.yaml:3:25: WS305 fraud logs into churn's experiment eval
  see also churn/workspace.yaml:3:25
  remedy: give each project its own
   |
 3 | mlflow_experiment_name: eval
   |                         ^^^^

fraud/workspace.yaml:4:1: WS203 (warning) 'root_path' is absolute
   |
 4 | root_path: /home/me
   | ^^^^^^^^^^^^^^^^^^^

fraud/workspace.yaml:6:10: WS601 a secret stands here

projects/50% off, a:b/ü\\udcff.py:7:1: WS502 (note) 100% of\\nit: logs <elsewhere> & \\x1b[31mmore
  remedy: say `x`, or y: z

lora/workspace.yaml: not judged: its project was compared with no other
the repository: not judged: git listed the first 9 files only
mlops-ws: 3 errors, 1 warning, 1 note in 2 files (1 ignored, 1 allowed, 1 in the baseline)
1 can be mended: mlops-ws check --fix
why: mlops-ws explain WS999
"""


def test_in_a_pipe_it_is_a_line_each_with_remedies(
    outcome: Outcome, reported: Callable[..., str]
) -> None:
    assert reported("text", outcome) == PLAIN


def test_on_a_terminal_the_source_is_shown_but_no_secret(
    outcome: Outcome, reported: Callable[..., str]
) -> None:
    assert reported("text", outcome, terminal=Terminal(100, colour=False)) == ON_A_TERMINAL


def test_colour_changes_no_word(outcome: Outcome, reported: Callable[..., str]) -> None:
    coloured = reported("text", outcome, terminal=Terminal(100))
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == ON_A_TERMINAL
    assert coloured.splitlines()[5:11] == [
        (
            "\x1b[1mfraud/workspace.yaml:3:25: \x1b[0m\x1b[1;31mWS305\x1b[0m"
            " fraud logs into churn's experiment eval"
        ),
        "\x1b[2m  see also \x1b[0mchurn/workspace.yaml:3:25",
        "\x1b[2m  remedy: \x1b[0mgive each project its own",
        "\x1b[34m   |\x1b[0m",
        "\x1b[34m 3 | \x1b[0mmlflow_experiment_name: eval",
        "\x1b[34m   | \x1b[0m\x1b[1;31m                        ^^^^\x1b[0m",
    ]


def test_long_message_is_left_to_the_terminal_to_wrap(reported: Callable[..., str]) -> None:
    message = "word " * 60 + "end [bold]not markup[/bold] :smile:"
    outcome = Outcome((Diagnostic("WS305", message, Span("a.yaml")),))
    coloured = reported("text", outcome, terminal=Terminal(40))
    assert f" {message}\n" in coloured


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (Outcome(), "mlops-ws: no findings in 3 manifests, 17 files read\n"),
        (
            Outcome((), (Excused(Diagnostic("WS305", "x", Span("a")), "allow", "y"),)),
            "mlops-ws: no findings in 3 manifests, 17 files read (1 allowed)\n",
        ),
        (
            Outcome((), (), (Unchecked("a.yaml", "x"),)),
            "a.yaml: not judged: x\nmlops-ws: no findings in 3 manifests, 17 files read\n",
        ),
    ],
)
def test_clean_run_is_one_line(
    outcome: Outcome, expected: str, reported: Callable[..., str]
) -> None:
    assert reported("text", outcome) == expected


def test_one_is_one(reported: Callable[..., str]) -> None:
    clean = reported("text", Outcome(), manifests=("a.yaml",), files=1)
    assert clean == "mlops-ws: no findings in 1 manifest, 1 file read\n"
    found = Diagnostic("WS305", "x", Span("a.yaml"), severity="note")
    assert "\nmlops-ws: 1 note in 1 file\n" in reported("text", Outcome((found,)))


def test_most_frequent_rule_is_the_one_to_read_about(reported: Callable[..., str]) -> None:
    rules = ("WS101", "WS305", "WS404", "WS305")
    found = tuple(Diagnostic(rule, "x", Span("a.yaml")) for rule in rules)
    assert reported("text", Outcome(found)).endswith("why: mlops-ws explain WS305\n")


def test_terminal_is_one_that_somebody_looks_at() -> None:
    import io
    import os
    import pty

    assert Terminal.of(io.StringIO(), {}) is None
    leader, follower = pty.openpty()
    with os.fdopen(leader, "rb"), os.fdopen(follower, "w") as stream:
        assert Terminal.of(stream, {}) == Terminal(100, colour=True)  # it says 0 columns
        assert Terminal.of(stream, {"NO_COLOR": ""}) == Terminal(100, colour=True)
        assert Terminal.of(stream, {"NO_COLOR": "1"}) == Terminal(100, colour=False)
        assert Terminal.of(stream, {"TERM": "dumb"}) == Terminal(100, colour=False)
        import fcntl
        import struct
        import termios

        fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 57, 0, 0))
        assert Terminal.of(stream, {}) == Terminal(57, colour=True)
