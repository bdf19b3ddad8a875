from __future__ import annotations

import threading

import pytest

from pytest_mlops_ws.tools.mlflow.patience import RETRIES, few_retries

settings = pytest.importorskip("mlflow.environment_variables")


def retries() -> int:
    found: int = settings.MLFLOW_HTTP_REQUEST_MAX_RETRIES.get()
    return found


@pytest.mark.isolation
def test_a_server_is_asked_a_few_times_here_and_elsewhere_as_before() -> None:
    before = retries()
    seen: list[int] = []
    assert before > RETRIES
    with few_retries():
        assert retries() == RETRIES
        thread = threading.Thread(target=lambda: seen.append(retries()))
        thread.start()
        thread.join()
        with few_retries():
            pass
        assert retries() == RETRIES
    assert (retries(), seen) == (before, [before])


def test_what_somebody_has_set_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "4")
    with few_retries():
        assert retries() == 4
