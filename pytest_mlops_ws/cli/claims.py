"""``mlops-ws claims``: what this repository's projects claim, for other repositories."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_mlops_ws.checks import published
from pytest_mlops_ws.checks.repository import Repository
from pytest_mlops_ws.checks.settings import settled
from pytest_mlops_ws.cli.check import scope
from pytest_mlops_ws.cli.check.outputs import say
from pytest_mlops_ws.findings.printable import printable
from pytest_mlops_ws.ground.files import write_atomic

if TYPE_CHECKING:
    import argparse

_EPILOG = """\
Names, experiments by store, DVC remotes, artifact locations, prefixes of stored models: what
`mlops-ws check --claims FILE` in another repository compares with its own. Places of one machine
and addresses with a secret in them are left out. The same claims are the same bytes: keep the
file in git, or publish it from CI."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what ``mlops-ws claims`` takes."""
    parser.epilog = _EPILOG
    parser.add_argument(
        "-o", "--output", metavar="FILE", type=Path, help="where to (default: standard output)"
    )
    parser.add_argument("--repo", metavar="DIR", help="the repository (default: the one around)")
    parser.add_argument(
        "--repository",
        metavar="NAME",
        help="what others call it (default: `repository` in pyproject.toml, or its origin's name)",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write the claims.

    Raises:
        UsageError: a setting is wrong, or there is no such directory.
        EnvironmentFailedError: git could not list the files, or the file could not be written.
    """
    root = scope.settled((), options.repo).root
    settings = settled(root, {"repository": options.repository})
    workspaces = Repository(root, settings, tracked_only=True).compared()
    text, left_out = published.publish(workspaces, published.label(root, settings))
    for path, reason in workspaces.files.unreadable.items():
        _remark(f"{path} was not read: {reason}")
    if not workspaces.projects:
        _remark(f"git tracks no workspace.yaml in {root}: nothing is claimed")
    for reading in workspaces.broken:
        _remark(f"{reading.path} cannot be read, and its project claims nothing: mlops-ws check")
    if left_out:
        claims, them, were = ("claim", "it", "was") if left_out == 1 else ("claims", "them", "were")
        _remark(
            f"{left_out} {claims} about places of this machine, or with a secret in {them}, {were}"
            " left out"
        )
    if options.output is None:
        say(text)
    else:
        write_atomic(options.output, text.encode("utf-8", "backslashreplace"))
    return 0


def _remark(text: str) -> None:
    print(f"mlops-ws: {printable(text)}", file=sys.stderr)  # noqa: T201 -- a command line speaks by printing
