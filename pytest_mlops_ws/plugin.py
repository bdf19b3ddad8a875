"""pytest's door: options, marker, hooks, and the fixtures. No logic lives here.

Loading it imports no MLOps tool, and of this package only what pytest must know at once.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

from pytest_mlops_ws.fixtures.factory import workspace_factory, workspace_manager
from pytest_mlops_ws.fixtures.marker import DOCUMENTATION
from pytest_mlops_ws.fixtures.session import WorkspaceSession
from pytest_mlops_ws.fixtures.workspace import (
    ENTERED,
    FAILED,
    mlops_workspace,
    module_workspace,
    session_workspace,
    settle,
    workspace,
)
from pytest_mlops_ws.ground import environment
from pytest_mlops_ws.model.errors import UsageError
from pytest_mlops_ws.settings import OPTIONS

if TYPE_CHECKING:
    from collections.abc import Generator

__all__ = [
    "mlops_workspace",
    "module_workspace",
    "session_workspace",
    "workspace",
    "workspace_factory",
    "workspace_manager",
]

_INI_TYPES = {"switch": "bool", "text": "string", "words": "args"}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer every row of the table of settings, as a flag and as an ini line."""
    group = parser.getgroup("mlops-ws", "isolated MLOps workspaces")
    for option in OPTIONS:
        form: dict[str, Any] = {"switch": {"action": "store_true", "default": None}}.get(
            option.kind, {"action": "append" if option.kind == "words" else "store"}
        )
        if option.choices:
            form["choices"] = option.choices
        group.addoption(option.flag, dest=option.ini, help=option.help, **form)
        parser.addini(option.ini, option.help, type=_INI_TYPES[option.kind], default=None)  # type: ignore[arg-type]


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Switch telemetry off before a conftest can import a tool."""
    if WorkspaceSession.of(early_config).settings.text("telemetry") == "off":
        from pytest_mlops_ws.workspaces.activation import telemetry_off

        telemetry_off()


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker; on a worker of pytest-xdist, take over what the controller was given."""
    config.addinivalue_line("markers", DOCUMENTATION)
    given = getattr(config, "workerinput", {}).get("mlops_ws_environment")
    if given is not None:
        environment.started_with = given
    try:
        WorkspaceSession.of(config).settings  # noqa: B018 -- to refuse a wrong one before any test
    except UsageError as error:
        raise pytest.UsageError(str(error)) from error


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker what the shell had set before this process's conftests."""
    node.workerinput["mlops_ws_environment"] = environment.started_with


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Count a worker's workspaces."""
    made = getattr(node, "workeroutput", {}).get("mlops_ws_made", 0)
    WorkspaceSession.of(node.config).made_elsewhere += made


def pytest_report_header(config: pytest.Config) -> str | None:
    """Name the settings that are not the defaults, with where each came from."""
    changed = WorkspaceSession.of(config).settings.not_default()
    return f"mlops-ws: {', '.join(map(str, changed))}" if changed else None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    """Show a failing test's workspaces, and remember the failure for the retention policy."""
    report = yield
    if report.failed:
        for node in item.listchain():
            node.stash[FAILED] = True
        if report.when != "teardown" and item.stash.get(ENTERED, None):
            from pytest_mlops_ws.fixtures.report import sections

            report.sections += sections(item)
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, Any, Any]:
    """Leave no variable behind that names a workspace which is gone."""
    try:
        return (yield)
    finally:
        settle(item)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Say it when DVC's own fixtures have taken the name ``workspace``."""
    if "dvc.testing.fixtures" in sys.modules:
        from pytest_mlops_ws.fixtures.shadow import warn_of_shadow

        warn_of_shadow(session)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """On a worker, report how many workspaces were made."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["mlops_ws_made"] = WorkspaceSession.of(session.config).made


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """With ``-v``, say how many workspaces were made."""
    session = WorkspaceSession.of(config)
    made = session.made + session.made_elsewhere
    if made and terminalreporter.verbosity > 0:
        kept = "kept" if session.keeps(failed=False) else "removed"
        terminalreporter.write_line(f"mlops-ws: {made} workspaces, {kept}")
