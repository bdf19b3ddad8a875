from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_mlops_ws.findings.baseline import load, render, write
from pytest_mlops_ws.model.diagnostics import Diagnostic, Span
from pytest_mlops_ws.model.errors import EnvironmentFailedError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_mlops_ws.findings.baseline import Baseline

    Found = Callable[..., Diagnostic]

EMPTY = '{\n  "version": 1,\n  "findings": []\n}\n'


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Baseline]:
    """Record findings, and read them again."""

    def written(*findings: Diagnostic) -> Baseline:
        write("known.json", findings, str(tmp_path))
        return load("known.json", str(tmp_path))

    return written


def test_it_has_a_sorted_line_for_each_finding_and_no_places(finding: Found) -> None:
    found = [
        finding("WS404", 7, subject="s3://bücket/x", projects=("fraud",)),
        finding(line=9),
        finding(line=3, remedy="mend it"),
        finding(path="churn/workspace.yaml", subject=""),
        Diagnostic("WS006", "1 finding of the baseline is gone", Span("known.json")),
    ]
    expected = """\
{
  "version": 1,
  "findings": [
    {"path": "churn/workspace.yaml", "rule": "WS305", "subject": "", \
"projects": ["churn", "fraud"], "fingerprint": "3612529c701ca8d61f4bb782a3a7a1df"},
    {"path": "fraud/workspace.yaml", "rule": "WS305", "subject": "eval", \
"projects": ["churn", "fraud"], "fingerprint": "8563ace8ec4e9ca2f95cc61a664f21ea"},
    {"path": "fraud/workspace.yaml", "rule": "WS305", "subject": "eval", \
"projects": ["churn", "fraud"], "fingerprint": "f9f40f180eb633084eeeb4717a596e2e"},
    {"path": "fraud/workspace.yaml", "rule": "WS404", "subject": "s3://b\\u00fccket/x", \
"projects": ["fraud"], "fingerprint": "2d5a986297bc95849e373bda1851cbff"}
  ]
}
"""
    assert render(found) == expected
    assert render(found[::-1]) == render(found)
    assert render([]) == EMPTY


def test_only_what_it_does_not_hold_is_new(
    written: Callable[..., Baseline], finding: Found
) -> None:
    one, two = finding(subject="one"), finding(subject="two")
    baseline = written(one, two)
    moved = finding(subject="two", line=90)
    new = finding(subject="three")
    assert baseline.part([moved, new])[:2] == ([new], [moved])
    assert [gone.subject for gone in baseline.part([moved, new])[2]] == ["one"]


def test_one_more_of_the_same_is_new(written: Callable[..., Baseline], finding: Found) -> None:
    first, second, third = (finding(line=line) for line in (3, 5, 7))
    baseline = written(first, second)
    assert baseline.part([first, second, third]) == ([third], [first, second], [])
    assert len(baseline.part([second])[2]) == 1


def test_writing_the_same_again_changes_nothing(tmp_path: Path, finding: Found) -> None:
    path = tmp_path / "known.json"
    assert write("known.json", [finding()], str(tmp_path))
    before = path.stat().st_mtime_ns
    assert not write("known.json", [finding(line=70)], str(tmp_path))
    assert path.stat().st_mtime_ns == before
    assert list(tmp_path.iterdir()) == [path]


def test_disk_that_does_not_take_it_is_an_error_of_the_environment(
    tmp_path: Path, finding: Found
) -> None:
    with pytest.raises(EnvironmentFailedError, match=r"Cannot write .*no/known\.json"):
        write("no/known.json", [finding()], str(tmp_path))


def test_what_is_gone_is_one_note_where_it_stands(
    written: Callable[..., Baseline], finding: Found
) -> None:
    subjects = ("a", "b", "c", "d", "e")
    baseline = written(*(finding(f"WS30{5 + (each > 'c')}", subject=each) for each in subjects))
    kept = finding(subject="a")
    gone = baseline.part([kept])[2]
    assert baseline.stale(gone, lambda _: True) == Diagnostic(
        "WS006",
        "4 findings of the baseline are gone: WS305 in fraud/workspace.yaml, WS305 in"
        " fraud/workspace.yaml, WS306 in fraud/workspace.yaml, 1 more",
        Span("known.json", 5),
        "record what is left: mlops-ws check --write-baseline known.json",
        "note",
        subject="known.json",
    )
    only = baseline.stale(gone, lambda rule: rule == "WS306")
    assert only is not None
    assert only.message.startswith("2 findings of the baseline are gone: WS306 in ")
    assert only.span.line == 7
    assert baseline.stale(gone, lambda _: False) is None
    single = baseline.stale(gone[:1], lambda _: True)
    assert single is not None
    assert single.message == "1 finding of the baseline is gone: WS305 in fraud/workspace.yaml"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            None,
            "There is no baseline known.json; make it: mlops-ws check --write-baseline known.json",
        ),
        ("", "{} is no baseline: Expecting value: line 1 column 1 (char 0)"),
        (
            "<<<<<<< ours\n{",
            "{} is no baseline: Expecting value: line 1 column 1 (char 0)",
        ),
        ("[]", "{} is no baseline: it has no version"),
        ("{}", "{} is no baseline: it has no version"),
        ('{"version": "1"}', "{} is no baseline: it has no version"),
        ('{"version": 1}', "{} is no baseline: it has no list of findings"),
        ('{"version": 1, "findings": {}}', "{} is no baseline: it has no list of findings"),
        (
            '{"version": 1, "findings": [3]}',
            "{} is no baseline: finding 1 lacks its path, rule, subject or fingerprint",
        ),
        (
            '{"version": 1, "findings": [{"path": "a", "rule": "WS305", "fingerprint": "0"}]}',
            "{} is no baseline: finding 1 lacks its path, rule, subject or fingerprint",
        ),
        (
            '{"version": 2, "findings": "else"}',
            (
                "known.json is a baseline of version 2, and this release reads 1: pip install"
                " --upgrade pytest-mlops-ws"
            ),
        ),
        (b"\xff", "{} is no baseline: 'utf-8' codec can't decode byte 0xff in position 0:"),
        ("[" * 100_000, "{} is no baseline: "),
        (Path(), "{} is no baseline: Is a directory"),
    ],
)
def test_what_is_no_baseline_is_a_usage_error(
    content: str | bytes | Path | None, message: str, tmp_path: Path
) -> None:
    path = tmp_path / "known.json"
    if isinstance(content, Path):
        path.mkdir()
    elif content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(UsageError) as caught:
        load("known.json", str(tmp_path))
    said = str(caught.value)
    assert said.startswith(message.format("known.json"))
    if "{}" in message:
        assert said.endswith("; write it again: mlops-ws check --write-baseline known.json")


def test_baseline_that_somebody_has_formatted_is_one(tmp_path: Path, finding: Found) -> None:
    import json

    document = json.loads(render([finding()]))
    (tmp_path / "known.json").write_text(json.dumps(document, indent=4), encoding="utf-8")
    baseline = load("known.json", str(tmp_path))
    assert baseline.part([finding()])[1:] == ([finding()], [])
    stale = baseline.stale(list(baseline.known.values()), lambda _: True)
    assert stale is not None
    assert stale.span.line == 12
