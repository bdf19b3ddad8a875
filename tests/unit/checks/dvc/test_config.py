from __future__ import annotations

import subprocess
import sys
from unittest.mock import Mock

import pytest
from configobj import ConfigObj
from hypothesis import given
from hypothesis import strategies as st

from pytest_mlops_ws.checks.dvc import config
from pytest_mlops_ws.checks.dvc.config import Option, read
from pytest_mlops_ws.checks.dvc.nodes import UnreadableError
from pytest_mlops_ws.ground.dvc_config import config_text
from pytest_mlops_ws.model.diagnostics import Span


def values(text: str) -> dict[str, dict[str, str]]:
    found = read(text.encode(), "config")
    return {
        section: {key: option.text for key, option in options.items()}
        for section, options in found.options.items()
    }


def test_what_a_workspace_is_made_with() -> None:
    found = read(config_text("../../.remotes/fraud", scm=True).encode(), ".dvc/config")
    assert found.options == {
        "core": {"remote": Option("storage", Span(".dvc/config", 2, 14, 2, 21))},
        'remote "storage"': {
            "url": Option("../../.remotes/fraud", Span(".dvc/config", 4, 11, 4, 31))
        },
    }
    assert found.sections['remote "storage"'] == Span(".dvc/config", 3, 2, 3, 20)
    assert list(found.named("remote")) == ["storage"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", {}),
        ("[Core]\nRemote = A\n", {"core": {"remote": "A"}}),
        ('[remote "B"]\nurl=/x\n', {'remote "b"': {"url": "/x"}}),
        ("[a]\nb = /x # why\n", {"a": {"b": "/x"}}),
        ("[a]\nb = '/x, # y'\n", {"a": {"b": "/x, # y"}}),
        ("[a]\nb = x=y\n", {"a": {"b": "x=y"}}),
        ("[a]\nb =\n", {"a": {"b": ""}}),
        ("[a]\nb = '''x\ny'''\n", {"a": {"b": "x\ny"}}),
        ("[a]\nx = 1\nb = %(x)s/y\n", {"a": {"x": "1", "b": "1/y"}}),
        ("[cache]\ntype = reflink,copy\n", {"cache": {"type": "reflink, copy"}}),
    ],
)
def test_values_are_those_of_configobj(text: str, expected: object) -> None:
    assert values(text) == expected


@pytest.mark.parametrize(
    ("content", "message", "line"),
    [
        (b"[core\n", "invalid line ('[core') (matched as neither section nor keyword)", 1),
        (b"[a]\nx = 1\nx = 2\n", "duplicate keyword name", 3),
        (b"[a]\n[a]\n", "duplicate section name", 2),
        (b"[a]\nx = %(y)s\n", 'missing option "y" in interpolation', 1),
        (b"[a]\n\nx = \xe4\n", "byte 0xe4 is not UTF-8", 3),
        (b"\xef\xbb\xbf[a]\n\xe4\n", "byte 0xe4 is not UTF-8", 2),
        (
            b"['remote \"a\"']\nurl = /x, y\n",
            "'url' holds a comma, which makes a list of it unless it is quoted",
            2,
        ),
    ],
)
def test_what_dvc_cannot_read_either(content: bytes, message: str, line: int) -> None:
    with pytest.raises(UnreadableError) as caught:
        read(content, "config")
    assert (caught.value.message, caught.value.line) == (message, line)


LINES = st.sampled_from(
    [
        "[core]",
        "[Core]",
        "['remote \"a\"']",
        '[remote "B c"]',
        '["x"]',
        "[cache] # c",
        "[[n]]",
        "[a]b]",
        "[ core ]",
        "# c",
        "",
        "core]",
        "url = s3://b/x",
        "url = 'a b'",
        'url = "a, b"',
        "  dir =  /y  ",
        "remote = A # b",
        "a = %(x)s",
        "'k y' = v",
        "a = '''x",
        "y'''",
        "k = v,w",
        "k =",
        "= v",
        "a = b = c",
        "url = x'y",
        'u = "a"b"',
        "url = http://u:p@h/x?y=1&z=2",
        "k = ü",
        "\tk = \\n",
    ]
)


class AskedError(Exception):
    pass


@given(st.lists(LINES, max_size=6), st.text("[]'\"=,#% \tab\\", max_size=8))
def test_what_is_read_here_is_what_configobj_reads(lines: list[str], more: str) -> None:
    lines = [*lines, more]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(config, "_asked", Mock(side_effect=AskedError))
        try:
            found = values("\n".join(lines))
        except AskedError:
            return
    expected = ConfigObj(lines, raise_errors=True).dict()
    assert found == {
        section.lower(): {key.lower(): value for key, value in options.items()}
        for section, options in expected.items()
    }


def test_an_ordinary_file_needs_no_configobj() -> None:
    program = (
        "import sys\nfrom pytest_mlops_ws.checks.dvc.config import read\n"
        "from pytest_mlops_ws.ground.dvc_config import config_text\n"
        "read(config_text('s3://b/x', scm=True).encode(), 'config')\n"
        "read(b'# a\\n[cache]\\n    dir = \"/a b\"\\n', 'config')\n"
        "print('configobj' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"
