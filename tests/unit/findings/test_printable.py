from __future__ import annotations

import pytest

from pytest_mlops_ws.findings.printable import printable


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fraud/workspace.yaml", "fraud/workspace.yaml"),
        ("Größe 日本 é", "Größe 日本 é"),
        ("a\x1b[31mb\x07", "a\\x1b[31mb\\x07"),
        ("a\r\nb\tc", "a\\r\\nb\\tc"),
        ("user\u202etxt.exe\u2066", "user\\u202etxt.exe\\u2066"),
        ("a\udcffb", "a\\udcffb"),
        ("a\u2028b\x85c\ufeff", "a\\u2028b\\x85c\\ufeff"),
    ],
)
def test_what_does_not_show_as_itself_is_escaped(text: str, expected: str) -> None:
    assert printable(text) == expected
    assert printable(text).encode("utf-8").decode("utf-8") == expected
