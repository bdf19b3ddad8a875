"""The report against the rules of pytest's own schema, ``testing/example_scripts/junit-10.xsd``."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from pytest_mlops_ws.findings.outcome import Outcome, Unchecked
from pytest_mlops_ws.model.diagnostics import Diagnostic, Span

if TYPE_CHECKING:
    from collections.abc import Callable

EXPECTED = """\
<?xml version="1.0" encoding="utf-8"?>
<testsuites tests="5" failures="1" errors="0">
  <testsuite name="mlops-ws" tests="5" failures="1" errors="0" skipped="2">
    <testcase classname="mlops-ws" name="the repository">
      <skipped message="git listed the first 9 files only" />
    </testcase>
    <testcase classname="mlops-ws" name="churn/workspace.yaml" />
    <testcase classname="mlops-ws" name="fraud/workspace.yaml">
      <failure type="WS999" message="WS999 nobody knows this rule; WS305 fraud logs into churn's \
experiment eval; WS601 a secret stands here">\
fraud/workspace.yaml:1:1: WS999 nobody knows this rule
fraud/workspace.yaml:3:25: WS305 fraud logs into churn's experiment eval
  see also churn/workspace.yaml:3:25
  remedy: give each project its own
fraud/workspace.yaml:6:10: WS601 a secret stands here</failure>
      <system-out>\
fraud/workspace.yaml:4:1: WS203 (warning) 'root_path' is absolute</system-out>
    </testcase>
    <testcase classname="mlops-ws" name="lora/workspace.yaml">
      <skipped message="its project was compared with no other" />
    </testcase>
    <testcase classname="mlops-ws" name="projects/50% off, a:b/ü\\udcff.py">
      <system-out>projects/50% off, a:b/ü\\udcff.py:7:1: WS502 (note) 100% of\\nit: logs \
&lt;elsewhere&gt; &amp; \\x1b[31mmore
  remedy: say `x`, or y: z</system-out>
    </testcase>
  </testsuite>
</testsuites>
"""

#: What the schema says of the elements we use: the attributes it knows, those it asks for, and the
#: elements that may stand inside.
ELEMENTS = {
    "testsuites": ({"name", "time", "tests", "failures", "errors"}, set(), {"testsuite"}),
    "testsuite": (
        {
            *("name", "tests", "failures", "errors", "group", "time", "skipped", "timestamp"),
            *("hostname", "id", "package", "file", "log", "url", "version"),
        },
        {"name", "tests", "failures", "errors"},
        {"testsuite", "properties", "testcase", "system-out", "system-err"},
    ),
    "testcase": (
        {"name", "time", "classname", "group"},
        {"name"},
        {
            *("skipped", "errors", "failure", "rerunFailure", "rerunError", "flakyFailure"),
            *("flakyError", "system-out", "system-err"),
        },
    ),
    "failure": ({"type", "message"}, set(), set()),
    "skipped": ({"type", "message"}, set(), set()),
    "system-out": (set(), set(), set()),
}


def check(element: ET.Element) -> None:
    known, wanted, inside = ELEMENTS[element.tag]
    assert wanted <= element.attrib.keys() <= known
    assert {child.tag for child in element} <= inside
    for child in element:
        check(child)


def test_every_file_is_a_test_case(outcome: Outcome, reported: Callable[..., str]) -> None:
    assert reported("junit", outcome) == EXPECTED


@pytest.mark.parametrize("clean", [False, True])
def test_it_obeys_the_schema_of_pytest(
    outcome: Outcome, reported: Callable[..., str], *, clean: bool
) -> None:
    root = ET.fromstring(reported("junit", Outcome() if clean else outcome).encode())  # noqa: S314 -- our own
    assert root.tag == "testsuites"
    check(root)


def test_clean_run_passes_every_manifest(reported: Callable[..., str]) -> None:
    assert (
        reported("junit", Outcome())
        == """\
<?xml version="1.0" encoding="utf-8"?>
<testsuites tests="3" failures="0" errors="0">
  <testsuite name="mlops-ws" tests="3" failures="0" errors="0" skipped="0">
    <testcase classname="mlops-ws" name="churn/workspace.yaml" />
    <testcase classname="mlops-ws" name="fraud/workspace.yaml" />
    <testcase classname="mlops-ws" name="lora/workspace.yaml" />
  </testsuite>
</testsuites>
"""
    )


def test_file_that_has_errors_failed_though_more_could_not_be_judged(
    reported: Callable[..., str],
) -> None:
    found = Diagnostic("WS101", "no YAML", Span("fraud/workspace.yaml"))
    broken = Unchecked("fraud/workspace.yaml", "its project was compared with no other")
    root = ET.fromstring(reported("junit", Outcome((found,), (), (broken,))).encode())  # noqa: S314 -- our own
    assert [child.tag for child in root.iter("testcase") for child in child] == ["failure"]
