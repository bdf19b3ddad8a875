from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pytest_mlops_ws.findings.fingerprints import of_outcome
from pytest_mlops_ws.findings.outcome import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_mlops_ws.model.diagnostics import Diagnostic


def test_every_finding_is_an_entry(outcome: Outcome, reported: Callable[..., str]) -> None:
    prints, _ = of_outcome(outcome)
    path = "fraud/workspace.yaml"
    expected = [
        ("WS999 nobody knows this rule", "major", path, {"begin": 1}),
        (
            (
                "WS305 fraud logs into churn's experiment eval (see also"
                " churn/workspace.yaml:3:25). Remedy: give each project its own"
            ),
            "major",
            path,
            {"begin": 3, "end": 3},
        ),
        ("WS203 'root_path' is absolute", "minor", path, {"begin": 4, "end": 5}),
        ("WS601 a secret stands here", "major", path, {"begin": 6, "end": 6}),
        (
            "WS502 100% of\nit: logs <elsewhere> & \x1b[31mmore. Remedy: say `x`, or y: z",
            "info",
            "projects/50% off, a:b/ü\udcff.py",
            {"begin": 7},
        ),
    ]
    assert json.loads(reported("gitlab", outcome)) == [
        {
            "description": description,
            "check_name": description[:5],
            "fingerprint": fingerprint,
            "severity": severity,
            "location": {"path": path, "lines": lines},
        }
        for (description, severity, path, lines), fingerprint in zip(expected, prints, strict=True)
    ]


def test_fingerprints_are_unique_and_do_not_know_the_line(
    outcome: Outcome, reported: Callable[..., str]
) -> None:
    same = outcome.findings[1]
    lines = [same._replace(span=same.span._replace(line=line)) for line in (3, 8, 9)]

    def prints(*findings: Diagnostic) -> list[str]:
        entries = json.loads(reported("gitlab", Outcome(findings)))
        return [entry["fingerprint"] for entry in entries]

    assert len(set(prints(*lines))) == 3
    assert prints(*lines[:2]) == prints(*lines[1:])


def test_clean_run_is_an_empty_list(reported: Callable[..., str]) -> None:
    assert reported("gitlab", Outcome()) == "[]\n"
