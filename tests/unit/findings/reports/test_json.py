from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from pytest_mlops_ws.findings.fingerprints import of_outcome
from pytest_mlops_ws.findings.outcome import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

SCHEMA = Path(__file__).parents[4] / "schemas" / "findings.schema.json"


def strict(schema: Any) -> Any:
    """Forbid what the schema does not tell of; readers must bear it, for the sake of what comes."""
    if isinstance(schema, dict):
        closed = {"additionalProperties": False} if "properties" in schema else {}
        return {key: strict(value) for key, value in schema.items()} | closed
    return [strict(each) for each in schema] if isinstance(schema, list) else schema


@pytest.fixture
def validator() -> jsonschema.Draft202012Validator:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(strict(schema))


def test_everything_is_told_in_the_form_of_the_schema(
    outcome: Outcome,
    reported: Callable[..., str],
    validator: jsonschema.Draft202012Validator,
) -> None:
    document = json.loads(reported("json", outcome))
    validator.validate(document)
    assert document["$schema"].rpartition("/")[2] == SCHEMA.name
    assert {key: document[key] for key in ("version", "tool", "summary", "unchecked")} == {
        "version": 1,
        "tool": {"name": "mlops-ws", "version": "1.2.3"},
        "summary": {
            "errors": 3,
            "warnings": 1,
            "notes": 1,
            "ignored": 1,
            "allowed": 1,
            "baselined": 1,
            "manifests": 3,
            "files": 17,
            "exit_status": 1,
        },
        "unchecked": [
            {"path": "lora/workspace.yaml", "why": "its project was compared with no other"},
            {"path": "", "why": "git listed the first 9 files only"},
        ],
    }
    prints, excused_prints = of_outcome(outcome)
    assert [finding["fingerprint"] for finding in document["findings"]] == prints
    assert document["findings"][1] == {
        "rule": "WS305",
        "name": "same-experiment",
        "severity": "error",
        "message": "fraud logs into churn's experiment eval",
        "remedy": "give each project its own",
        "place": {
            "path": "fraud/workspace.yaml",
            "line": 3,
            "column": 25,
            "end_line": 3,
            "end_column": 29,
        },
        "related": {
            "path": "churn/workspace.yaml",
            "line": 3,
            "column": 25,
            "end_line": 3,
            "end_column": 29,
        },
        "projects": ["fraud", "churn"],
        "subject": "eval",
        "fingerprint": prints[1],
        "address": (
            "https://github.com/mlops-ws/pytest-mlops-ws/blob/main/docs/rules.md#ws305-same-experiment"
        ),
        "fix": None,
    }
    assert document["findings"][2]["fix"] == {
        "title": "remove 'root_path'",
        "path": "fraud/workspace.yaml",
        "safe": True,
        "edits": [{"start": 97, "end": 117, "text": ""}, {"start": 117, "end": 117, "text": "#"}],
    }
    assert document["findings"][0] == {
        "rule": "WS999",
        "name": None,
        "severity": "error",
        "message": "nobody knows this rule",
        "remedy": None,
        "place": {
            "path": "fraud/workspace.yaml",
            "line": 1,
            "column": 1,
            "end_line": None,
            "end_column": None,
        },
        "related": None,
        "projects": [],
        "subject": "",
        "fingerprint": prints[0],
        "address": None,
        "fix": None,
    }
    excuses = [
        (each["by"], each["reason"], each["finding"]["rule"], each["finding"]["fingerprint"])
        for each in document["excused"]
    ]
    assert excuses == [
        ("baseline", "", "WS404", excused_prints[0]),
        ("ignore", "agreed", "WS305", excused_prints[1]),
        ("allow", "as declared", "WS305", excused_prints[2]),
    ]


def test_clean_run_has_the_form_too(
    reported: Callable[..., str], validator: jsonschema.Draft202012Validator
) -> None:
    document = json.loads(reported("json", Outcome()))
    validator.validate(document)
    assert (document["findings"], document["summary"]["exit_status"]) == ([], 0)


def test_schema_refuses_what_is_no_report(
    outcome: Outcome,
    reported: Callable[..., str],
    validator: jsonschema.Draft202012Validator,
) -> None:
    document = json.loads(reported("json", outcome))
    for change in (
        {"version": 2},
        {"more": 1},
        {"findings": [{"rule": "WS305"}]},
        {"findings": [{**document["findings"][0], "rule": "WS3050"}]},
        {"findings": [{**document["findings"][0], "severity": "fatal"}]},
        {"excused": [{"by": "nobody", "reason": "", "finding": document["findings"][0]}]},
    ):
        assert not validator.is_valid(document | change), change


def test_it_is_ascii(outcome: Outcome, reported: Callable[..., str]) -> None:
    assert reported("json", outcome).isascii()
