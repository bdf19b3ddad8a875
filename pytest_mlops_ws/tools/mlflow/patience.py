"""How often MLflow asks a server again that has gone in the middle of a call.

MLflow's own seven times take four minutes. `RETRIES` take five seconds, enough for a server that is
started anew; where ``MLFLOW_HTTP_REQUEST_MAX_RETRIES`` is set, that is what holds.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final

from pytest_mlops_ws.tools.mlflow.row import lookup

if TYPE_CHECKING:
    from collections.abc import Iterator

#: At once, and after four seconds.
RETRIES: Final = 2
_impatient: ContextVar[bool] = ContextVar("mlops_ws_impatient", default=False)


@contextmanager
def few_retries() -> Iterator[None]:
    """Ask a server `RETRIES` times again in this thread or task; everywhere else as before."""
    _heed()
    token = _impatient.set(True)
    try:
        yield
    finally:
        _impatient.reset(token)


def _heed() -> None:
    """Let MLflow's own setting, which is the process's, say something else where we ask."""
    setting = lookup("mlflow.environment_variables", "MLFLOW_HTTP_REQUEST_MAX_RETRIES")
    stock = getattr(setting, "get", None)
    if stock is None or "get" in vars(setting):
        return

    def get() -> object:
        ours = _impatient.get() and setting.name not in os.environ
        return RETRIES if ours else stock()

    setting.get = get
