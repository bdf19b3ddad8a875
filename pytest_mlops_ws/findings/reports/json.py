"""For programs: everything, in the form of ``schemas/findings.schema.json``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pytest_mlops_ws.findings.fingerprints import of_outcome
from pytest_mlops_ws.model.address import PUBLIC_ADDRESS

if TYPE_CHECKING:
    from pytest_mlops_ws.findings.catalogue import Catalogue
    from pytest_mlops_ws.findings.context import Context
    from pytest_mlops_ws.findings.outcome import Outcome
    from pytest_mlops_ws.findings.rule import Rule
    from pytest_mlops_ws.model.diagnostics import Diagnostic, Span

    Json = dict[str, object]

DOCUMENT: Final = True
#: The form's own version: a program may rely on what it knows of it.
VERSION: Final = 1
SCHEMA: Final = f"{PUBLIC_ADDRESS}/raw/main/schemas/findings.schema.json"


def report(outcome: Outcome, catalogue: Catalogue, context: Context) -> str:
    """Return a JSON document, in ASCII: it suits every terminal and every encoding."""
    import json

    rules = catalogue() if outcome.findings or outcome.excused else {}
    prints, excused_prints = of_outcome(outcome)

    def finding(diagnostic: Diagnostic, fingerprint: str) -> Json:
        return _finding(diagnostic, rules.get(diagnostic.rule), fingerprint)

    document = {
        "$schema": SCHEMA,
        "version": VERSION,
        "tool": {"name": "mlops-ws", "version": context.version()},
        "summary": _summary(outcome, context),
        "findings": list(map(finding, outcome.findings, prints)),
        "excused": [
            {"by": each.by, "reason": each.reason, "finding": finding(each.diagnostic, fingerprint)}
            for each, fingerprint in zip(outcome.excused, excused_prints, strict=True)
        ],
        "unchecked": [{"path": each.path, "why": each.why} for each in outcome.unchecked],
    }
    return json.dumps(document, indent=2) + "\n"


def _summary(outcome: Outcome, context: Context) -> dict[str, int]:
    return {
        "errors": outcome.number("error"),
        "warnings": outcome.number("warning"),
        "notes": outcome.number("note"),
        "ignored": outcome.excused_by("ignore"),
        "allowed": outcome.excused_by("allow"),
        "baselined": outcome.excused_by("baseline"),
        "manifests": len(context.manifests),
        "files": context.files,
        "exit_status": outcome.exit_status,
    }


def _finding(diagnostic: Diagnostic, rule: Rule | None, fingerprint: str) -> Json:
    fix = diagnostic.fix
    return {
        "rule": diagnostic.rule,
        "name": rule.name if rule else None,
        "severity": diagnostic.severity,
        "message": diagnostic.message,
        "remedy": diagnostic.remedy,
        "place": _place(diagnostic.span),
        "related": _place(diagnostic.related) if diagnostic.related else None,
        "projects": list(diagnostic.projects),
        "subject": diagnostic.subject,
        "fingerprint": fingerprint,
        "address": rule.address if rule else None,
        "fix": {**fix._asdict(), "edits": [edit._asdict() for edit in fix.edits]} if fix else None,
    }


def _place(span: Span) -> Json:
    return span._asdict()
