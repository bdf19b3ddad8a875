from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_mlops_ws.model.diagnostics import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pytest_mlops_ws.checks.run import Checked

BASE = "mlops/workspace"


@pytest.fixture
def says(checked: Callable[..., Checked]) -> Callable[..., list[str]]:
    """Return what one rule says about some projects: who and what, without the remedy."""

    def says(
        rule: str, projects: Mapping[str, str], files: Mapping[str, str] | None = None
    ) -> list[str]:
        manifests = {
            f"{BASE}/{name}/workspace.yaml": f"project_name: {name}\n{text}"
            for name, text in projects.items()
        }
        found = checked({**manifests, **(files or {})}, rule).diagnostics
        assert all(isinstance(fault.span, Span) and fault.subject for fault in found)
        return [fault.message for fault in found]

    return says
