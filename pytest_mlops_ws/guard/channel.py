"""How a crossing gets from a child process to the test that started it: a file, a line each."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from typing import TYPE_CHECKING

from pytest_mlops_ws.guard.crossing import Crossing

if TYPE_CHECKING:
    from typing import BinaryIO


class Channel:
    """A file that several processes append to.

    Args:
        path: it need not exist.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self._stream: BinaryIO | None = None
        self._read = 0

    def open(self) -> None:
        """Be ready to receive: to ask what has come then costs two system calls."""
        if self._stream is None:
            self._stream = open(self.path, "a+b", buffering=0)  # noqa: PTH123, SIM115 -- a child loads this, without pathlib; kept until `close`

    def close(self) -> None:
        """Receive no more."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None

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
        if self._stream is None:
            return []
        self._stream.seek(self._read)  # a forked child may have moved it
        content = self._stream.read()
        whole = content[: content.rfind(b"\n") + 1]
        self._read += len(whole)
        return [Crossing.from_plain(json.loads(line)) for line in whole.splitlines()]
