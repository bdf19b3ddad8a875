"""The shell's door: ``mlops-ws COMMAND``. One module per command group, imported when asked for."""

from __future__ import annotations

import argparse
import contextlib
import importlib
import os
import sys
import traceback
from typing import TYPE_CHECKING, Final, NoReturn

from pytest_mlops_ws.model.address import PUBLIC_ADDRESS
from pytest_mlops_ws.model.errors import WorkspaceError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CLEAN: Final = 0
FINDINGS: Final = 1
BUG: Final = 3
INTERRUPTED: Final = 130
#: What a shell reports of a program whose reader went away (128 + SIGPIPE).
READER_GONE: Final = 141

#: Every command and its line in the help. The module of that name in this package has
#: ``add_arguments(parser)``, which names the command's function: ``set_defaults(run=...)``.
COMMANDS: Final[Mapping[str, str]] = {
    "demo": "the whole story in one minute, on a scratch monorepo",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``mlops-ws`` with *argv*, by default the process's own arguments.

    Returns:
        0 clean, 1 findings, 2 usage or configuration, 3 a bug of ours, 4 the environment
        failed, 130 interrupted, 141 nobody reads the output.
    """
    arguments = sys.argv[1:] if argv is None else list(argv)
    try:
        status = _run(arguments)
        sys.stdout.flush()  # here, where a closed pipe is still ours to answer
    except WorkspaceError as error:
        _say(f"mlops-ws: {error}")
        return error.exit_status
    except KeyboardInterrupt:
        _say("mlops-ws: interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        # Python flushes once more when it exits, and would complain about the closed pipe.
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return READER_GONE
    except Exception:  # noqa: BLE001 -- the one place that tells a bug from all that was foreseen
        traceback.print_exc()
        _say(f"\nmlops-ws: this is a bug. Please report it: {PUBLIC_ADDRESS}/issues")
        return BUG
    return status


def _run(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="mlops-ws", allow_abbrev=False)
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and exit")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    for name, summary in COMMANDS.items():
        command = commands.add_parser(
            name, help=summary, description=f"{summary.capitalize()}.", allow_abbrev=False
        )
        if name in arguments:  # loading the others would only cost time
            importlib.import_module(f"{__name__}.{name}").add_arguments(command)
    try:
        options = parser.parse_args(arguments)
    except SystemExit as leaving:  # argparse's way to say that help was shown, or is needed
        return leaving.code if isinstance(leaving.code, int) else CLEAN
    if options.command is None:
        parser.print_help(sys.stderr)
        return WorkspaceError.exit_status
    status: int = options.run(options)
    return status


class _Version(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        from importlib import metadata  # 34 ms that only this option pays

        sys.stdout.write(f"mlops-ws {metadata.version('pytest-mlops-ws')}\n")
        parser.exit()


def _say(text: str) -> None:
    with contextlib.suppress(OSError):
        print(text, file=sys.stderr, flush=True)  # noqa: T201 -- a command line speaks by printing
