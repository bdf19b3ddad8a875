"""A Bento served on loopback, by BentoML's own server, for as long as a block lasts."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any, Final

from pytest_mlops_ws.ground.alive import working_directory
from pytest_mlops_ws.model.errors import EnvironmentFailedError
from pytest_mlops_ws.settings import TELEMETRY

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_mlops_ws.model.spec import WorkspaceSpec

_START_SECONDS: Final = 120.0
_STOP_SECONDS: Final = 10.0
_ANSWER_SECONDS: Final = 60.0
_POLL_SECONDS: Final = 0.2
_LAST_LINES: Final = 15


class Server:
    """A model's server.

    Attributes:
        url: its address.
        tag: the Bento that it serves.
    """

    def __init__(self, url: str, tag: str) -> None:
        self.url = url
        self.tag = tag

    def predict(self, rows: list[dict[str, Any]]) -> list[Any]:
        """Return the model's answers to *rows*, each column to value.

        Raises:
            EnvironmentFailedError: the server refused the rows, or has gone.
        """
        request = urllib.request.Request(  # noqa: S310 -- our own address, on loopback
            f"{self.url}/predict",
            json.dumps({"rows": rows}).encode(),
            {"Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=_ANSWER_SECONDS) as answer:  # noqa: S310 -- likewise
                found: list[Any] = json.load(answer)
        except urllib.error.HTTPError as error:
            said = error.read().decode(errors="replace")[:400]
            message = f"{self.tag} answered {error.code} {error.reason}: {said}"
            raise EnvironmentFailedError(message, "predict") from error
        except OSError as error:
            message = f"{self.tag} does not answer at {self.url}: {error}"
            raise EnvironmentFailedError(message, "predict") from error
        return found


@contextlib.contextmanager
def serving(spec: WorkspaceSpec, tag: str) -> Iterator[Server]:
    """Run ``bentoml serve TAG`` on a free port of loopback, and end it with the block.

    Raises:
        EnvironmentFailedError: it ended, or did not come up in two minutes; the message ends
            with what it said.
    """
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "bentoml", "serve", tag, "--host", "127.0.0.1"]
    command += ["--port", str(port), "--api-workers", "1"]
    home = str(spec.area("models"))
    with working_directory("serve") as place:
        log = place / "server.log"
        with (
            log.open("w", encoding="utf-8") as stream,
            subprocess.Popen(  # noqa: S603 -- our own interpreter, arguments of ours
                command,
                cwd=place,
                env={**os.environ, **TELEMETRY["bentoml"], "BENTOML_HOME": home},
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # its workers go with it
            ) as process,
        ):
            try:
                _wait(process, port, tag, log)
                yield Server(f"http://127.0.0.1:{port}", tag)
            finally:
                _stop(process)


def _wait(process: subprocess.Popen[bytes], port: int, tag: str, log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2):
                return
        except OSError:
            time.sleep(_POLL_SECONDS)
    last = "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-_LAST_LINES:])
    message = f"`bentoml serve {tag}` did not come up:\n{last}".rstrip(":\n")
    raise EnvironmentFailedError(message, "serve")


def _stop(process: subprocess.Popen[bytes]) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_STOP_SECONDS)
            return
