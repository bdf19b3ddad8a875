"""For whatever reads JUnit's XML, in the form of pytest's own schema: a test case for each file.

https://github.com/pytest-dev/pytest/blob/main/testing/example_scripts/junit-10.xsd
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pytest_mlops_ws.findings.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from xml.etree.ElementTree import Element

    from pytest_mlops_ws.findings.catalogue import Catalogue
    from pytest_mlops_ws.findings.context import Context
    from pytest_mlops_ws.findings.outcome import Outcome
    from pytest_mlops_ws.model.diagnostics import Diagnostic

DOCUMENT: Final = True

_SUITE: Final = "mlops-ws"


def report(outcome: Outcome, catalogue: Catalogue, context: Context) -> str:  # noqa: ARG001 -- as every format
    """Return an XML document.

    A file fails with its errors, all of them in one failure: readers show the first one only.
    Warnings and notes are its output; a file that could not be judged was skipped.
    """
    from xml.etree import ElementTree as ET

    found: dict[str, list[Diagnostic]] = {path: [] for path in context.manifests}
    for finding in outcome.findings:
        found.setdefault(finding.span.path, []).append(finding)
    unchecked: dict[str, list[str]] = {}
    for each in outcome.unchecked:
        unchecked.setdefault(each.path, []).append(each.why)
    paths = sorted(found.keys() | unchecked.keys())
    cases = [_case(path, found.get(path, []), unchecked.get(path, [])) for path in paths]
    counts = {
        "tests": len(cases),
        "failures": sum(case.find("failure") is not None for case in cases),
        "errors": 0,
    }
    suites = ET.Element("testsuites", {name: str(number) for name, number in counts.items()})
    counts["skipped"] = sum(case.find("skipped") is not None for case in cases)
    attributes = {name: str(number) for name, number in counts.items()}
    ET.SubElement(suites, "testsuite", {"name": _SUITE, **attributes}).extend(cases)
    ET.indent(suites)
    text = ET.tostring(suites, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'


def _case(path: str, found: Sequence[Diagnostic], unchecked: Sequence[str]) -> Element:
    from xml.etree import ElementTree as ET

    name = printable(path) or "the repository"
    case = ET.Element("testcase", {"classname": _SUITE, "name": name})
    errors = [finding for finding in found if finding.stops]
    others = [finding for finding in found if not finding.stops]
    if errors:
        message = "; ".join(f"{error.rule} {printable(error.message)}" for error in errors)
        failure = ET.SubElement(case, "failure", {"type": errors[0].rule, "message": message})
        failure.text = _text(errors)
    elif unchecked:
        ET.SubElement(case, "skipped", {"message": printable("; ".join(unchecked))})
    if others:
        ET.SubElement(case, "system-out").text = _text(others)
    return case


def _text(findings: Sequence[Diagnostic]) -> str:
    return "\n".join(line for finding in findings for line in _lines(finding))


def _lines(finding: Diagnostic) -> Iterator[str]:
    severity = "" if finding.stops else f" ({finding.severity})"
    yield printable(f"{finding.span}: {finding.rule}{severity} {finding.message}")
    if finding.related is not None:
        yield printable(f"  see also {finding.related}")
    if finding.remedy is not None:
        yield printable(f"  remedy: {finding.remedy}")
