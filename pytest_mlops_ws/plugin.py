"""pytest's door: options, marker, hooks, and the fixtures. No logic lives here.

Loading it imports no MLOps tool, and of this package only what pytest must know at once. A hook
that only some sessions need is registered by them: every one that is here costs every suite.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from pytest_mlops_ws.fixtures import (
    MARKER,
    OURS,
    TAKES,
    mlops_client,
    mlops_workspace,
    module_workspace,
    nothing_said,
    session_workspace,
    without_rewriting,
    workspace,
    workspace_factory,
    workspace_guard,
    workspace_manager,
)

with without_rewriting():  # at less than half the cost, in every pytest that is started
    from pytest_mlops_ws.settings import OPTIONS, switch_telemetry_off

if TYPE_CHECKING:
    from typing import Any, Literal

__all__ = [
    "mlops_client",
    "mlops_workspace",
    "module_workspace",
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
    """Switch telemetry off before a conftest can import a tool; judge the settings, if any."""
    if not nothing_said(early_config):
        from pytest_mlops_ws.fixtures import settings

        early_config.pluginmanager.register(settings, "mlops_ws_settings")
        if settings.settings_of(early_config).text("telemetry") != "off":
            return
    switch_telemetry_off()


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker; with pytest-xdist, let this process and its workers talk."""
    config.addinivalue_line(
        "markers", f"{MARKER}{TAKES}: which project's workspace a test gets, and how."
    )
    given = getattr(config, "workerinput", None)
    if given is not None or config.getoption("dist", "no") != "no":
        from pytest_mlops_ws.fixtures import settings, workers

        if given is not None:
            workers.take_over(given)
        else:
            config.pluginmanager.register(workers, "mlops_ws_workers")
            settings.watch_over(config)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Have tests with a workspace guarded; say it when DVC has taken the name ``workspace``."""
    if any(not OURS.isdisjoint(getattr(item, "fixturenames", ())) for item in session.items):
        with without_rewriting():
            from pytest_mlops_ws.fixtures.settings import watch_over

            watch_over(session.config)
    if "dvc.testing.fixtures" in sys.modules:
        from pytest_mlops_ws.fixtures.shadow import warn_of_shadow

        warn_of_shadow(session)
