"""SARIF 2.1.0, for GitHub's code scanning, editors and dashboards.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html

What is excused is left out. The format has a place for it, ``suppressions``, which GitHub does not
heed: each excused finding would become an alert (https://github.com/github/codeql-action/issues/1230).
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from pytest_mlops_ws.findings.fingerprints import of_outcome
from pytest_mlops_ws.findings.rule import HardLink, Link
from pytest_mlops_ws.model.address import PUBLIC_ADDRESS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pytest_mlops_ws.findings.catalogue import Catalogue
    from pytest_mlops_ws.findings.context import Context
    from pytest_mlops_ws.findings.outcome import Outcome, Unchecked
    from pytest_mlops_ws.findings.rule import Rule
    from pytest_mlops_ws.model.diagnostics import Diagnostic, Fix, Span

    Json = dict[str, Any]

DOCUMENT: Final = True

SCHEMA: Final = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
#: The repository's root, by the name that GitHub knows it by.
_ROOT: Final = "%SRCROOT%"
#: Not ``primaryLocationLineHash``: GitHub's uploader computes that one and complains of another.
_FINGERPRINT: Final = "mlopsWs/v1"

#: How a message refers to its second place.
_RELATED: Final = 1


def report(outcome: Outcome, catalogue: Catalogue, context: Context) -> str:
    """Return a SARIF log with one run."""
    import json

    known = catalogue() if outcome.findings else {}
    used = sorted({finding.rule for finding in outcome.findings})
    rules = [_rule(known[rule]) if rule in known else {"id": rule} for rule in used]
    prints, _ = of_outcome(outcome)
    run: Json = {
        "tool": {
            "driver": {
                "name": "mlops-ws",
                "informationUri": PUBLIC_ADDRESS,
                "version": context.version(),
                "rules": rules,
            }
        },
        "invocations": [_invocation(outcome.unchecked)],
        "originalUriBaseIds": {_ROOT: {"uri": f"{_absolute(context.root)}/"}},
        "columnKind": "unicodeCodePoints",
        "results": [
            _result(finding, used.index(finding.rule), fingerprint)
            for finding, fingerprint in zip(outcome.findings, prints, strict=True)
        ],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(rule: Rule) -> Json:
    return {
        "id": rule.id,
        "name": rule.name,
        "shortDescription": {"text": f"{rule.title[:1].upper()}{rule.title[1:]}."},
        "fullDescription": {"text": rule.why},
        "help": {"text": rule.why, "markdown": _page(rule)},
        "helpUri": rule.address,
        "defaultConfiguration": {"level": rule.severity},
        "properties": {"tags": ["mlops", rule.family]},
    }


def _page(rule: Rule) -> str:
    """Return the rule's page in Markdown, as GitHub shows it beside an alert."""
    parts = [rule.why]
    for title, files in (("Bad", rule.bad), ("Good", rule.good)):
        for path, content in files.items():
            language = _LANGUAGES.get(path.rpartition(".")[2], "")
            parts.append(f"{title}: `{path}`\n\n~~~{language}\n{_shown(content)}~~~")
    return "\n\n".join(parts)


def _shown(content: str) -> str:
    if isinstance(content, Link | HardLink):
        kind = "symbolic" if isinstance(content, Link) else "hard"
        return f"(a {kind} link to {content})\n"
    return content if content.endswith("\n") else f"{content}\n"


_LANGUAGES: Final = {"yaml": "yaml", "dvc": "yaml", "py": "python", "toml": "toml", "json": "json"}


def _result(finding: Diagnostic, index: int, fingerprint: str) -> Json:
    text = finding.message
    if finding.related is not None:
        shown = re.sub(r"[\[\]\\]", r"\\\g<0>", str(finding.related))
        text += f" (see also [{shown}]({_RELATED}))"
    if finding.remedy is not None:
        text += f". Remedy: {finding.remedy}"
    result: Json = {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": finding.severity,
        "message": {"text": text},
        "locations": [_location(finding.span)],
        "partialFingerprints": {_FINGERPRINT: fingerprint},
    }
    if finding.related is not None:
        result["relatedLocations"] = [{"id": _RELATED, **_location(finding.related)}]
    if finding.projects:
        result["properties"] = {"projects": list(finding.projects)}
    if finding.fix is not None:
        result["fixes"] = [_fix(finding.fix)]
    return result


def _fix(fix: Fix) -> Json:
    replacements = [
        {
            "deletedRegion": {"charOffset": edit.start, "charLength": edit.end - edit.start},
            **({"insertedContent": {"text": edit.text}} if edit.text else {}),
        }
        for edit in fix.edits
    ]
    change = {"artifactLocation": _artifact(fix.path), "replacements": replacements}
    return {"description": {"text": fix.title}, "artifactChanges": [change]}


def _location(span: Span) -> Json:
    region = {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }
    given = {name: number for name, number in region.items() if number is not None}
    return {"physicalLocation": {"artifactLocation": _artifact(span.path), "region": given}}


def _invocation(unchecked: Sequence[Unchecked]) -> Json:
    invocation: Json = {"executionSuccessful": True}
    if unchecked:
        invocation["toolExecutionNotifications"] = [_notification(each) for each in unchecked]
    return invocation


def _notification(unchecked: Unchecked) -> Json:
    notification: Json = {"level": "warning", "message": {"text": str(unchecked)}}
    if unchecked.path:
        place = {"artifactLocation": _artifact(unchecked.path)}
        notification["locations"] = [{"physicalLocation": place}]
    return notification


def _artifact(path: str) -> Mapping[str, str]:
    if os.path.isabs(path):  # noqa: PTH117 -- a question about text
        return {"uri": _absolute(path)}
    # A path that is no text is one all the same.
    uri = quote(path.replace(os.sep, "/").encode("utf-8", "surrogateescape"))
    return {"uri": uri, "uriBaseId": _ROOT}


def _absolute(path: str) -> str:
    return Path(path).as_uri().rstrip("/")
