"""One child process, and what it says, without `subprocess`: its import costs more than most."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

_CHUNK = 1 << 16


def said(
    command: list[str], environment: Mapping[str, str], channel: Literal["output", "errors"]
) -> tuple[int, bytes]:
    """Run *command*; return its status and what it wrote to one of its two channels.

    The other one is thrown away: who needs both, because something went wrong, asks again.

    Raises:
        OSError: the program is not there, or cannot be started.
    """
    if not hasattr(os, "posix_spawnp"):
        return _elsewhere(command, environment, channel)
    reading, writing = os.pipe()
    try:
        kept, lost = (1, 2) if channel == "output" else (2, 1)
        child = os.posix_spawnp(
            command[0],
            command,
            environment,
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                (os.POSIX_SPAWN_DUP2, writing, kept),
                (os.POSIX_SPAWN_OPEN, lost, os.devnull, os.O_WRONLY, 0),
            ],
        )
        os.close(writing)
        writing = -1
        parts = [os.read(reading, _CHUNK)]
        while parts[-1]:
            parts.append(os.read(reading, _CHUNK))
    finally:
        os.close(reading)
        if writing >= 0:
            os.close(writing)
    return _status(child), b"".join(parts)


def _status(child: int) -> int:
    try:
        _, status = os.waitpid(child, 0)
    except ChildProcessError:  # who started us ignores SIGCHLD, and we inherited that
        return 0
    return os.waitstatus_to_exitcode(status)


def _elsewhere(
    command: list[str], environment: Mapping[str, str], channel: Literal["output", "errors"]
) -> tuple[int, bytes]:
    import subprocess

    done = subprocess.run(  # noqa: S603 -- the caller's own command, no shell
        command, env=dict(environment), stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    return done.returncode, done.stdout if channel == "output" else done.stderr
