"""``mlops-ws rules``: every rule in a line of its own."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from pytest_mlops_ws.checks.repository import RULES
from pytest_mlops_ws.cli.terminal import write
from pytest_mlops_ws.findings.catalogue import FAMILIES

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from pytest_mlops_ws.cli.terminal import Line
    from pytest_mlops_ws.findings.rule import Rule

#: The style of a rule's severity.
STYLES = {"error": "red", "warning": "yellow", "note": "dim"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what ``mlops-ws rules`` takes."""
    parser.add_argument("--json", action="store_true", help="for programs: everything but examples")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """List the rules."""
    known = list(RULES().values())
    if options.json:
        import json

        json.dump([as_data(rule) for rule in known], sys.stdout, indent=2)
        sys.stdout.write("\n")
    else:
        write(_table(known), sys.stdout)
    return 0


def as_data(rule: Rule) -> dict[str, object]:
    """Return a rule for programs."""
    return {
        "id": rule.id,
        "name": rule.name,
        "title": rule.title,
        "severity": rule.severity,
        "stability": rule.stability,
        "fixable": rule.fixable,
        "why": rule.why,
        "address": rule.address,
    }


def _table(known: list[Rule]) -> Iterator[Line]:
    family = ""
    for rule in known:
        if rule.family != family:
            if family:
                yield []
            family = rule.family
            yield [(f"{family}xx  {FAMILIES[family]}", "bold")]
        marks = [*(["fixable"] if rule.fixable else []), *_unless(rule.stability, "stable")]
        yield [
            (f"{rule.id}  ", ""),
            (f"{rule.severity:8} ", STYLES[rule.severity]),
            (rule.title, ""),
            (f" ({', '.join(marks)})" if marks else "", "dim"),
        ]
    yield []
    yield [
        ("mlops-ws explain WS304 tells more of one; so does the catalogue: docs/rules.md", "dim")
    ]


def _unless(word: str, usual: str) -> list[str]:
    return [] if word == usual else [word]
