"""The one primitive: making a workspace the current one, and undoing exactly that."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from functools import cache
from typing import TYPE_CHECKING

from pytest_mlops_ws.ground import environment, git
from pytest_mlops_ws.tools import all_tools

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from pytest_mlops_ws.model.spec import WorkspaceSpec
    from pytest_mlops_ws.tools.base import Ambient

    Changed = dict[str, tuple[str, str | None]]

#: The workspaces that are the current one, innermost last.
entered: list[WorkspaceSpec] = []


@contextmanager
def activate(
    spec: WorkspaceSpec, *, ambient: Ambient = "inherit", keep: Collection[str] = ()
) -> Iterator[Changed]:
    """Make *spec* the current workspace of this process, and of the processes it starts.

    Every tool's variables point at it, each tool that is loaded starts from a clean state, and
    telemetry is off. On exit, also after an exception, everything is as it was: the environment,
    and each tool's state, a session's own ``autolog()`` included. Contexts may be nested. The
    working directory is left alone.

    Yields each variable that has been set: to what, and what it was.

    Args:
        spec: the workspace.
        ambient: ``inherit`` keeps what else the environment says. ``hide`` takes away the tools'
            variables that the process was started with: a test must not depend on them.
        keep: patterns of variables that ``hide`` does not take away.
    """
    with ExitStack() as undo:
        before = undo.enter_context(environment.changed({}, owned=owned_variables()))
        for tool in all_tools():
            undo.enter_context(tool.state(spec, ambient))
        # After the states: to forget a URI, a tool may unset the variable that says it.
        changes = variables(spec, ambient, keep=keep)
        environment.put(changes)
        entered.append(spec)
        undo.callback(entered.remove, spec)
        yield {
            name: (value, before.get(name))
            for name, value in changes.items()
            if value is not None and value != before.get(name)
        }


def variables(
    spec: WorkspaceSpec, ambient: Ambient, *, keep: Collection[str] = ()
) -> dict[str, str | None]:
    """Return what `activate` sets; None means unset."""
    changes: dict[str, str | None] = {}
    if ambient == "hide":
        hidden = (pattern for tool in all_tools() for pattern in tool.ambient)
        changes.update(dict.fromkeys(environment.inherited(hidden, keep=keep)))
    changes.update(git.environment(spec.base_path, ambient))
    for tool in all_tools():
        changes.update(tool.telemetry)
        changes.update(tool.environment(spec, ambient))
    return changes


@cache
def owned_variables() -> tuple[str, ...]:
    """Return the patterns of the variables that `activate` sets, hides and puts back."""
    patterns = {pattern for tool in all_tools() for pattern in (*tool.ambient, *tool.telemetry)}
    return (*sorted(patterns), "GIT_*")
