"""``mlops-ws explain WS306``: what a rule is about, why, and what is bad and good."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from pytest_mlops_ws.checks.repository import RULES
from pytest_mlops_ws.cli.rules import STYLES, as_data
from pytest_mlops_ws.cli.terminal import write
from pytest_mlops_ws.findings.rule import HardLink, Link
from pytest_mlops_ws.model.errors import UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Mapping

    from pytest_mlops_ws.cli.terminal import Line
    from pytest_mlops_ws.findings.rule import Rule


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what ``mlops-ws explain`` takes."""
    parser.add_argument(
        "rules", nargs="+", metavar="RULE", help="an id (WS306), a name, or a family (WS3)"
    )
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Tell of the rules that are asked for.

    Raises:
        UsageError: there is no such rule.
    """
    known = RULES()
    asked = {rule.id: rule for word in options.rules for rule in _find(word, known)}
    if options.json:
        import json

        told = [
            {**as_data(rule), "bad": _files(rule.bad), "good": _files(rule.good)}
            for rule in asked.values()
        ]
        json.dump(told, sys.stdout, indent=2)
        sys.stdout.write("\n")
        return 0
    for number, rule in enumerate(asked.values()):
        write([*([[], []] if number else []), *_page(rule)], sys.stdout)
    return 0


def _find(word: str, known: Mapping[str, Rule]) -> list[Rule]:
    wanted = word.upper()
    found = [
        rule
        for rule in known.values()
        if rule.id == wanted or rule.name == word.lower() or rule.family == wanted.rstrip("X")
    ]
    if found:
        return found
    from difflib import get_close_matches

    close = get_close_matches(wanted, known, n=1) or get_close_matches(
        word.lower(), [rule.name for rule in known.values()], n=1
    )
    hint = f"did you mean {close[0]}?" if close else "see: mlops-ws rules"
    message = f"there is no rule {word!r}; {hint}"
    raise UsageError(message, operation="explain")


def _page(rule: Rule) -> Iterator[Line]:
    yield [(f"{rule.id} {rule.name}", "bold"), (f": {rule.title}", "")]
    yield []
    yield [
        ("severity ", "dim"),
        (rule.severity, STYLES[rule.severity]),
        (f", {rule.stability}", "" if rule.stability == "stable" else "yellow"),
        (", mended by: mlops-ws check --fix" if rule.fixable else "", ""),
    ]
    yield []
    yield from ([(line, "")] for line in rule.why.splitlines())
    for title, files, style in (("Bad", rule.bad, "red"), ("Good", rule.good, "green")):
        yield []
        yield [(title, f"bold {style}")]
        for path, text in _files(files).items():
            yield []
            yield [(f"  {path}", "bold")]
            yield from ([(f"    {line}", "")] for line in text.splitlines())
    yield []
    yield [(rule.address, "dim")]


def _files(example: Mapping[str, str]) -> dict[str, str]:
    """Return an example's files as text; a link says where it leads."""
    return {path: _shown(text) for path, text in example.items()}


def _shown(text: str) -> str:
    if isinstance(text, Link):
        return f"(a symbolic link to {text})"
    return f"(a hard link to {text})" if isinstance(text, HardLink) else text
