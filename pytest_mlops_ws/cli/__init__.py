"""The shell's door: ``mlops-ws COMMAND``. One module per command group, imported when asked for."""

from __future__ import annotations

import argparse
import contextlib
import importlib
import os
import sys
from typing import TYPE_CHECKING, Final, NoReturn

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
    "check": "judge every workspace.yaml, and all projects against each other",
    "rules": "list every rule",
    "explain": "tell of a rule what it is about, why, and what is bad and good",
    "claims": "write what the projects here claim, for other repositories to check against",
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
        import traceback

        from pytest_mlops_ws.model.address import PUBLIC_ADDRESS

        traceback.print_exc()
        _say(f"\nmlops-ws: this is a bug. Please report it: {PUBLIC_ADDRESS}/issues")
        return BUG
    return status


def _run(arguments: list[str]) -> int:
    named = arguments[:1] and arguments[0] in COMMANDS
    parser = _command(arguments[0]) if named else _program()
    try:
        options = parser.parse_args(arguments[1:] if named else arguments)
    except SystemExit as leaving:  # argparse's way to say that help was shown, or is needed
        return leaving.code if isinstance(leaving.code, int) else CLEAN
    if not named:
        parser.print_help(sys.stderr)
        return WorkspaceError.exit_status
    status: int = options.run(options)
    return status


def _command(name: str) -> argparse.ArgumentParser:
    """Return the parser of one command; loading the others would only cost time."""
    parser = argparse.ArgumentParser(
        prog=f"mlops-ws {name}",
        description=f"{COMMANDS[name][0].upper()}{COMMANDS[name][1:]}.",
        formatter_class=_Formatter,
        allow_abbrev=False,
    )
    importlib.import_module(f"{__name__}.{name}").add_arguments(parser)
    return parser


def _program() -> argparse.ArgumentParser:
    """Return the parser of whatever does not begin with a command's name."""
    parser = argparse.ArgumentParser(
        prog="mlops-ws", formatter_class=_Formatter, allow_abbrev=False
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and exit")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    for name, summary in COMMANDS.items():
        commands.add_parser(name, help=summary)
    return parser


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


def _say(text: str) -> None:
    with contextlib.suppress(OSError):
        print(text, file=sys.stderr, flush=True)  # noqa: T201 -- a command line speaks by printing
