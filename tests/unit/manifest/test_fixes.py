from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_mlops_ws.manifest.edit import edited
from pytest_mlops_ws.manifest.fixes import fix, removal, replacement
from pytest_mlops_ws.manifest.reading import read
from pytest_mlops_ws.model.diagnostics import Edit, Fix

if TYPE_CHECKING:
    from pytest_mlops_ws.manifest.emit import Plain


def mended(text: str, changes: dict[str, Plain]) -> tuple[str, bool]:
    """Return the text after the fix, and whether that is safe."""
    found = fix(read(text.encode(), "w.yaml"), changes, "mend it")
    assert found is not None
    assert (found.title, found.path) == ("mend it", "w.yaml")
    return edited(text.removeprefix("\ufeff"), found.edits), found.safe


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a: 1\nkey: x\nz: 1\n", "a: 1\nz: 1\n"),
        ("# file\n\n# about key\nkey: x # why\n\nz: 1\n", "# file\n\n# about key\n# why\n\nz: 1\n"),
        ("a: 1\nkey: x", "a: 1\n"),
        ("a: 1\nkey:\nz: 1\n", "a: 1\nz: 1\n"),
        ("a: 1\nkey:    # why\n\nz: 1\n", "a: 1\n# why\n\nz: 1\n"),
        ("key:\n  b: 1 # one\n  # two\n  c: 2\n# z\nz: 1\n", "# z\nz: 1\n"),
        ("key:\n- b\n- c\nz: 1\n", "z: 1\n"),
        ("key: >-\n  b\n  c\n\nz: 1\n", "\nz: 1\n"),
        ("key: |\n  b: 1\nz: 1\n", "z: 1\n"),
        ("key: {b: 1,\n  c: [2]} # why\nz: 1\n", "# why\nz: 1\n"),
        ("  a: 1\r\n  key: x\t# why", "  a: 1\r\n  # why"),
        ("key: 'b\n\n  c'\nz: 1\n", "z: 1\n"),
        ("key: b\n  c\nz: 1\n", "z: 1\n"),
        ("'key'  : b\nz: 1\n", "z: 1\n"),
        ("  a: 1\n  key: x\n  z: 1\n", "  a: 1\n  z: 1\n"),
        ("a: 1\r\nkey: x\r\nz: 1\r\n", "a: 1\r\nz: 1\r\n"),
        ("a: 1\rkey: x\rz: 1\r", "a: 1\rz: 1\r"),
        ("---\nkey: x\nz: 1\n...\n", "---\nz: 1\n...\n"),
        ("é: 😀 # ü\nkey: 😀\nz: 1\n", "é: 😀 # ü\nz: 1\n"),
        ("\ufeffkey: x\nz: 1\n", "z: 1\n"),
        ("? key\n: x\nz: 1\n", "z: 1\n"),
    ],
)
def test_removed_key_takes_its_lines_and_nothing_else(before: str, after: str) -> None:
    assert mended(before, {"key": None}) == (after, True)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a: 1\nkey: x # why\n", "a: 1\nkey: new # why\n"),
        ("key:\n  b: 1 # one\n# z\nz: 1\n", "key: new # one\n# z\nz: 1\n"),
        ("# file\na: 1\r\n\r\n# end\r\n", "# file\na: 1\r\nkey: new\n\r\n# end\r\n"),
        ("a: 1", "a: 1\nkey: new\n"),
    ],
)
def test_key_gets_its_value_where_it_stands_or_at_the_end(before: str, after: str) -> None:
    assert mended(before, {"key": "new"}) == (after, True)


def test_several_changes_are_one_fix() -> None:
    before = "root_path: /x\nproject_name: Fraud\n# mine\nbentoml_tag_prefix: 'a:'\n"
    changes: dict[str, Plain] = {
        "root_path": None,
        "bentoml_tag_prefix": None,
        "project_name": "fraud",
        "schema_version": 1,
    }
    assert mended(before, changes) == ("project_name: fraud\n# mine\nschema_version: 1\n", True)


@pytest.mark.parametrize(
    ("before", "changes", "after"),
    [
        ("a: 1\nkey:", {"key": "x", "new": 1}, "a: 1\nkey: x\nnew: 1\n"),
        ("a: 1\nkey: y", {"key": "x", "new": 1}, "a: 1\nkey: x\nnew: 1\n"),
        ("a: 1\nkey: y", {"key": None, "new": 1}, "a: 1\nnew: 1\n"),
        ("a: 1\r\nkey: y\r\n", {"key": None, "new": 1}, "a: 1\r\nnew: 1\r\n"),
    ],
)
def test_change_and_addition_at_the_end_do_not_meet(
    before: str, changes: dict[str, Plain], after: str
) -> None:
    assert mended(before, changes) == (after, True)
    found = fix(read(before.encode(), "w.yaml"), changes, "mend it")
    assert found is not None
    starts = [edit.start for edit in found.edits]
    assert len(set(starts)) == len(starts)


def test_faulty_manifest_is_mended_where_the_fault_is_not() -> None:
    before = "project_name: Fraud\nteam: a\nroot_path: /x\n"
    assert mended(before, {"root_path": None}) == ("project_name: Fraud\nteam: a\n", True)


def test_change_that_would_say_something_else_is_a_suggestion() -> None:
    # The blank line is part of the text, and the line that is taken away ended it.
    assert mended("a: |+\n  x\nkey: y\n\n", {"key": None}) == ("a: |+\n  x\n\n", False)


def test_key_without_a_colon_is_nothing_that_is_edited_well() -> None:
    assert mended("a: 1\n? key\n", {"key": "x"}) == ("a: 1\n? key x", False)
    assert mended("a: 1\n? key\n", {"key": None}) == ("a: 1\n", True)


def test_change_of_what_is_not_all_known_is_a_suggestion() -> None:
    assert mended("key: &x 1\nz: *x\n", {"key": None}) == ("z: *x\n", False)
    assert mended("key: 1\nz: 2\nkey: 3\n", {"key": None}) == ("z: 2\n", False)


def test_caller_who_knows_better_has_the_last_word() -> None:
    found = removal(read(b"a: 1\nkey: x\n", "w.yaml"), "key", safe=False)
    assert found == Fix("remove 'key'", "w.yaml", (Edit(5, 12, ""),), safe=False)


def test_manifest_in_braces_is_written_as_lines_if_people_want_that() -> None:
    before = "{project_name: fraud, root_path: /x, metadata: {a: [1]}} # c\n"
    after = "project_name: fraud\nmetadata:\n  a:\n    - 1\n"
    assert mended(before, {"root_path": None}) == (after, False)


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("a: 1\n", {"key": None}),
        ("a: 1\nkey: x\n", {"key": "x"}),
        ("a: [", {"a": None}),
        ("- a", {"a": 1}),
        ("{a: 1, b: &x 1}", {"a": None}),
        ("{a: 1, " + "b" * 1200 + "}", {"a": None}),
    ],
)
def test_where_there_is_nothing_to_do_or_nothing_known_there_is_no_fix(
    text: str, changes: dict[str, Plain]
) -> None:
    assert fix(read(text.encode(), "w.yaml"), changes, "mend it") is None


def test_title_says_what_to_type() -> None:
    reading = read(b"a: 1\n", "w.yaml")
    titles = [
        found.title
        for found in (
            removal(reading, "a"),
            replacement(reading, "a", "x: y"),
            replacement(reading, "b", ["x"]),
        )
        if found is not None
    ]
    assert titles == ["remove 'a'", "set 'a' to 'x: y'", "set 'b' to another value"]


PIECES = st.sampled_from(
    [
        *(
            "a: 1",
            "b: [x,",
            "  y]",
            "c:",
            "  d: 2",
            "  # c",
            "# e",
            "",
            "? f",
            ": 1",
            "g: |+",
            "  h",
        ),
        *("? i", "'j': {k: 1}", "k: &x 1", "l: *x", "a: 2", "- m", "n: 'o", "  p'", "---", "q: r"),
    ]
)
KEYS = st.sampled_from([*"abcfgijklnq", "new"])


@given(
    st.lists(PIECES, max_size=8),
    st.dictionaries(KEYS, st.none() | st.sampled_from(["v", 1, ["w"], {"x": "y"}]), max_size=3),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_safe_fix_changes_what_it_should_and_nothing_else(
    lines: list[str], changes: dict[str, Plain], newline: str
) -> None:
    text = newline.join(lines)
    found = fix(read(text.encode(), "w.yaml"), changes, "mend it")
    if found is None or not found.safe:
        return
    before, after = read(text.encode(), "w"), read(edited(text, found.edits).encode(), "w")
    assert set(after.root_keys) == {
        key for key in (*before.root_keys, *changes) if changes.get(key, ...) is not None
    }
    kept = [line for line in lines if line.startswith("#")]
    assert [line for line in edited(text, found.edits).splitlines() if line in kept] == kept
