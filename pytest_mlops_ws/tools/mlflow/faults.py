"""What goes wrong with a tracking store, in our words; and no waiting for one that is dead.

MLflow asks a server that is gone for minutes, and a database that is none for an hour. So a
store is looked at before it is used, which takes `PATIENCE_SECONDS` at most.
"""

from __future__ import annotations

import os
import socket
import sqlite3
import time
import urllib.error
import urllib.request
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from pytest_mlops_ws.ground.urls import hidden
from pytest_mlops_ws.model.errors import EnvironmentFailedError, ToolMissingError, WorkspaceError
from pytest_mlops_ws.tools.mlflow.row import lookup

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_mlops_ws.model.spec import WorkspaceSpec

#: How long a server may take to answer at all.
PATIENCE_SECONDS: Final = 5.0
#: For how long an answer is good.
_TRUSTED_SECONDS: Final = 5.0
_DATABASE_PORTS = {"postgresql": 5432, "postgres": 5432, "mysql": 3306, "mssql": 1433}
_LONGEST: Final = 400
#: By URI: when it last answered.
_answered: dict[str, float] = {}


def unreachable(uri: str) -> str | None:
    """Return why the store at *uri* cannot be used; None if it answers, or only use can tell."""
    scheme = uri.partition(":")[0].partition("+")[0].lower()
    if scheme == "sqlite":
        return _torn(uri.partition("///")[2].partition("?")[0])
    if scheme in {"http", "https"}:
        return _silent_server(uri)
    if scheme in _DATABASE_PORTS:
        return _silent_port(uri, _DATABASE_PORTS[scheme])
    return None


def require_store(spec: WorkspaceSpec, *uris: str) -> None:
    """Refuse to wait for a store that does not answer.

    Raises:
        EnvironmentFailedError: see above; within `PATIENCE_SECONDS`.
    """
    for uri in dict.fromkeys(uris):
        if time.monotonic() - _answered.get(uri, -_TRUSTED_SECONDS) < _TRUSTED_SECONDS:
            continue
        reason = unreachable(uri)
        if reason is not None:
            origin = spec.origins.get("mlflow_tracking_uri", "derived")
            message = f"MLflow's store {hidden(uri)} ({origin}) cannot be used: {reason}"
            raise EnvironmentFailedError(
                message, workspace=spec.project_name, details={"uri": hidden(uri)}
            )
        _answered[uri] = time.monotonic()


@contextmanager
def translated(spec: WorkspaceSpec) -> Iterator[None]:
    """Say in one error of ours what MLflow, its database or its server complain of."""
    try:
        yield
    except WorkspaceError:
        raise
    except ImportError as error:
        message = (
            f"This needs more than is installed ({error}): pip install 'pytest-mlops-ws[mlflow]',"
            f" and {error.name or 'that package'} if it is not among what this installs"
        )
        raise ToolMissingError(message, workspace=spec.project_name) from error
    except OSError as error:
        _answered.clear()
        message = f"MLflow failed: {hidden(str(error))}. Check the server, or the disk's free space"
        raise EnvironmentFailedError(message, workspace=spec.project_name) from error
    except _complaints() as error:
        _answered.clear()
        _look_again(spec, error)
        first = hidden(str(getattr(error, "message", error))).strip()
        short = first if len(first) <= _LONGEST else f"{first[:_LONGEST]}…"
        message = f"MLflow refused it: {short}"
        raise WorkspaceError(message, workspace=spec.project_name) from error


def _look_again(spec: WorkspaceSpec, error: Exception) -> None:
    """Tell a server that has gone in the middle of a call from one that has refused it."""
    for uri in dict.fromkeys((spec.mlflow_tracking_uri, spec.mlflow_registry_uri)):
        reason = None if uri.startswith("sqlite:") else unreachable(uri)
        if reason is not None:
            message = (
                f"MLflow's store {hidden(uri)} has gone in the middle of the call: {reason}. What"
                " had been recorded before is there; what this call has, is not known"
            )
            raise EnvironmentFailedError(
                message, workspace=spec.project_name, details={"uri": hidden(uri)}
            ) from error


def _complaints() -> tuple[Any, ...]:
    names = (("mlflow.exceptions", "MlflowException"), ("sqlalchemy.exc", "SQLAlchemyError"))
    return tuple(kind for kind in (lookup(*name) for name in names) if kind is not None)


def _torn(path: str) -> str | None:
    if not path or path == ":memory:":
        return None
    if not os.path.isdir(os.path.dirname(os.path.abspath(path))):  # noqa: PTH100, PTH112, PTH120 -- a path out of a URI
        return "its directory does not exist. Make it, or mend the URI in workspace.yaml"
    try:
        with closing(sqlite3.connect(f"file:{_quoted(path)}?mode=ro", uri=True)) as database:
            database.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError:
        return None  # it is not there yet, or locked: MLflow's own turn
    except sqlite3.DatabaseError as error:
        return (
            f"{error}. It is torn, or no database: restore it from a copy, or move it away; an"
            " empty one is then made"
        )
    return None


def _quoted(path: str) -> str:
    from urllib.parse import quote

    return quote(path)


def _silent_server(uri: str) -> str | None:
    parts = urlsplit(uri)
    host = parts.netloc.rpartition("@")[2]
    address = f"{parts.scheme}://{host}{parts.path.rstrip('/')}/health"
    try:
        with urllib.request.urlopen(address, timeout=PATIENCE_SECONDS):  # noqa: S310 -- http, as the caller has seen
            return None
    except urllib.error.HTTPError:
        return None  # somebody is there; whether they let us in, MLflow will find out
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        return (
            f"the server does not answer ({hidden(str(reason))}), asked for"
            f" {PATIENCE_SECONDS:.0f} s at most. Start it, or mend mlflow_tracking_uri in"
            " workspace.yaml"
        )


def _silent_port(uri: str, default: int) -> str | None:
    parts = urlsplit(uri)
    try:
        address = (parts.hostname or "localhost", parts.port or default)
        with socket.create_connection(address, timeout=PATIENCE_SECONDS):
            return None
    except (OSError, ValueError) as error:
        return f"the database does not answer ({hidden(str(error))}). Start it, or mend the URI"


def forget() -> None:
    """Ask every store again before it is used next."""
    _answered.clear()
