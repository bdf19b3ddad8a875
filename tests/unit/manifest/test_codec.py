from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_mlops_ws.manifest import codec, emit, rules
from pytest_mlops_ws.manifest.codec import Manifest
from pytest_mlops_ws.model import names
from pytest_mlops_ws.model.errors import UsageError

WORDS = st.text(min_size=1, max_size=20)
NAMES = (
    st.from_regex(r"[a-z0-9]{1,8}([-_][a-z0-9]{1,8}){0,3}", fullmatch=True)
    .filter(lambda name: len(name) >= names.MIN_LENGTH)
    .filter(lambda name: name not in names.RESERVED)
)
TIMES = st.datetimes(dt.datetime(1000, 1, 1), timezones=st.just(dt.UTC))  # noqa: DTZ001 -- a bound
RELATIVE = st.from_regex(r"[a-z]{1,5}(/[a-z]{1,5}){0,2}", fullmatch=True)
METADATA = st.dictionaries(
    WORDS,
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
        max_leaves=6,
    ),
    max_size=4,
)
MANIFESTS = st.builds(
    Manifest,
    project_name=NAMES,
    source_paths=st.none() | st.lists(RELATIVE, unique=True, max_size=3).map(tuple),
    mlflow_tracking_uri=st.none() | WORDS,
    mlflow_registry_uri=st.none() | WORDS,
    mlflow_artifact_location=st.none() | WORDS,
    mlflow_workspace=st.none() | st.from_regex(r"[a-z0-9]{2,8}", fullmatch=True),
    mlflow_experiment_name=st.none() | WORDS,
    mlflow_experiment_id=st.none() | WORDS,
    dvc_repo_path=st.none() | RELATIVE,
    dvc_remote_path=st.none() | WORDS,
    bentoml_tag_prefix=st.none() | WORDS,
    metadata=METADATA,
    created_at=st.none() | TIMES,
    updated_at=st.none() | TIMES,
)


@given(MANIFESTS)
def test_any_manifest_is_read_back_as_it_was_written(manifest: Manifest) -> None:
    reading = codec.read(codec.render(manifest), "w.yaml")
    assert reading.diagnostics == ()
    assert reading.manifest is not None
    assert emit.same(reading.manifest.values(), manifest.values())


def test_new_file_says_what_it_must_and_no_more() -> None:
    time = dt.datetime(2026, 11, 23, 9, 15, 2, tzinfo=dt.UTC)
    manifest = Manifest(project_name="fraud", created_at=time, updated_at=time)
    assert codec.render(manifest).decode() == (
        "# yaml-language-server: $schema=https://github.com/mlops-ws/pytest-mlops-ws"
        "/raw/main/schemas/workspace.schema.json\n"
        "schema_version: 1\n"
        "project_name: fraud\n"
        "metadata: {}\n"
        "created_at: '2026-11-23T09:15:02+00:00'\n"
        "updated_at: '2026-11-23T09:15:02+00:00'\n"
    )


def read(text: str) -> Manifest:
    manifest = codec.read(text.encode(), "w.yaml").manifest
    assert manifest is not None
    return manifest


def test_absent_and_null_are_the_same() -> None:
    nulls = "".join(f"{key}: null\n" for key in codec.KEYS[2:])
    assert read(f"project_name: fraud\n{nulls}") == read("project_name: fraud\n")


@pytest.mark.parametrize("written", ["7", "'7'", "7.0"])
def test_experiment_id_is_text_however_it_was_written(written: str) -> None:
    assert read(f"project_name: fraud\nmlflow_experiment_id: {written}").mlflow_experiment_id == "7"


@pytest.mark.parametrize(
    "written",
    [
        "'2026-11-23T09:15:02Z'",
        "2026-11-23T09:15:02+00:00",
        "'2026-11-23 10:15:02+01:00'",
        "'2026-11-23T09:15:02'",
    ],
)
def test_time_has_a_zone_however_it_was_written(written: str) -> None:
    created = read(f"project_name: fraud\ncreated_at: {written}").created_at
    assert created == dt.datetime(2026, 11, 23, 9, 15, 2, tzinfo=dt.UTC)


def test_short_text_of_too_many_values_is_not_written() -> None:
    short = b"metadata: [" + b"?:," * (rules.MAX_NODES // 3) + b"]"
    assert codec.checked(short[:-4] + b"]") == short[:-4] + b"]"
    with pytest.raises(UsageError, match="Keep what is large in a file of its own"):
        codec.checked(short)


def test_too_large_a_manifest_is_not_written() -> None:
    many: dict[str, Any] = {"n": list(range(rules.MAX_NODES))}
    long: dict[str, Any] = {"text": "x" * rules.MAX_BYTES}
    for metadata in (many, long):
        with pytest.raises(UsageError, match="Keep what is large in a file of its own"):
            codec.render(Manifest(project_name="fraud", metadata=metadata))
