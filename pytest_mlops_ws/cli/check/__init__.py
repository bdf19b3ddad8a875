"""``mlops-ws check``: a repository's manifests, and all of its projects against each other.

Without a path the whole repository is judged; a path narrows what is reported, never what is
compared. The flow itself is `pytest_mlops_ws.checks.repository`.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from pytest_mlops_ws.checks.repository import Repository
from pytest_mlops_ws.checks.settings import settled
from pytest_mlops_ws.cli.check import outputs, scope
from pytest_mlops_ws.findings import reports
from pytest_mlops_ws.model.errors import UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from pytest_mlops_ws.checks.repository import Judged

_STATUS = """\
exit status: 0 no error was found, 1 there are errors, 2 wrong usage or configuration, 3 a bug of
mlops-ws, 4 the environment failed (disk, git), 130 interrupted. Warnings and notes fail no run."""
_WORDS = ("select", "ignore", "exclude")
_STDIN = "-"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what ``mlops-ws check`` takes."""
    parser.epilog = _STATUS
    parser.set_defaults(run=run)
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
        action=outputs.Collect,
        dest="reports",
        const="format",
        choices=known,
        metavar="FORMAT",
        help=f"{', '.join(known)} (default: text); several at once, each with its --output",
    )
    add(
        "--output",
        action=outputs.Collect,
        dest="reports",
        const="output",
        metavar="FILE",
        help="where the report of the --format before it goes (default: standard output)",
    )
    add("-q", "--quiet", action="store_true", help="say nothing unless something was found")
    add("-v", "--verbose", action="store_true", help="say also what was looked at, and left alone")


def run(options: argparse.Namespace) -> int:
    """Judge a repository and report.

    Raises:
        UsageError: an argument or a setting is wrong.
        EnvironmentFailedError: git, or the disk, did not do its part.
    """
    wanted = outputs.paired(options.reports or ())
    where, overlay = _read_stdin(options) if _STDIN in options.paths else _on_disk(options)
    repository = Repository(
        where.root,
        settled(where.root, _typed(options, where.root)),
        overlay=overlay,
        tracked_only=options.tracked,
    )
    if options.write_baseline is not None:
        return _record(repository, where, options)
    if options.fix or options.diff:
        from pytest_mlops_ws.cli.check import mending

        return mending.run(repository, where, wanted, options, overlay)
    judged = repository.judge(where.paths)
    _remark(judged, where, options)
    outputs.write(judged, wanted, quiet=options.quiet)
    return judged.outcome.exit_status


def _record(repository: Repository, where: scope.Scope, options: argparse.Namespace) -> int:
    if where.paths:
        message = (
            "a baseline is about the whole repository: mlops-ws check --write-baseline, no PATH"
        )
        raise UsageError(message, operation="check")
    from pytest_mlops_ws.cli.check.baselines import record

    path = options.write_baseline
    return record(repository, _from_root(path, where.root) if path else None)


def _on_disk(options: argparse.Namespace) -> tuple[scope.Scope, Mapping[str, bytes]]:
    if options.stdin_filename is not None:
        message = "--stdin-filename goes with '-': mlops-ws check - --stdin-filename FILE"
        raise UsageError(message, operation="check")
    return scope.settled(options.paths, options.repo), {}


def _read_stdin(options: argparse.Namespace) -> tuple[scope.Scope, Mapping[str, bytes]]:
    """Take the standard input for the text of a file that an editor has not saved yet."""
    name = options.stdin_filename
    if name is None or len(options.paths) > 1:
        message = (
            "'-' is the text of one file, and which one decides what it is compared with:"
            " mlops-ws check - --stdin-filename FILE"
        )
        raise UsageError(message, operation="check")
    directory = os.path.dirname(name) or os.curdir  # noqa: PTH120 -- no pathlib in a hook
    found = scope.settled([directory], options.repo)
    path = scope.relative(name, found.root)
    return found._replace(paths=(path,)), {path: sys.stdin.buffer.read()}


def _typed(options: argparse.Namespace, root: str) -> dict[str, object]:
    """Return the settings that the command line names."""
    typed: dict[str, object] = {name: getattr(options, name) for name in _WORDS}
    # What is typed counts from where one stands; what a file says, from the repository's root.
    if options.baseline is not None:
        typed["baseline"] = _from_root(options.baseline, root)
    if options.claims is not None:
        typed["claims"] = [_from_root(name, root) for name in options.claims]
    return typed


def _from_root(path: str, root: str) -> str:
    """Return a path that counts from the working directory as one that counts from *root*."""
    return os.path.relpath(os.path.abspath(path), root)  # noqa: PTH100 -- no pathlib in a hook


def _remark(judged: Judged, where: scope.Scope, options: argparse.Namespace) -> None:
    """Say what is no finding, and that somebody may want to know."""
    checked = judged.checked
    if options.quiet:
        return
    if options.verbose:
        _say(f"the repository is {where.root}; it has {len(judged.files.paths)} files")
        for reading in checked.foreign:
            _say(f"{reading.path} is {reading.foreign}'s: left alone")
    if not checked.readings:
        left = f" ({len(checked.foreign)} of other tools left alone)" if checked.foreign else ""
        _say(f"there is no workspace.yaml in {where.root}{left}: no project to check")


def _say(text: str) -> None:
    print(f"mlops-ws: {text}", file=sys.stderr)  # noqa: T201 -- a command line speaks by printing
