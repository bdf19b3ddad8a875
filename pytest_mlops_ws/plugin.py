"""pytest's door: options, marker, hooks, and the fixtures. No logic lives here.

Loading it imports no MLOps tool, and of this package only what pytest must know at once.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Literal

import pytest

from pytest_mlops_ws.fixtures.factory import workspace_factory, workspace_manager
from pytest_mlops_ws.fixtures.guard import workspace_guard
from pytest_mlops_ws.fixtures.guarding import (
    finish,
    pytest_fixture_setup,
    pytest_runtest_call,
    pytest_runtest_protocol,
)
from pytest_mlops_ws.fixtures.marker import DOCUMENTATION
from pytest_mlops_ws.fixtures.session import WorkspaceSession
from pytest_mlops_ws.fixtures.terminal import (
    pytest_report_header,
    pytest_runtest_makereport,
    pytest_sessionfinish,
    pytest_terminal_summary,
    pytest_testnodedown,
)
from pytest_mlops_ws.fixtures.verdict import listen
from pytest_mlops_ws.fixtures.workspace import (
    mlops_workspace,
    module_workspace,
    session_workspace,
    settle,
    workspace,
)
from pytest_mlops_ws.ground import environment
from pytest_mlops_ws.settings import OPTIONS

if TYPE_CHECKING:
    from collections.abc import Generator

__all__ = [
    "mlops_workspace",
    "module_workspace",
    "pytest_fixture_setup",
    "pytest_report_header",
    "pytest_runtest_call",
    "pytest_runtest_makereport",
    "pytest_runtest_protocol",
    "pytest_sessionfinish",
    "pytest_terminal_summary",
    "pytest_testnodedown",
    "session_workspace",
    "workspace",
    "workspace_factory",
    "workspace_guard",
    "workspace_manager",
]

_INI_TYPES: dict[str, Literal["bool", "string", "args"]] = {
    "switch": "bool",
    "text": "string",
    "words": "args",
}
_FLAGS = {"switch": "store_true", "text": "store", "words": "append"}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer every row of the table of settings, as a flag and as an ini line."""
    group = parser.getgroup("mlops-ws", "isolated MLOps workspaces")
    for option in OPTIONS:
        form: dict[str, Any] = {"action": _FLAGS[option.kind], "default": None}
        if option.choices:
            form["choices"] = option.choices
        group.addoption(option.flag, dest=option.ini, help=option.help, **form)
        parser.addini(option.ini, option.help, type=_INI_TYPES[option.kind], default=None)


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Switch telemetry off before a conftest can import a tool."""
    if WorkspaceSession.of(early_config).settings.text("telemetry") == "off":
        from pytest_mlops_ws.tools import telemetry

        telemetry.switch_off()


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker; on a worker of pytest-xdist, take over what the controller was given."""
    config.addinivalue_line("markers", DOCUMENTATION)
    given = getattr(config, "workerinput", {}).get("mlops_ws_environment")
    if given is not None:
        environment.started_with = given
    listen(config)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:  # noqa: ANN401 -- pytest-xdist need not be installed
    """Tell a worker what the shell had set before this process's conftests."""
    node.workerinput["mlops_ws_environment"] = environment.started_with


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, Any, Any]:
    """Leave no variable behind that names a workspace which is gone."""
    try:
        return (yield)
    finally:
        settle(item)
        finish(item)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Say it when DVC's own fixtures have taken the name ``workspace``."""
    if "dvc.testing.fixtures" in sys.modules:
        from pytest_mlops_ws.fixtures.shadow import warn_of_shadow

        warn_of_shadow(session)
