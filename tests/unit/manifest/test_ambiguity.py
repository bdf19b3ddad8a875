from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_mlops_ws.manifest import rules
from pytest_mlops_ws.manifest.edit import edited
from pytest_mlops_ws.manifest.reading import read

AMBIGUOUS = [
    *("yes", "Off", "no", "0755", "0o17", "08", "1:30", "1_000", "1e3", "+.5", "2026-11-23"),
    *("2026-11-23T09:15:02+00:00", "2026-11-23 09:15:02", "2026-11-23\n      09:15:02"),
]
LAYOUTS = [
    *("metadata: {{a: {}}}", "metadata: {{a: {}, b: 1}} # c", "metadata: {{a: [{}]}}"),
    *("metadata:\n  a:   {}   # c", "metadata:\n  a:\n    {}", "metadata:\n  a:\n  - {}\n  - b"),
    'metadata: {{"a":{}}}',
]


def mended(text: str) -> tuple[str, bool]:
    """Return the text after the only fix, and whether that is safe."""
    reading = read(text.encode(), "w.yaml")
    (fault,) = reading.diagnostics
    assert fault.rule == rules.AMBIGUOUS_SCALAR
    assert fault.fix is not None
    return edited(reading.document.text, fault.fix.edits), fault.fix.safe


@pytest.mark.parametrize(
    ("before", "after", "safe"),
    [
        ("metadata: {a: yes}", "metadata: {a: true}", True),
        ("metadata:\n  a: Off # why", "metadata:\n  a: false # why", True),
        ("created_at: 2026-11-23", "created_at: '2026-11-23'", True),
        ("metadata: {no: Norway}", "metadata: {'no': Norway}", True),
        ("metadata: {0755: x}", "metadata: {'0755': x}", True),
        ("metadata: {a: 1e3}", "metadata: {a: '1e3'}", True),
        ("metadata: {a: 0755}", "metadata: {a: '0755'}", False),
        ("metadata: {a: [1:30]}", "metadata: {a: ['1:30']}", False),
    ],
)
def test_doubt_is_removed_safely_where_our_own_reading_stays(
    before: str, after: str, *, safe: bool
) -> None:
    name = "project_name: fraud\n"
    assert mended(name + before) == (name + after, safe)


@given(st.sampled_from(AMBIGUOUS), st.sampled_from(LAYOUTS), st.sampled_from(["", "\n"]))
def test_afterwards_nobody_disagrees_and_a_safe_fix_changes_no_value(
    word: str, layout: str, end: str
) -> None:
    before = "project_name: fraud\n" + layout.format(word) + end
    after, safe = mended(before)
    again = read(after.encode(), "w.yaml")
    assert again.diagnostics == ()
    assert not safe or repr(again.values) == repr(read(before.encode(), "w.yaml").values)


def test_key_and_value_are_two_findings_with_names_of_their_own() -> None:
    reading = read(b"project_name: fraud\nmetadata: {no: yes, list: [1, no]}", "w.yaml")
    assert [fault.subject for fault in reading.diagnostics] == [
        "key metadata.no",
        "metadata.no",
        "metadata.list[1]",
    ]


def test_what_is_shown_of_it_fits_on_a_line() -> None:
    (fault,) = read(b"project_name: fraud\ncreated_at: 2026-11-23\t09:15:02", "w.yaml").diagnostics[
        :1
    ]
    assert fault.message == r"not all YAML readers read 2026-11-23\t09:15:02 alike"
    assert str(fault).isprintable()
