from __future__ import annotations

import random
import time

import pytest

from pytest_mlops_ws.findings.comments import Comment, comments

M = "mlops-ws:"
BOM = b"\xef\xbb\xbf"


def found(path: str, text: str) -> list[tuple[int, int, str]]:
    return [(each.line, each.column, each.text) for each in comments(path, text.encode())]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"a: b  # {M} x\n", [(1, 7, f"# {M} x")]),
        (f"# {M} x", [(1, 1, f"# {M} x")]),
        (f"a: b\r\n\t# {M} x\r\nc: d", [(2, 2, f"# {M} x")]),
        (f"a: b # noqa # {M} x\n", [(1, 6, f"# noqa # {M} x")]),
        (f'a: "b"  # {M} x\n', [(1, 9, f"# {M} x")]),
        (f"a: don't  # {M} x\n", [(1, 11, f"# {M} x")]),
        (f"a: [b, 'c']  # {M} x\n", [(1, 14, f"# {M} x")]),
        # In a string, plain, quoted or over several lines, it is none.
        (f"a: b# {M} x\n", []),
        (f'a: "b # {M} x"\n', []),
        (f"a: 'it''s # {M} x'\n", []),
        (f'a: "b \\" # {M} x"\n', []),
        (f'a: "b\n  # {M} x\n  c"\n', []),
        (f"a: 'b\n\n  # {M} x'\n", []),
        (f"a: |\n  b\n  # {M} x\nc: d\n", []),
        (f"a: >-\n  b\n  # {M} x", []),
        # Beside one, it is.
        (f'a: "b # {M} x"  # {M} y\n', [(1, 23, f"# {M} y")]),
        (f"a: |  # {M} x\n  b\n", [(1, 7, f"# {M} x")]),
        (f"a: |\n  b\n# {M} x\n", [(3, 1, f"# {M} x")]),
        (f"a: |\n  b\n\n# {M} x\nc: d\n", [(4, 1, f"# {M} x")]),
        # What YAML takes for the end of a line is one.
        (f"a: b\u2028c: d  # {M} x\n", [(2, 7, f"# {M} x")]),
        # Words elsewhere are no comment.
        (f"{M} x\n", []),
        (f"a: b  # c\nd: {M}\n", []),
    ],
)
@pytest.mark.parametrize("path", ["a/workspace.yaml", "dvc.lock", "data.csv.dvc", "x.yml"])
def test_comments_of_yaml(path: str, text: str, expected: list[tuple[int, int, str]]) -> None:
    assert found(path, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"x = 1  # {M} x\n", [(1, 8, f"# {M} x")]),
        (f"x = 1  # noqa: E1  # {M} x\r\ny = 2", [(1, 8, f"# noqa: E1  # {M} x")]),
        (f"x = '''\n# {M} x\n'''  # {M} y\n", [(3, 6, f"# {M} y")]),
        (f"x = '# {M} x'\n", []),
        (f"def f():\n    # {M} x\n    return 1", [(2, 5, f"# {M} x")]),
        (f"x = 1#{M} x\n", [(1, 6, f"#{M} x")]),
        # What comes before a broken place is known.
        (f"x = 1  # {M} x\ny = (\n", [(1, 8, f"# {M} x")]),
        (f"if x:\n    y  # {M} x\n  z\n", [(2, 8, f"# {M} x")]),
        ("x = 1\n", []),
    ],
)
def test_comments_of_python(text: str, expected: list[tuple[int, int, str]]) -> None:
    assert found("train.py", text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"['remote \"x\"']\n    url = s3://x  # {M} x\n", [(2, 19, f"# {M} x")]),
        (f"# {M} x\n[core]\n", [(1, 1, f"# {M} x")]),
        (f"url = 's3://x # {M} x'  # {M} y\n", [(1, 31, f"# {M} y")]),
        (f'url = "s3://x # {M} x\n', []),
        (f"url = it's  # {M} x\n", [(1, 13, f"# {M} x")]),
        (f"url = s3://x#{M}\n", []),
    ],
)
def test_comments_of_an_ini_file(text: str, expected: list[tuple[int, int, str]]) -> None:
    assert found(".dvc/config", text) == expected


def test_broken_yaml_is_read_by_its_quotes() -> None:
    text = f'a: @b  # {M} x\nc: "d # {M} y"\n'
    assert found("a.yaml", text) == [(1, 8, f"# {M} x")]


@pytest.mark.parametrize(
    ("path", "content", "start"),
    [
        ("a.yaml", f"é: b  # {M} x\r\n".encode(), 6),
        ("a.yaml", BOM + f"é: b  # {M} x\n".encode(), 6),
        ("a.yaml", b"a: \xff  # " + M.encode(), None),
        ("a.yaml", f"a: @b  # {M} x\n".encode(), None),
        ("a.py", f"é = 'é'  # {M} x\r\n".encode(), 9),
        ("a.py", BOM + f"é = 1  # {M} x\n".encode(), 7),
        ("a.py", f"# coding: latin-1\né = 1  # {M} x\n".encode("latin-1"), None),
        (".dvc/config", f"a = b  # {M} x\n".encode(), None),
    ],
)
def test_place_in_the_text_is_known_where_it_is_certain(
    path: str, content: bytes, start: int | None
) -> None:
    (only,) = comments(path, content)
    assert only.start == start
    if start is not None:
        assert content.decode("utf-8-sig")[start:].startswith(only.text)


@pytest.mark.parametrize("path", ["a.yaml", "a.py", "config"])
def test_byte_order_mark_takes_no_column(path: str) -> None:
    first, second = f"# {M} x", f"# {M} y"
    for text in (f"{first}\n{second}\n", f"{first}\r\n{second}"):
        (one, other) = comments(path, BOM + text.encode())
        assert (one.line, one.column, one.before, one.text) == (1, 1, "", first)
        assert (other.line, other.column, other.text) == (2, 1, second)


def test_comment_knows_what_is_around_it() -> None:
    text = f"a:\n  c: d \t# {M} x\r\n"
    (only,) = comments("a.yaml", text.encode())
    assert only == Comment(2, 9, f"# {M} x", 11, "  c: d \t", 2)


@pytest.mark.parametrize(
    "content",
    [
        b"\0 # mlops-ws: x",
        b"# coding: nonsense\n# mlops-ws: x",
        b"# coding: utf-8\n\xff # mlops-ws: x",
        b"x = '''# mlops-ws: x",
        b"[" * 50_000 + b" # mlops-ws: x",
        b"{a: " * 50_000 + b" # mlops-ws: x",
        b"- " * 50_000 + b" # mlops-ws: x",
        b"x = '" + b" #" * 100_000 + b" mlops-ws: x'",
        b'"" ' * 100_000 + b" # mlops-ws: x",
        b"\xff\xfe# mlops-ws: x",
        b"mlops-ws:",
    ],
)
@pytest.mark.parametrize("path", ["a.py", "a.yaml", "config"])
def test_anything_is_survived(path: str, content: bytes) -> None:
    begun = time.process_time()
    assert len(comments(path, content)) < 2
    assert time.process_time() - begun < 2  # what grows with the square takes six


@pytest.mark.parametrize("path", ["a.py", "a.yaml", "config"])
def test_random_bytes_are_survived(path: str) -> None:
    dice = random.Random(path)  # noqa: S311 -- not for secrets
    parts = [b"# mlops-ws: ignore[WS305] x", b"\n", b"\r", b'"', b"'", b"|\n ", b": ", b"\xe2\x80"]
    for _ in range(3_000):
        content = b"".join(dice.choices(parts, k=12))
        for comment in comments(path, content):
            assert comment.text.startswith("#")
            assert "mlops-ws:" in comment.text
            if comment.start is not None:
                assert content.decode()[comment.start :].startswith(comment.text)
