"""Project names: which are legal, which are the same, and what the nearest legal one is."""

from __future__ import annotations

from pytest_mlops_ws.model.errors import UsageError

MIN_LENGTH = 2
MAX_LENGTH = 50
#: Without an end anchor of Python's own: ``$`` would let a final newline pass, and this very
#: string is the pattern in the JSON Schema, where ``\Z`` does not exist.
PATTERN = r"^[a-z0-9]+([-_][a-z0-9]+)*(?![\s\S])"
#: What `PATTERN` is made of.
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789-_"

_WINDOWS_DEVICES = frozenset(
    {"con", "prn", "aux", "nul"} | {f"{port}{n}" for port in ("com", "lpt") for n in range(10)}
)
#: Names no MLflow workspace may bear: ``_RESERVED`` in ``mlflow/store/workspace/abstract_store.py``
#: and the default workspace.
_MLFLOW_RESERVED = frozenset({"default", "workspaces", "api", "ajax-api", "static-files"})
#: All names that are refused, in both their spellings; the JSON Schema has the same list.
RESERVED = frozenset(
    spelling
    for name in _WINDOWS_DEVICES | _MLFLOW_RESERVED
    for spelling in (name, name.replace("-", "_"))
)


def canonical(name: str) -> str:
    """Return the form in which two spellings are one project: ``_`` is ``-`` towards tools."""
    return name.replace("_", "-")


def nearest(name: str) -> str | None:
    """Return the legal name closest to *name*, or None if there is nothing to start from."""
    if _fault(name) is None:
        return name
    # Here: most names are legal.
    import re
    import unicodedata

    folded = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii").lower()
    words = re.findall(r"[a-z0-9]+|(?<=[a-z0-9])_(?=[a-z0-9])", folded)
    candidate = "-".join(words).replace("-_-", "_")[:MAX_LENGTH].rstrip("-_")
    if candidate in RESERVED or len(candidate) == 1:
        candidate += "-project"
    return candidate or None


def check(name: object, *, operation: str | None = None) -> str:
    """Return *name* if it is a legal project name.

    Raises:
        UsageError: it is not; the message says why and names the nearest legal one.
    """
    reason = _fault(name)
    if reason is None:
        return str(name)
    suggestion = nearest(name) if isinstance(name, str) else None
    remedy = f"; use {suggestion!r}" if suggestion else ""
    shown = repr(name) if len(repr(name)) <= MAX_LENGTH + 10 else f"{repr(name)[:MAX_LENGTH]}…"
    message = f"Invalid project name {shown}: {reason}{remedy}"
    raise UsageError(message, operation=operation, details={"nearest": suggestion})


def _fault(name: object) -> str | None:
    if not isinstance(name, str):
        return f"a name is a string, not {type(name).__name__}"
    if not name:
        return "it is empty"
    if not MIN_LENGTH <= len(name) <= MAX_LENGTH:
        return f"it has {len(name)} characters, and {MIN_LENGTH} to {MAX_LENGTH} are allowed"
    if name in RESERVED:
        owner = "Windows" if name in _WINDOWS_DEVICES else "MLflow"
        return f"the name is reserved by {owner}"
    if not _matches(name):
        return "only a-z and 0-9, in words joined by one '-' or '_', are allowed"
    return None


def _matches(name: str) -> bool:
    """Whether *name* matches `PATTERN`, without compiling it: 0.3 ms."""
    return not name.strip(_LETTERS) and all(canonical(name).split("-"))


#: Between a project and its model, in names that tools have for all projects together. No project
#: name holds it, so the first one in a name ends the project's.
SEPARATOR = "--"


def qualified(prefix: str, name: str) -> str:
    """Return *name* with *prefix* before it; a name that has it already stays as it is."""
    return name if prefix and name.startswith(prefix) and name != prefix else f"{prefix}{name}"


def owner_of(name: str) -> str | None:
    """Return whose ``<project>--<model>`` is, or None for a name that says nothing."""
    project, separator, model = name.partition(SEPARATOR)
    return project if separator and model and _matches(project) else None


#: Where a tracking store is a server's, which projects may share.
_SERVERS = frozenset({"http", "https", "mssql", "mysql", "postgresql"})


def experiment_name(project: str, name: str | None, tracking: str, *, settled: bool) -> str:
    """Return what *project*'s experiment *name* is called in the store *tracking*.

    Without one it is called like the project. On a server it bears the project's prefix, unless it
    is *settled*: noted together with its id, or in a workspace of the server's that is the
    project's own.
    """
    if name is None or name in {project, canonical(project)}:
        return name or project
    if settled or tracking.partition(":")[0].partition("+")[0].lower() not in _SERVERS:
        return name
    return qualified(f"{canonical(project)}{SEPARATOR}", name)
