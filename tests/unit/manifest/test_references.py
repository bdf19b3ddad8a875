from __future__ import annotations

import pytest

from pytest_mlops_ws.manifest.references import Expanded, expand

ENVIRONMENT = {"HOST": "ml.example.com", "EMPTY": "", "PORT_1": "80"}


@pytest.mark.parametrize(
    ("text", "expanded"),
    [
        ("http://x", Expanded("http://x")),
        ("http://${HOST}:${PORT_1}", Expanded("http://ml.example.com:80", ("HOST", "PORT_1"))),
        ("${HOST}/${HOST}", Expanded("ml.example.com/ml.example.com", ("HOST",))),
        ("${HOST:-x}", Expanded("ml.example.com", ("HOST",))),
        ("${NONE:-http://l:5000}", Expanded("http://l:5000")),
        ("${NONE:-}", Expanded("")),
        ("${EMPTY:-x}", Expanded("x")),
        ("a${EMPTY}b", Expanded("ab", ("EMPTY",))),
        ("${NONE}/${HOST}", Expanded("${NONE}/ml.example.com", ("HOST",), ("NONE",))),
        ("$HOST", Expanded("$HOST")),
        ("${1x}", Expanded("${1x}")),
    ],
)
def test_references_are_replaced_as_a_shell_would(text: str, expanded: Expanded) -> None:
    assert expand(text, ENVIRONMENT) == expanded
