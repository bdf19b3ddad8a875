from __future__ import annotations

import pickle

import pytest

from pytest_mlops_ws.model.errors import (
    EnvironmentFailedError,
    UsageError,
    WorkspaceError,
    WorkspaceMissingError,
    during,
)


def test_fields_survive_pickle() -> None:
    error = WorkspaceError("no", "get_workspace", "fraud", {"n": 1})
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301 -- our own bytes
    assert (str(copy), copy.operation, copy.workspace, copy.details) == (
        *("no", "get_workspace", "fraud"),
        {"n": 1},
    )


def test_details_are_empty_if_there_are_none() -> None:
    assert WorkspaceError("no").details == {}


def test_kind_of_error_decides_the_exit_status() -> None:
    assert [kind.exit_status for kind in (UsageError, EnvironmentFailedError)] == [2, 4]


def test_error_names_the_method_that_was_called_and_keeps_it_when_pickled() -> None:
    gone = WorkspaceMissingError("gone")
    with (
        pytest.raises(WorkspaceMissingError) as caught,
        during("delete_workspace", "fraud"),
        during("get_workspace", "other"),
    ):
        raise gone
    copy = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 -- our own bytes
    assert (copy.operation, copy.workspace) == ("delete_workspace", "fraud")


def test_workspace_of_an_error_stays_where_the_method_names_none() -> None:
    error = WorkspaceError("no", workspace="fraud")
    with pytest.raises(WorkspaceError) as caught, during("list_workspaces"):
        raise error
    assert caught.value.workspace == "fraud"
