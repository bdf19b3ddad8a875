from __future__ import annotations

import pytest

from pytest_mlops_ws.guard.endpoints import endpoint, meant


@pytest.mark.parametrize(
    ("uri", "address"),
    [
        ("http://mlflow.example:5000", ("mlflow.example", 5000)),
        ("https://user:secret@mlflow.example/path", ("MLFLOW.example", 443)),
        ("https://mlflow.example", (b"mlflow.example", "443")),
        ("https://mlflow.example", ("mlflow.example", None)),
        ("postgresql+psycopg2://u:p@db.example/mlflow", ("db.example", 5432)),
        ("s3://models/fraud", ("models.s3.eu-west-1.amazonaws.com", 443)),
        ("ssh://git@store.example/data", ("store.example", 22)),
    ],
)
def test_a_connection_to_a_protected_host_is_seen(uri: str, address: object) -> None:
    found = endpoint(uri, "churn", "the store of churn,")
    assert found is not None
    assert meant([found], address) is found
    assert "secret" not in found.title


@pytest.mark.parametrize(
    "address",
    [("mlflow.example", 443), ("other.example", 5000), "/run/socket", ("mlflow.example",), (7, 7)],
)
def test_another_connection_is_free(address: object) -> None:
    found = endpoint("http://mlflow.example:5000", "churn", "the store of churn,")
    assert found is not None
    assert meant([found], address) is None


@pytest.mark.parametrize(
    "uri", ["/data", "sqlite:///a.db", "file:///a", "a/b", "http://[", "databricks"]
)
def test_what_has_no_host_is_no_endpoint(uri: str) -> None:
    assert endpoint(uri, "churn", "the store of churn,") is None
