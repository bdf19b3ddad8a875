from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_mlops_ws.checks.run import Checked


@pytest.mark.parametrize(
    ("uri", "shown"),
    [
        ("postgresql://me:hunter2@db/x", "postgresql://me:***@db/x"),
        ("https://me:p@ss@h/x", "https://me:***@h/x"),
        ("https://a1b2c3d4e5f6a7b8c9d0@h/x", "https://***@h/x"),
        ("https://h/x?token=7f3d90b1c2", "https://h/x?token=***"),
        ("https://h/x?a=b&sig=c29tZXRo", "https://h/x?a=b&sig=***"),
        ("ssh://me:hunter2@h/x", "ssh://me:***@h/x"),
        ("${SERVER:-https://me:hunter2@h}", "${SERVER:-https://me:***@h}"),
    ],
)
def test_passwords_and_tokens(says: Callable[..., list[str]], uri: str, shown: str) -> None:
    assert says("WS602", {"fraud": f"mlflow_tracking_uri: '{uri}'\n"}) == [
        f"mlflow_tracking_uri holds a secret: {shown}"
    ]


@pytest.mark.parametrize(
    "uri",
    [
        "postgresql://me@db/x",
        "postgresql://me:${PASSWORD}@db/x",
        "postgresql://me:${PASSWORD:-}@db/x",
        "postgresql://${USER}:${PASSWORD}@db/x",
        "postgresql://me:<password>@db/x",
        "postgresql://me:xxx@db/x",
        "postgresql://me:@db/x",
        "postgresql://me:***@db/x",
        "abfss://container@account.dfs.core.windows.net/x",
        "https://h:443/x@v1",
        "https://h/x?page=2",
        "https://h/x?token=${TOKEN}",
        "s3://bucket/x",
    ],
)
def test_these_hold_none(says: Callable[..., list[str]], uri: str) -> None:
    assert says("WS602", {"fraud": f"mlflow_tracking_uri: '{uri}'\n"}) == []


def test_notes_and_unreadable_manifests_are_looked_at_too(says: Callable[..., list[str]]) -> None:
    files = {
        "mlops/workspace/fraud/workspace.yaml": (
            "metadata:\n  links: ['see https://wiki/x and mail a@b', 'ftp://me:hunter2@h/x']\n"
        )
    }
    assert says("WS602", {}, files) == ["metadata.links holds a secret: ftp://me:***@h/x"]


def test_the_remedy_names_a_variable(checked: Callable[..., Checked]) -> None:
    text = "project_name: fraud\ndvc_remote_path: ssh://me:hunter2@h/x\n"
    found = checked({"mlops/workspace/fraud/workspace.yaml": text}, "WS602")
    assert [fault.remedy for fault in found.diagnostics] == [
        "revoke it: git keeps it. Write 'ssh://me:${SECRET}@h/x'"
    ]
