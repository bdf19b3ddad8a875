"""The shell's door: ``mlops-ws COMMAND``. One module per command group, imported when asked for."""

from __future__ import annotations

import contextlib
import errno
import gc
import importlib
import os
import sys
from typing import TYPE_CHECKING, Final

from pytest_mlops_ws.model.errors import WorkspaceError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CLEAN: Final = 0
FINDINGS: Final = 1
BUG: Final = 3
ENVIRONMENT_FAILED: Final = 4
INTERRUPTED: Final = 130
#: What a shell reports of a program whose reader went away (128 + SIGPIPE).
READER_GONE: Final = 141

#: Every command and its line in the help. The module of that name in this package has
#: ``add_arguments(parser)``, which names the command's function: ``set_defaults(run=...)``. Where
#: milliseconds count it also has ``brief(arguments)``: the options of what is mostly typed, without
#: argparse, or None.
COMMANDS: Final[Mapping[str, str]] = {
    "demo": "the whole story in one minute, on a scratch monorepo",
    "check": "judge every workspace.yaml, and all projects against each other",
    "rules": "list every rule",
    "explain": "tell of a rule what it is about, why, and what is bad and good",
    "doctor": "what is installed, configured and reachable, and what was left by what was killed",
    "claims": "write what the projects here claim, for other repositories to check against",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``mlops-ws`` with *argv*, by default the process's own arguments.

    Returns:
        0 clean, 1 findings, 2 usage or configuration, 3 a bug of ours, 4 the environment
        failed, 130 interrupted, 141 nobody reads the output.
    """
    if argv is None:  # a process of our own, which ends with this
        return _quickly(sys.argv[1:])
    arguments = list(argv)
    _open_what_is_closed()
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
        _give_up_the_output()
        return READER_GONE
    except Exception as error:  # noqa: BLE001 -- the one place that tells a bug from all that was foreseen
        return _unforeseen(error)
    return status


def _unforeseen(error: Exception) -> int:
    if isinstance(error, OSError) and error.errno in _DISK:
        _give_up_the_output()
        _say(f"mlops-ws: the output could not be written: {error.strerror}")
        return ENVIRONMENT_FAILED
    import traceback

    from pytest_mlops_ws.model.address import PUBLIC_ADDRESS

    traceback.print_exception(error)
    _say(f"\nmlops-ws: this is a bug. Please report it: {PUBLIC_ADDRESS}/issues")
    return BUG


def _quickly(arguments: list[str]) -> int:
    """Run with hardly a search for garbage, and none at the end: 10 ms of 60."""
    gc.set_threshold(1_000_000, 20, 50)
    try:
        return main(arguments)
    finally:
        gc.freeze()


def _run(arguments: list[str]) -> int:
    if not arguments or arguments[0] not in COMMANDS:
        from pytest_mlops_ws.cli import parsing

        return parsing.without_command(arguments, COMMANDS)
    name, *rest = arguments
    module = importlib.import_module(f"{__name__}.{name}")
    options = module.brief(rest) if hasattr(module, "brief") else None
    if options is None:
        from pytest_mlops_ws.cli import parsing

        try:
            options = parsing.of_command(name, COMMANDS[name], module).parse_args(rest)
        except SystemExit as leaving:  # argparse's way to say that help was shown, or is needed
            return leaving.code if isinstance(leaving.code, int) else CLEAN
    status: int = options.run(options)
    return status


#: What a disk says that takes no more; files of ours tell of it themselves.
_DISK: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EIO})


def _open_what_is_closed() -> None:
    """Let what is said to a stream that the shell has closed (``>&-``) go nowhere."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115 -- as long as the process


def _give_up_the_output() -> None:
    # Python flushes once more when it exits, and would complain again.
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _say(text: str) -> None:
    with contextlib.suppress(OSError):
        print(text, file=sys.stderr, flush=True)  # noqa: T201 -- a command line speaks by printing
