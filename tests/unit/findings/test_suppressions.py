from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_mlops_ws.findings.suppressions import Suppressions
from pytest_mlops_ws.model.diagnostics import Span

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_mlops_ws.findings.catalogue import Catalogue
    from pytest_mlops_ws.model.diagnostics import Diagnostic

    Found = Callable[..., Diagnostic]

PATH = "fraud/workspace.yaml"


def everything(_rule: str) -> bool:
    return True


def nothing(_rule: str) -> bool:
    return False


@pytest.fixture
def suppressions(known: Catalogue) -> Callable[..., Suppressions]:
    """Read the comments of one file."""

    def suppressions(text: str, path: str = PATH) -> Suppressions:
        return Suppressions({path: text.encode()}, known)

    return suppressions


def mended(text: str, finding: Diagnostic) -> str:
    assert finding.fix is not None
    assert finding.fix.safe
    assert finding.fix.path == finding.span.path
    for edit in reversed(finding.fix.edits):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


@pytest.mark.parametrize(
    ("comment", "reason"),
    [
        ("# mlops-ws: ignore[WS305] agreed in March", "agreed in March"),
        ("# mlops-ws: ignore[WS305] -- agreed in March", "agreed in March"),
        ("# mlops-ws: ignore[WS305]: agreed in March", "agreed in March"),
        ("#mlops-ws:ignore [ WS404 ,WS305 ]agreed", "agreed"),
        ("# mlops-ws: ignore[WS404 WS305] see issue #12 of ours", "see issue #12 of ours"),
        ("# mlops-ws: ignore[WS305] agreed  # noqa: E501", "agreed"),
        ("# noqa: E501  # mlops-ws: ignore[WS305] agreed", "agreed"),
        ("# mlops-ws: ignore[WS404] x # mlops-ws: ignore[WS305] y", "y"),
        ("# mlops-ws: ignore[WS305]", ""),
        ("# mlops-ws: ignore[WS305] -- # pylint: x", ""),
        ("# mlops-ws: ignore[WS305] ...", ""),
        ("# mlops-ws: ignore[WS404] agreed", None),
        ("# mlops-ws: ignore[WS3] agreed", None),
        ("# mlops-ws: ignore[ws305] agreed", None),
        ("# mlops-ws: ignore WS305 agreed", None),
        ("# ignore[WS305] agreed, as mlops-ws: does", None),
    ],
)
@pytest.mark.parametrize("path", [PATH, "train.py", ".dvc/config"])
def test_comment_on_the_line_excuses_with_its_reason(
    path: str,
    comment: str,
    reason: str | None,
    suppressions: Callable[..., Suppressions],
    finding: Found,
) -> None:
    read = suppressions(f"x = 1\ny = 2  {comment}\nz = 3\n", path)
    assert read.excuse(finding("WS305", 2, path=path)) == reason


@pytest.mark.parametrize(
    ("span", "excused"),
    [
        (Span(PATH, 2), True),
        (Span(PATH, 1), False),
        (Span(PATH, 3), False),
        (Span("churn/workspace.yaml", 2), False),
        # Where a place ends, or begins, there may be a comment; in between there is none.
        (Span(PATH, 1, 1, 2, 5), True),
        (Span(PATH, 2, 1, 3, 5), True),
        (Span(PATH, 1, 1, 3, 5), False),
        # It ends with the line before.
        (Span(PATH, 1, 1, 2, 1), False),
        (Span(PATH, 1, 1, 3, 1), True),
    ],
)
def test_the_line_is_that_of_the_place_itself(
    span: Span, suppressions: Callable[..., Suppressions], finding: Found, *, excused: bool
) -> None:
    read = suppressions("a: b\nc: d  # mlops-ws: ignore[WS305] agreed\n")
    assert (read.excuse(finding(span=span)) is not None) is excused


def test_a_second_place_excuses_nothing(
    suppressions: Callable[..., Suppressions], finding: Found
) -> None:
    read = suppressions("a: b  # mlops-ws: ignore[WS305] agreed\n", "churn/workspace.yaml")
    elsewhere = finding(related=Span("churn/workspace.yaml", 1))
    assert read.excuse(elsewhere) is None


def test_what_is_wrong_with_comments_cannot_be_ignored(
    suppressions: Callable[..., Suppressions],
) -> None:
    read = suppressions("a: b  # mlops-ws: ignore[WS001]\n")
    (found, *_) = read.findings(nothing)
    assert found.rule == "WS001"
    assert read.excuse(found) is None


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("# mlops-ws: ignore[WS305] agreed", ""),
        # One that is a remark, or a sentence, is no slip.
        ("# mlops-ws: see the handbook", ""),
        ("# mlops-ws: is our tool for this", ""),
        ("# mlops-ws: https://example.com/[x]", ""),
        ("# mlops-ws:", ""),
        (
            "# mlops-ws: ignore[WS305]",
            (
                "error f.py:1:4-29: WS001 the ignore of WS305 gives no reason; say after the"
                " bracket why: '# mlops-ws: ignore[WS305] reason'"
            ),
        ),
        (
            "# type: X  # mlops-ws: ignore[WS305]   # pylint: x",
            (
                "error f.py:1:15-40: WS001 the ignore of WS305 gives no reason; say after the"
                " bracket why: '# mlops-ws: ignore[WS305] reason'"
            ),
        ),
        (
            "# mlops-ws: ignore[WS350,WS305] agreed",
            (
                "error f.py:1:4-42: WS002 there is no rule 'WS350'; did you mean WS305"
                " (same-experiment)?"
            ),
        ),
        (
            "# mlops-ws: ignore[E501] agreed",
            "error f.py:1:4-35: WS002 there is no rule 'E501'; `mlops-ws rules` lists them",
        ),
        (
            "# mlops-ws: ignore[WS3] agreed",
            (
                "error f.py:1:4-34: WS002 an ignore names single rules, and WS3 stands for 2; name"
                " the one that is meant, such as WS305"
            ),
        ),
        (
            "# mlops-ws: ignore",
            (
                "error f.py:1:4-22: WS004 an ignore names the rules it is about in brackets; write"
                " '# mlops-ws: ignore[WS305] reason'"
            ),
        ),
        (
            "# mlops-ws: ignore[ ,] agreed",
            (
                "error f.py:1:4-33: WS004 an ignore names the rules it is about in brackets; write"
                " '# mlops-ws: ignore[WS305] reason'"
            ),
        ),
        (
            "# mlops-ws: ignore WS305 agreed",
            (
                "error f.py:1:4-35: WS004 an ignore names the rules it is about in brackets; write"
                " '# mlops-ws: ignore[WS305] reason'"
            ),
        ),
        (
            "# mlops-ws: ingore[WS305] agreed",
            (
                "error f.py:1:4-36: WS004 'ingore' is nothing that a comment can say; did you mean"
                " 'ignore'?; write '# mlops-ws: ignore[WS305] reason'"
            ),
        ),
        (
            "# mlops-ws: noqa[WS305] agreed",
            (
                "error f.py:1:4-34: WS004 'noqa' is nothing that a comment can say; did you mean"
                " 'ignore'?; write '# mlops-ws: ignore[WS305] reason'"
            ),
        ),
        (
            "# mlops-ws: ignored, agreed",
            (
                "error f.py:1:4-31: WS004 'ignored' is nothing that a comment can say; did you"
                " mean 'ignore'?; write '# mlops-ws: ignore[WS305] reason'"
            ),
        ),
    ],
)
def test_what_is_wrong_with_a_comment_is_a_finding(
    comment: str,
    expected: str,
    suppressions: Callable[..., Suppressions],
    finding: Found,
) -> None:
    read = suppressions(f"x  {comment}\n", "f.py")
    read.excuse(finding("WS305", 1, path="f.py"))
    lines = [
        f"{each.severity} {each}".replace(": WS", f"-{each.span.end_column}: WS", 1)
        for each in read.findings(everything)
    ]
    assert "\n".join(lines) == expected


@pytest.mark.parametrize(
    ("text", "message", "after"),
    [
        (
            "a: b  # mlops-ws: ignore[WS404] agreed\nc: d\n",
            "the ignore of WS404 excuses nothing on this line",
            "a: b\nc: d\n",
        ),
        (
            "a: b  # mlops-ws: ignore[WS305, WS404] agreed\n",
            "the ignore of WS404 excuses nothing on this line; its other ids do",
            "a: b  # mlops-ws: ignore[WS305] agreed\n",
        ),
        (
            "a: b  # mlops-ws: ignore[WS502,WS305,WS404, WS306] agreed\r\n",
            "the ignore of WS502, WS404, WS306 excuses nothing on this line; its other ids do",
            "a: b  # mlops-ws: ignore[WS305] agreed\r\n",
        ),
        (
            "a: b  # mlops-ws: ignore[WS404]  # yamllint disable-line\n",
            "the ignore of WS404 excuses nothing on this line",
            "a: b  # yamllint disable-line\n",
        ),
        (
            "a: b  # yamllint disable-line  # mlops-ws: ignore[WS404] agreed\n",
            "the ignore of WS404 excuses nothing on this line",
            "a: b  # yamllint disable-line\n",
        ),
        (
            "a: b # mlops-ws: ignore[WS404] agreed  # mlops-ws: ignore[WS305] too",
            "the ignore of WS404 excuses nothing on this line",
            "a: b # mlops-ws: ignore[WS305] too",
        ),
        (
            "# mlops-ws: ignore[WS404] agreed\r\na: b\r\n",
            "the ignore of WS404 excuses nothing on this line",
            "a: b\r\n",
        ),
    ],
)
def test_ignore_that_excuses_nothing_is_a_finding_and_can_go(
    text: str,
    message: str,
    after: str,
    suppressions: Callable[..., Suppressions],
    finding: Found,
) -> None:
    read = suppressions(text)
    read.excuse(finding("WS305", 1))
    (found,) = read.findings(everything)
    assert (found.rule, found.severity, found.message) == ("WS003", "warning", message)
    assert mended(text, found) == after


def test_where_the_place_is_not_certain_nothing_is_mended(
    suppressions: Callable[..., Suppressions],
) -> None:
    read = suppressions("a = b  # mlops-ws: ignore[WS404] agreed\n", ".dvc/config")
    (found,) = read.findings(everything)
    assert (found.rule, found.fix, found.remedy) == ("WS003", None, "remove the comment")


def test_only_who_could_have_found_something_says_that_it_is_not_there(
    suppressions: Callable[..., Suppressions],
) -> None:
    read = suppressions("a: b  # mlops-ws: ignore[WS305, WS702] agreed\n")
    assert list(read.findings(nothing)) == []
    messages = [each.message for each in read.findings(lambda rule: rule == "WS305")]
    assert messages == ["the ignore of WS305 excuses nothing on this line; its other ids do"]


def test_ignore_that_is_not_needed_is_not_asked_for_its_reason(
    suppressions: Callable[..., Suppressions],
) -> None:
    read = suppressions("a: b  # mlops-ws: ignore[WS305]\n")
    assert [each.rule for each in read.findings(everything)] == ["WS003"]
    assert [each.rule for each in read.findings(nothing)] == ["WS001"]


def test_second_ignore_of_a_line_is_not_needed(
    suppressions: Callable[..., Suppressions], finding: Found
) -> None:
    read = suppressions("a: b  # mlops-ws: ignore[WS305] x # mlops-ws: ignore[WS305] y\n")
    assert read.excuse(finding("WS305", 1)) == "x"
    assert [each.span.column for each in read.findings(everything)] == [35]


def test_one_ignore_excuses_every_finding_of_its_rule_on_the_line(
    suppressions: Callable[..., Suppressions], finding: Found
) -> None:
    read = suppressions("a: b  # mlops-ws: ignore[WS305] x\n")
    reasons = [read.excuse(finding("WS305", 1, subject=each)) for each in ("one", "two")]
    assert reasons == ["x", "x"]


def test_file_without_the_mark_asks_nobody(unasked: Catalogue) -> None:
    read = Suppressions({"a.py": b"x = 1\n"}, unasked)
    assert list(read.findings(everything)) == []
