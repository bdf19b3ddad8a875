"""How a crossing gets from a child process to the test that started it: a file, a line each."""

from __future__ import annotations

import json
import os
from contextlib import suppress

from pytest_mlops_ws.guard.crossing import Crossing


class Channel:
    """A file that several processes append to.

    Args:
        path: it need not exist.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self._read = 0

    def send(self, crossing: Crossing) -> None:
        """Append *crossing*, in one write, so that lines of two processes never mix."""
        line = json.dumps(crossing.plain()).encode() + b"\n"
        with suppress(OSError):  # the session is over, and its directory gone
            handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                os.write(handle, line)
            finally:
                os.close(handle)

    def receive(self) -> list[Crossing]:
        """Return what has come since the last call."""
        try:
            with open(self.path, "rb") as stream:  # noqa: PTH123 -- a child loads this, without pathlib
                stream.seek(self._read)
                content = stream.read()
        except FileNotFoundError:
            return []
        whole = content[: content.rfind(b"\n") + 1]
        self._read += len(whole)
        return [Crossing.from_plain(json.loads(line)) for line in whole.splitlines()]
