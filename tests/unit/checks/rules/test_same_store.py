from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

import os


def store(uri: str) -> str:
    return f"mlflow_tracking_uri: {uri}\n"


@pytest.mark.parametrize(
    ("churn", "fraud"),
    [
        (store("https://mlflow.example.com"), store("https://mlflow.example.com")),
        (store("postgresql://db/mlflow"), store("postgresql://db/mlflow")),
        (store("databricks"), store("databricks")),
        (store("sqlite:////srv/churn.db"), store("sqlite:////srv/fraud.db")),
        (store("/srv/mlruns"), store("/srv/mlruns-2")),
        (store("sqlite://"), store("sqlite://")),
        (store("${MLOPS_WS_UNSET}"), store("${MLOPS_WS_UNSET}")),
        ("", ""),
        (
            store("/srv/churn") + "mlflow_registry_uri: /srv/churn\n",
            store("/srv/fraud") + "mlflow_registry_uri: /srv/fraud/registry\n",
        ),
    ],
)
def test_these_are_apart(says: Callable[..., list[str]], churn: str, fraud: str) -> None:
    assert says("WS308", {"churn": churn, "fraud": fraud}) == []


@pytest.mark.parametrize(
    ("churn", "fraud", "message"),
    [
        (
            store("file:///srv/mlflow"),
            store("/srv/./mlflow/"),
            "fraud tracks where churn does: /srv/./mlflow/",
        ),
        (
            store("sqlite:///mlflow.db"),
            store("sqlite:///./mlflow.db?timeout=5"),
            "fraud tracks where churn does: sqlite:///./mlflow.db?timeout=5",
        ),
        (
            store("/srv/mlflow"),
            "mlflow_registry_uri: sqlite:////srv/mlflow/x.db\n",
            "fraud has a store inside churn's: sqlite:////srv/mlflow/x.db in /srv/mlflow",
        ),
        (
            store("file:///srv/x"),
            store("file:///srv/x") + "mlflow_registry_uri: /srv/x\n",
            "fraud tracks where churn does: file:///srv/x",
        ),
        (
            "",
            store("sqlite:///mlops/workspace/churn/mlflow/mlflow.db"),
            (
                "fraud has a store in churn's workspace:"
                " sqlite:///mlops/workspace/churn/mlflow/mlflow.db"
            ),
        ),
        ("", store("."), "fraud has a store around churn's workspace: ."),
    ],
)
def test_these_meet(says: Callable[..., list[str]], churn: str, fraud: str, message: str) -> None:
    assert says("WS308", {"churn": churn, "fraud": fraud}) == [message]


def test_the_older_systems_store(says: Callable[..., list[str]]) -> None:
    names = ("churn", "fraud", "limits")
    found = says("WS308", dict.fromkeys(names, store("file:///tmp/mlflow")))
    assert found == [
        f"{name} tracks where churn does: file:///tmp/mlflow" for name in ("fraud", "limits")
    ]


def test_two_names_of_one_file(says: Callable[..., list[str]], tmp_path: Path) -> None:
    data = tmp_path / "a-disk"
    data.mkdir()
    (data / "a.db").write_bytes(b"")
    os.link(data / "a.db", data / "b.db")
    (data / "c.db").symlink_to("b.db")
    uris = [f"sqlite:///{data}/{name}.db" for name in "abc"]
    projects = dict(zip(("churn", "fraud", "limits"), map(store, uris), strict=True))
    assert says("WS308", projects) == [
        f"fraud tracks where churn does: {uris[1]}",
        f"limits tracks where churn does: {uris[2]}",
    ]
