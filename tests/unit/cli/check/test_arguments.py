from __future__ import annotations

import argparse

import pytest

from pytest_mlops_ws.cli import check


@pytest.mark.parametrize(
    "line",
    [
        "",
        "a b/c",
        "--tracked",
        "--select WS1,WS2,WS6 a b",
        "--select WS1 --select WS2 --ignore WS305",
        "--tracked --ignore WS5 a",
    ],
)
def test_short_way_understands_what_argparse_would(line: str) -> None:
    parser = argparse.ArgumentParser()
    check.add_arguments(parser)
    options = check.brief(line.split())
    assert options is not None
    parsed = vars(parser.parse_args(line.split()))
    assert {name: getattr(options, name) for name in parsed} == parsed


@pytest.mark.parametrize(
    "line",
    ["--fix", "-q", "-", "--select", "--select --fix", "a --tracked", "--select=WS1", "--help"],
)
def test_what_is_more_is_left_to_argparse(line: str) -> None:
    assert check.brief(line.split()) is None


def test_empty_word_is_left_to_argparse() -> None:
    assert check.brief([""]) is None
