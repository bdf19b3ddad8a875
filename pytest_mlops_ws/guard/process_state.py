"""What of a process a test can leave changed: looked at before and after, in microseconds."""

from __future__ import annotations

import logging
import os
import sys
import threading
from contextlib import suppress
from typing import Any

from pytest_mlops_ws.model.record import Record
from pytest_mlops_ws.tools.bentoml import leftovers as bentoml
from pytest_mlops_ws.tools.mlflow import leftovers

_UMASK_PROBE = 0o077


class Snapshot(Record):
    """How things are.

    Attributes:
        variables: the environment, as bytes: decoding it is what costs.
        pieces: everything else, by what people call it.
        threads: who is alive.
    """

    variables: dict[bytes, bytes]
    pieces: dict[str, Any]
    threads: frozenset[threading.Thread]


def take() -> Snapshot:
    """Return how things are now."""
    # POSIX has no way to read it but to set it.
    umask = os.umask(_UMASK_PROBE)
    os.umask(umask)
    pieces: dict[str, Any] = {
        "working directory": _directory(),
        "umask": umask,
        "log handlers": tuple(logging.root.handlers),
    }
    if "mlflow" in sys.modules:
        pieces |= {f"MLflow's {name}": value for name, value in leftovers.observe().items()}
    if bentoml.CONTAINERS in sys.modules:
        pieces["BentoML's stores"] = bentoml.stores()
    # A copy of what `os.environ` wraps: its own way takes fifty times as long.
    return Snapshot(dict(os.environ._data), pieces, frozenset(threading._active.values()))  # type: ignore[attr-defined]  # noqa: SLF001 -- see above, and no lock


def put_back(name: str, before: Any) -> None:  # noqa: ANN401 -- any piece's value
    """Make the piece *name* what it was *before*."""
    if name == "working directory":
        if before is not None:
            with suppress(OSError):
                os.chdir(before)
    elif name == "umask":
        os.umask(before)
    elif name == "log handlers":
        for handler in [each for each in logging.root.handlers if each not in before]:
            logging.root.removeHandler(handler)
            handler.close()
        # A library that takes the root logger for itself, as Celery does, has removed pytest's.
        for handler in [each for each in before if each not in logging.root.handlers]:
            logging.root.addHandler(handler)
    elif name == "BentoML's stores":
        bentoml.take_back(before)
    else:
        leftovers.take_back(name.removeprefix("MLflow's "), before)


def put_back_variable(name: bytes, before: bytes | None) -> None:
    """Set a variable to what it was, or unset it."""
    if before is None:
        os.environb.pop(name, None)
    else:
        os.environb[name] = before


def _directory() -> str | None:
    try:
        return os.getcwd()  # noqa: PTH109 -- a plain string is compared
    except FileNotFoundError:
        return None
