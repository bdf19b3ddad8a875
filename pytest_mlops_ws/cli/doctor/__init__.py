"""``mlops-ws doctor``: what is installed, configured, reachable, and what killed processes left."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from pytest_mlops_ws.cli.check import scope
from pytest_mlops_ws.cli.doctor import standing, strays
from pytest_mlops_ws.cli.terminal import write

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from pytest_mlops_ws.cli.doctor.standing import Remark
    from pytest_mlops_ws.cli.doctor.strays import Stray
    from pytest_mlops_ws.cli.terminal import Line

_EPILOG = """\
A stray is what a process of ours, or of a guarded test, left when it was killed: workspaces of dead
test sessions, processes that their tests started, half-built templates, half-written files. Only
what is provably that is named; nothing is changed without --fix. Exit status: 0 nothing to do,
1 something is wrong or was left, 4 a stray could not be removed."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what ``mlops-ws doctor`` takes."""
    parser.epilog = _EPILOG
    parser.add_argument("--fix", action="store_true", help="remove the strays, end the processes")
    parser.add_argument("--repo", metavar="DIR", help="the repository (default: the one around)")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Look, say, and with ``--fix`` remove.

    Raises:
        UsageError: a setting is wrong, or there is no such directory.
        EnvironmentFailedError: a stray could not be removed.
    """
    place = standing.of(scope.settled((), options.repo).root)
    remarks = list(place.remarks())
    found = strays.found(place.base)
    write(_told(remarks, found, fixes=options.fix), sys.stdout)
    sys.stdout.flush()
    if options.fix:
        for stray in found:
            stray.remove()
    wrong = any(not remark.is_well for remark in remarks)
    return 1 if wrong or (found and not options.fix) else 0


def _told(remarks: list[Remark], found: list[Stray], *, fixes: bool) -> Iterator[Line]:
    heading = ""
    for remark in remarks:
        if remark.heading != heading:
            yield [(remark.heading, "bold")]
            heading = remark.heading
        yield [("  ", ""), (remark.text, "" if remark.is_well else "yellow")]
    yield [("stray", "bold")]
    for stray in found:
        yield [(f"  {stray.text}", "yellow"), (": removed" if fixes else "", "green")]
    if not found:
        yield [("  nothing", "")]
    elif not fixes:
        yield [("mlops-ws doctor --fix removes what is stray", "dim")]
