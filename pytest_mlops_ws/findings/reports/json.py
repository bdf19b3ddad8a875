"""For programs: everything, in the form of ``schemas/findings.schema.json``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pytest_mlops_ws.findings.fingerprints import fingerprints
from pytest_mlops_ws.model.address import PUBLIC_ADDRESS

if TYPE_CHECKING:
    from pytest_mlops_ws.findings.catalogue import Catalogue
    from pytest_mlops_ws.findings.context import Context
    from pytest_mlops_ws.findings.outcome import Excused, Outcome
    from pytest_mlops_ws.findings.rule import Rule
    from pytest_mlops_ws.model.diagnostics import Diagnostic, Span

DOCUMENT: Final = True
#: The form's own version: a program may rely on what it knows of it.
VERSION: Final = 1
SCHEMA: Final = f"{PUBLIC_ADDRESS}/raw/main/schemas/findings.schema.json"


def report(outcome: Outcome, catalogue: Catalogue, context: Context) -> str:
    """Return a JSON document, in ASCII: it suits every terminal and every encoding."""
    import json

    rules = catalogue()
    everything = [*outcome.findings, *(each.diagnostic for each in outcome.excused)]
    prints = dict(zip(map(id, everything), fingerprints(everything), strict=True))

    def finding(diagnostic: Diagnostic) -> dict[str, object]:
        return _finding(diagnostic, rules.get(diagnostic.rule), prints[id(diagnostic)])

    document = {
        "$schema": SCHEMA,
        "version": VERSION,
        "tool": {"name": "mlops-ws", "version": context.version()},
        "summary": _summary(outcome, context),
        "findings": [finding(diagnostic) for diagnostic in outcome.findings],
        "excused": [_excused(each, finding(each.diagnostic)) for each in outcome.excused],
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


def _finding(diagnostic: Diagnostic, rule: Rule | None, fingerprint: str) -> dict[str, object]:
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


def _excused(excused: Excused, finding: dict[str, object]) -> dict[str, object]:
    return {"by": excused.by, "reason": excused.reason, "finding": finding}


def _place(span: Span) -> dict[str, object]:
    return span._asdict()
