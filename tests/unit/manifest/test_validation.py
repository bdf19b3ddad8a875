from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from pytest_mlops_ws.manifest import emit
from pytest_mlops_ws.manifest.document import parse
from pytest_mlops_ws.manifest.edit import edited
from pytest_mlops_ws.manifest.schema import keys, schema
from pytest_mlops_ws.manifest.validation import validate

VALUES = st.sampled_from(
    [
        *(None, True, False, 0, 1, 7, 1.5, "", "x", "fraud", "Fraud", "fraud\n", "default", "con"),
        *("a" * 51, "-a", "/abs", "~/x", "..", "../x", "..x", "C:\\x", "2026-11-23", "2026-13-01"),
        *("2026-11-23T09:15:02+00:00", "${X:-y}", [], ["a"], ["a", "a"], ["/a"], [1], {}, {"a": 1}),
    ]
)
DOCUMENTS = st.dictionaries(st.sampled_from([*keys(), "other"]), VALUES, max_size=6)


@given(DOCUMENTS)
def test_what_stops_a_loader_is_what_the_json_schema_refuses(data: dict[str, emit.Plain]) -> None:
    text = "\n".join(line for key, value in data.items() for line in emit.entry(key, value))
    faults = validate(parse((text or "{}").encode(), "w.yaml"))
    complaints = list(Draft202012Validator(schema()).iter_errors(data))
    stopping = [each for each in complaints if each.validator != "additionalProperties"]
    assert any(fault.stops for fault in faults) == bool(stopping), faults


def test_unknown_key_is_a_warning_with_the_closest_known_one() -> None:
    (fault,) = validate(parse(b"project_name: fraud\nmlflow_uri: x\n", "w.yaml"))
    assert (fault.severity, fault.remedy) == ("warning", "did you mean 'mlflow_tracking_uri'?")


@pytest.mark.parametrize(
    ("before", "after", "title"),
    [
        (
            "project_name: ab\nmetadta: {}",
            "project_name: ab\nmetadata: {}",
            "rename it to 'metadata'",
        ),
        ("project_name: 2026 # x", "project_name: '2026' # x", "quote it: '2026'"),
        ("project_name: Fraud!\n", "project_name: fraud\n", "use 'fraud'"),
        ("project_name: con\n", "project_name: con-project\n", "use 'con-project'"),
        (
            "project_name: ab\nsource_paths: [7]",
            "project_name: ab\nsource_paths: ['7']",
            "quote it: '7'",
        ),
    ],
)
def test_what_was_probably_meant_is_suggested_and_never_made(
    before: str, after: str, title: str
) -> None:
    document = parse(before.encode(), "w.yaml")
    (fault,) = validate(document)
    assert fault.fix is not None
    assert (edited(document.text, fault.fix.edits), fault.fix.title, fault.fix.safe) == (
        after,
        title,
        False,
    )


@pytest.mark.parametrize(
    "text",
    [
        "project_name: ab\nmetadta: {}\nmetadata: {}",
        "project_name: >-\n  Fraud\n",
        "project_name: !",
        "project_name: ab\nteam: x",
        "project_name: ab\nmetadata: 1",
    ],
)
def test_where_it_is_not_that_easy_nothing_is_suggested(text: str) -> None:
    assert {fault.fix for fault in validate(parse(text.encode(), "w.yaml"))} == {None}


def test_who_has_hundreds_of_unknown_keys_has_not_mistyped_them() -> None:
    text = "project_name: fraud\n" + "".join(f"metadata_{n}: 1\n" for n in range(101))
    faults = validate(parse(text.encode(), "w.yaml"))
    assert {fault.remedy for fault in faults} == {"what is your own goes under 'metadata'"}


def test_newer_file_is_judged_by_nothing_else() -> None:
    (fault,) = validate(parse(b"schema_version: 3\nnew_key: x\n", "w.yaml"))
    assert str(fault) == (
        "w.yaml:1:17: WS205 this file is version 3, this release reads 1; upgrade pytest-mlops-ws"
    )


def test_wrong_type_is_not_called_ambiguous_as_well() -> None:
    (fault,) = validate(parse(b"project_name: fraud\nbentoml_tag_prefix: off\n", "w.yaml"))
    assert fault.rule == "WS203"


def test_faults_come_in_the_order_of_their_places() -> None:
    text = b"zzz: 1\nproject_name: &a fraud\nmetadata: 1\ncreated_at: 2\n"
    faults = validate(parse(text, "w.yaml"))
    assert [fault.span.line for fault in faults] == [1, 2, 3, 4]
