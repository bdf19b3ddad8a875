"""The arguments of ``mlops-ws check``, and their help."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from pytest_mlops_ws.findings import reports

if TYPE_CHECKING:
    from collections.abc import Sequence

_STATUS = """\
exit status: 0 no error was found, 1 there are errors, 2 wrong usage or configuration, 3 a bug of
mlops-ws, 4 the environment failed (disk, git), 130 interrupted. Warnings and notes fail no run."""


class _Collect(argparse.Action):
    """Keeps ``--format`` and ``--output`` in the order they were typed."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,  # noqa: ARG002 -- argparse passes it by position
        namespace: argparse.Namespace,
        values: str | Sequence[object] | None,
        option_string: str | None = None,  # noqa: ARG002 -- likewise
    ) -> None:
        """Add one of the two."""
        typed = getattr(namespace, self.dest) or []
        setattr(namespace, self.dest, [*typed, (self.const, values)])


def add(parser: argparse.ArgumentParser) -> None:
    """Declare them."""
    parser.epilog = _STATUS
    add = parser.add_argument
    add(
        "paths",
        nargs="*",
        metavar="PATH",
        help="report only what is in these files and directories; - is an editor's unsaved text",
    )
    add("--select", action="append", metavar="RULE", help="ask for these: WS306, WS3,WS404, ALL")
    add("--ignore", action="append", metavar="RULE", help="do not ask for these")
    add("--fix", action="store_true", help="mend what can be mended safely, report the rest")
    add("--diff", "--dry-run", action="store_true", help="show what --fix would write")
    _add_reports(parser)
    baselines = parser.add_argument_group("what is known, and other repositories")
    add = baselines.add_argument
    add("--baseline", metavar="FILE", help="the findings in it are known, only others are reported")
    add(
        "--write-baseline",
        nargs="?",
        const="",
        metavar="FILE",
        help="record today's findings as known (default: the baseline in use)",
    )
    add(
        "--claims",
        nargs="+",
        action="extend",
        metavar="FILE",
        help="check against other repositories too: what `mlops-ws claims` wrote there",
    )
    files = parser.add_argument_group("which files")
    add = files.add_argument
    add("--repo", metavar="DIR", help="the repository (default: the one around the first PATH)")
    add("--exclude", action="append", metavar="PATTERN", help="leave these paths out")
    add("--tracked", action="store_true", help="leave out what git does not track, as a hook must")
    add("--stdin-filename", metavar="FILE", help="which file it is whose text - stands for")


def _add_reports(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("reports")
    known = reports.formats()
    add = group.add_argument
    add(
        "--format",
        action=_Collect,
        dest="reports",
        const="format",
        choices=known,
        metavar="FORMAT",
        help=f"{', '.join(known)} (default: text); several at once, each with its --output",
    )
    add(
        "--output",
        action=_Collect,
        dest="reports",
        const="output",
        metavar="FILE",
        help="where the report of the --format before it goes (default: standard output)",
    )
    add("-q", "--quiet", action="store_true", help="say nothing unless something was found")
    add("-v", "--verbose", action="store_true", help="say also what was looked at, and left alone")
