from __future__ import annotations

import argparse

import pytest

from pytest_mlops_ws.cli import check
from pytest_mlops_ws.cli.check.outputs import paired
from pytest_mlops_ws.model.errors import UsageError


def typed(line: str) -> list[tuple[str, str]]:
    parser = argparse.ArgumentParser()
    check.add_arguments(parser)
    return parser.parse_args(line.split()).reports or []


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("", [("text", "-")]),
        ("--format json", [("json", "-")]),
        ("--output report.txt", [("text", "report.txt")]),
        ("--format sarif --output a.sarif", [("sarif", "a.sarif")]),
        ("--output a.sarif --format sarif", [("sarif", "a.sarif")]),
        ("--format github --format sarif --output a", [("github", "-"), ("sarif", "a")]),
        ("--format sarif --output a --format github", [("sarif", "a"), ("github", "-")]),
        ("--format json --output a --format junit --output b", [("json", "a"), ("junit", "b")]),
        ("--format json --output -", [("json", "-")]),
    ],
)
def test_output_belongs_to_the_format_before_it(line: str, expected: list[tuple[str, str]]) -> None:
    assert [(output.format, output.path) for output in paired(typed(line))] == expected


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("--output a --output b", "--output b has no --format of its own"),
        ("--format json --output a --output b", "--output b has no --format of its own"),
        (
            "--format json --format text",
            (
                "two reports would go to the standard output: give each --format an --output of its"
                " own"
            ),
        ),
        (
            "--format json --output a --format sarif --output a",
            "two reports would go to a: give each --format an --output of its own",
        ),
    ],
)
def test_what_is_not_clear_is_refused(line: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        paired(typed(line))
    assert str(caught.value) == message
