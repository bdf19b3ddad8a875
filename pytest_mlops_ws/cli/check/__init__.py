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
from pytest_mlops_ws.findings.printable import printable
from pytest_mlops_ws.model.errors import UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence

    from pytest_mlops_ws.checks.repository import Judged

_WORDS = ("select", "ignore", "exclude")
_STDIN = "-"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what ``mlops-ws check`` takes."""
    from pytest_mlops_ws.cli.check import arguments

    arguments.add(parser)
    parser.set_defaults(run=run)


def brief(words: Sequence[str]) -> Options | None:
    """Return the options of what hooks and most people type, without argparse; None if it is more.

    Args:
        words: what follows ``check``.
    """
    options = Options()
    waiting = iter(words)
    for word in waiting:
        if word[:1] != "-" and word:
            options.paths.append(word)
        elif word == "--tracked" and not options.paths:
            options.tracked = True
        elif word in {"--select", "--ignore"} and not options.paths:
            value = next(waiting, "-")
            if value[:1] == "-":
                return None
            name = word[2:]
            setattr(options, name, [*(getattr(options, name) or ()), value])
        else:
            return None
    return options


class Options:
    """What argparse would make of a line that says no more than `brief` understands."""

    baseline: str | None = None
    claims: list[str] | None = None
    diff: bool = False
    exclude: list[str] | None = None
    fix: bool = False
    quiet: bool = False
    repo: str | None = None
    reports: list[tuple[str, str]] | None = None
    stdin_filename: str | None = None
    tracked: bool = False
    verbose: bool = False
    write_baseline: str | None = None

    def __init__(self) -> None:
        self.paths: list[str] = []
        self.select: list[str] | None = None
        self.ignore: list[str] | None = None
        self.run = run


def run(options: Options) -> int:
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

        if options.diff:
            return mending.show(repository, where)
        mending.apply(repository, where, quiet=options.quiet)
    judged = repository.judge(where.paths)
    _remark(judged, where, options)
    outputs.write(judged, wanted, quiet=options.quiet)
    return judged.outcome.exit_status


def _record(repository: Repository, where: scope.Scope, options: Options) -> int:
    if options.fix or options.diff:
        message = "--write-baseline records what is left: first --fix, then --write-baseline"
        raise UsageError(message, operation="check")
    if where.paths:
        message = (
            "a baseline is about the whole repository: mlops-ws check --write-baseline, no PATH"
        )
        raise UsageError(message, operation="check")
    from pytest_mlops_ws.cli.check.baselines import record

    path = options.write_baseline
    return record(repository, _from_root(path, where.root) if path else None)


def _on_disk(options: Options) -> tuple[scope.Scope, Mapping[str, bytes]]:
    if options.stdin_filename is not None:
        message = "--stdin-filename goes with '-': mlops-ws check - --stdin-filename FILE"
        raise UsageError(message, operation="check")
    return scope.settled(options.paths, options.repo), {}


def _read_stdin(options: Options) -> tuple[scope.Scope, Mapping[str, bytes]]:
    """Take the standard input for the text of a file that an editor has not saved yet."""
    if options.fix or options.diff or options.write_baseline is not None:
        message = "'-' is judged only: save the file, and then --fix, --diff or --write-baseline"
        raise UsageError(message, operation="check")
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
    return scope.Scope(found.root, (path,)), {path: sys.stdin.buffer.read()}


def _typed(options: Options, root: str) -> dict[str, object]:
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


def _remark(judged: Judged, where: scope.Scope, options: Options) -> None:
    """Say what is no finding, and that somebody may want to know."""
    checked = judged.checked
    if options.quiet:
        return
    if options.verbose:
        _say(f"the repository is {where.root}; it has {len(judged.files.paths)} files")
        for reading in checked.foreign:
            _say(f"{reading.path} is {reading.foreign}'s: left alone")
    if not checked.readings and not judged.files.unreadable:
        left = f" ({len(checked.foreign)} of other tools left alone)" if checked.foreign else ""
        _say(f"there is no workspace.yaml in {where.root}{left}: no project to check")


def _say(text: str) -> None:
    print(f"mlops-ws: {printable(text)}", file=sys.stderr)  # noqa: T201 -- a command line speaks by printing
