"""The first workspace of a process in which MLflow is imported and in use."""

from __future__ import annotations

import pytest
from side_by_side import _shared_store, log_one_run

__all__ = ["_shared_store"]


@pytest.mark.parametrize("n", range(10))
def test_shared_log(n: int) -> None:
    log_one_run()


def test_workspace_log(workspace: object) -> None:
    log_one_run()
