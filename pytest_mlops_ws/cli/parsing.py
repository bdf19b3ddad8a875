"""The command line as argparse sees it: help, errors, and whatever needs more than a look."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from typing import TYPE_CHECKING, NoReturn

from pytest_mlops_ws.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType


def of_command(name: str, summary: str, module: ModuleType) -> argparse.ArgumentParser:
    """Return the parser of one command."""
    parser = argparse.ArgumentParser(
        prog=f"mlops-ws {name}",
        description=f"{summary[0].upper()}{summary[1:]}.",
        formatter_class=_Formatter,
        allow_abbrev=False,
    )
    module.add_arguments(parser)
    return parser


def without_command(arguments: list[str], commands: Mapping[str, str]) -> int:
    """Show help or version, or what is wrong; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="mlops-ws", formatter_class=_Formatter, allow_abbrev=False
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and exit")
    listed = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    for name, summary in commands.items():
        listed.add_parser(name, help=summary)
    try:
        parser.parse_args(arguments)
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else 0
    parser.print_help(sys.stderr)
    return UsageError.exit_status


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """As wide as the terminal, which argparse asks `shutil` for: 3 ms, also without any help."""

    def __init__(self, prog: str) -> None:
        width = os.environ.get("COLUMNS", "")
        if not width.isdigit():
            width = "80"
            with contextlib.suppress(OSError, ValueError):
                width = str(os.get_terminal_size(sys.stdout.fileno()).columns)
        super().__init__(prog, width=max(int(width) - 2, 40))


class _Version(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        from importlib import metadata  # 34 ms that only this option pays

        sys.stdout.write(f"mlops-ws {metadata.version('pytest-mlops-ws')}\n")
        parser.exit()
