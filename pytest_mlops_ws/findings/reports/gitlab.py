"""For GitLab's code quality report.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format

GitLab tells old findings from new ones by their fingerprints, and drops all but one of those
that are equal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pytest_mlops_ws.findings.fingerprints import of_outcome

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_mlops_ws.findings.catalogue import Catalogue
    from pytest_mlops_ws.findings.context import Context
    from pytest_mlops_ws.findings.outcome import Outcome
    from pytest_mlops_ws.model.diagnostics import Diagnostic, Severity

DOCUMENT: Final = True

_SEVERITIES: Final[Mapping[Severity, str]] = {"error": "major", "warning": "minor", "note": "info"}


def report(outcome: Outcome, catalogue: Catalogue, context: Context) -> str:  # noqa: ARG001 -- as every format
    """Return a JSON list with an entry for each finding."""
    import json

    prints, _ = of_outcome(outcome)
    entries = [_entry(*each) for each in zip(outcome.findings, prints, strict=True)]
    return json.dumps(entries, indent=2) + "\n"


def _entry(finding: Diagnostic, fingerprint: str) -> dict[str, object]:
    span = finding.span
    lines = {"begin": span.line}
    if span.end_line is not None:
        lines["end"] = span.end_line
    also = f" (see also {finding.related})" if finding.related is not None else ""
    remedy = f". Remedy: {finding.remedy}" if finding.remedy is not None else ""
    return {
        "description": f"{finding.rule} {finding.message}{also}{remedy}",
        "check_name": finding.rule,
        "fingerprint": fingerprint,
        "severity": _SEVERITIES[finding.severity],
        "location": {"path": span.path, "lines": lines},
    }
