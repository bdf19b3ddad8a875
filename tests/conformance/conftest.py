"""What the suites of all tools share."""

from __future__ import annotations

import os
import pickle
import sys
import traceback
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable


def in_fork(scenario: Callable[[], Any]) -> Any:
    """Return what *scenario* returns in a forked process: what it leaves behind dies with it."""
    reader, writer = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child == 0:
        os.close(reader)
        try:
            answer = (True, scenario())
        except BaseException:  # noqa: BLE001 -- all of it goes to the parent
            answer = (False, traceback.format_exc())
        with os.fdopen(writer, "wb") as stream:
            stream.write(pickle.dumps(answer))
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as stream:
        content = stream.read()
    _, status = os.waitpid(child, 0)
    assert content, f"the child died: {os.waitstatus_to_exitcode(status)}"
    succeeded, value = pickle.loads(content)  # noqa: S301 -- written by our own child
    assert succeeded, value
    return value


@pytest.fixture
def fork() -> Callable[[Callable[[], Any]], Any]:
    return in_fork
