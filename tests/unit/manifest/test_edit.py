from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_mlops_ws.manifest.document import parse
from pytest_mlops_ws.manifest.edit import can_edit, edit

if TYPE_CHECKING:
    from pytest_mlops_ws.manifest.emit import Plain


def changed(text: str, changes: dict[str, Plain]) -> str:
    document = parse(text.encode(), "w.yaml")
    assert can_edit(document)
    return edit(document, changes)


@pytest.mark.parametrize(
    ("before", "value", "after"),
    [
        ("key: old # why\n", "new", "key: new # why\n"),
        ("key: 'old'# x\n", None, "key: null# x\n"),
        ("key:\n", "new", "key: new\n"),
        ("key: # why\n", "new", "key: new # why\n"),
        ("key   : old\n", "new", "key   : new\n"),
        ('"key": old\n', "a: b", "\"key\": 'a: b'\n"),
        ("key: >-\n  old\n  er\n\nz: 1\n", "new", "key: new\n\nz: 1\n"),
        ("key: |+\n  old\n\nz: 1\n", "new", "key: new\n\nz: 1\n"),
        ("key:\n  old\nz: 1\n", "new", "key:\n  new\nz: 1\n"),
        ("key: [a, b] # why\n", [], "key: [] # why\n"),
        ("key: {} # why\n", {"a": 1}, "key:\n  a: 1 # why\n"),
        (
            "key:  # who\n  a: 1 # one\n  # two\n  b: 2 # end\nz: 1\n",
            {"c": 3},
            "key:  # who\n  c: 3 # end\nz: 1\n",
        ),
        (
            "key:\n    a: 1\n\n# z\nz: 1\n",
            {"c": {"d": 1}},
            "key:\n    c:\n      d: 1\n\n# z\nz: 1\n",
        ),
        ("key:\n- a\n- b\nz: 1\n", ["c", "d"], "key:\n- c\n- d\nz: 1\n"),
        ("key:\n  a: 1\nz: 1\n", {}, "key: {}\nz: 1\n"),
        ("key: {a: 1}\nz: 1", {"a": [1, 2]}, "key:\n  a:\n    - 1\n    - 2\nz: 1"),
        ("  z: 1\n  key: old\n", {"a": 1}, "  z: 1\n  key:\n    a: 1\n"),
        ("key: old\r\nz: 1\r\n", {"a": 1, "b": 2}, "key:\r\n  a: 1\r\n  b: 2\r\nz: 1\r\n"),
        ("é: 😀 # ü\nkey: old\n", "neü", "é: 😀 # ü\nkey: 'neü'\n"),
    ],
)
def test_value_is_replaced_and_the_rest_stays(before: str, value: Plain, after: str) -> None:
    assert changed(before, {"key": value}) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a: 1\n", "a: 1\nkey:\n  - x\n"),
        ("a: 1", "a: 1\nkey:\n  - x\n"),
        ("a: 1 # why\n# end\n", "a: 1 # why\nkey:\n  - x\n# end\n"),
        ("a:\n  b: 1\n\n\n", "a:\n  b: 1\nkey:\n  - x\n\n\n"),
        ("---\n  a: 1\n...\n", "---\n  a: 1\n  key:\n    - x\n...\n"),
        ("a: 1\r\n", "a: 1\r\nkey:\r\n  - x\r\n"),
        ("a:\n", "a:\nkey:\n  - x\n"),
        ("a: |\n  x\n", "a: |\n  x\nkey:\n  - x\n"),
    ],
)
def test_new_key_follows_the_last_one(before: str, after: str) -> None:
    assert changed(before, {"key": ["x"]}) == after


def test_key_that_is_absent_stays_so_if_it_has_no_value() -> None:
    assert changed("a: 1\n", {"key": None}) == "a: 1\n"


def test_many_changes_at_once_do_not_disturb_each_other() -> None:
    before = "a: 1 # a\nb: {}\nc:\n  - 1\n# c\nd: 4\n"
    after = "a: longer than before # a\nb:\n  x: 1\nc: []\n# c\nd: null\ne: new\n"
    changes: dict[str, Plain] = {
        "d": None,
        "a": "longer than before",
        "e": "new",
        "c": [],
        "b": {"x": 1},
    }
    assert changed(before, changes) == after


def test_mapping_in_braces_is_not_edited_in_place() -> None:
    assert not can_edit(parse(b"{a: 1}", "w.yaml"))


def test_indentation_however_deep_makes_no_key_too_long() -> None:
    deep = " " * 1_200
    before = f"key:\n{deep}a: 1\n"
    assert changed(before, {"key": {"b": 2}}) == f"key:\n{deep}b: 2\n"
