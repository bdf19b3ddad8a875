"""Every piece of state that MLflow keeps: undone with its row, and visible without it."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import mlflow
import pytest

from pytest_mlops_ws.tools.mlflow import engines, state
from pytest_mlops_ws.tools.mlflow.row import lookup

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_mlops_ws.workspaces.scratch import ScratchWorkspace
    from tests.conformance.mlflow.conftest import Make

    Child = Callable[[Callable[[], Any]], Any]

STOCK = bool(os.environ.get("MLOPS_WS_STOCK"))


@dataclass(frozen=True)
class Leak:
    """A way to leave something behind.

    Attributes:
        row: the row of `state.ROWS` that undoes it.
        leave: what a test does, inside a workspace of project "fraud".
        seen: whether the next one, inside a workspace of project "churn", can see it.
        after: look after the workspace has been left, not inside the next one.
        needs: a public name of MLflow's without which the scenario cannot be.
        package: a package without which it cannot be.
        stock_only: it leaks on the stock path alone; the fast one never puts it there.
    """

    title: str
    row: str
    leave: Callable[[], object]
    seen: Callable[[ScratchWorkspace], bool]
    after: bool = False
    needs: str = "start_run"
    package: str | None = None
    stock_only: bool = False


def _log() -> None:
    with mlflow.start_run():
        mlflow.log_metric("auc", 0.9)


def _landed_elsewhere(workspace: ScratchWorkspace) -> bool:
    _log()
    return len(workspace.mlflow.runs()) != 1


class _Thread:
    """A thread that outlives the test that started it."""

    def __init__(self) -> None:
        self._requests: list[Callable[[], object]] = []
        self._wake, self._done = threading.Event(), threading.Event()
        self.answer: object = None
        threading.Thread(target=self._work, daemon=True).start()

    def ask(self, request: Callable[[], object]) -> object:
        self._done.clear()
        self._requests.append(request)
        self._wake.set()
        assert self._done.wait(30)
        return self.answer

    def _work(self) -> None:
        while True:
            self._wake.wait()
            self._wake.clear()
            self.answer = self._requests.pop()()
            self._done.set()


_thread: list[_Thread] = []


def _start_in_thread() -> None:
    _thread.append(_Thread())
    _thread[0].ask(mlflow.start_run)


def _engines(workspace: ScratchWorkspace) -> bool:
    del workspace
    return any(engines.engine_maps())


def _lands_in_another_experiment(workspace: ScratchWorkspace) -> bool:
    """Ids are no identities: the 1 of the last store is another experiment here."""
    assert workspace.mlflow.client.create_experiment("churn-eval") == "1"
    _log()
    return bool(workspace.mlflow.runs("churn-eval"))


def _use_registry() -> None:
    mlflow.MlflowClient().create_registered_model("classifier")
    _log()


def _log_artifact() -> None:
    with mlflow.start_run():
        mlflow.log_text("x", "x.txt")


def _trace() -> None:
    @mlflow.trace
    def traced() -> int:
        return 1

    traced()


def _traces_go_elsewhere(workspace: ScratchWorkspace) -> bool:
    _trace()
    found = mlflow.MlflowClient().search_traces(
        **{_TRACE_PLACES: [each.experiment_id for each in workspace.mlflow.experiments()]}
    )
    return len(found) != 1


def _parameters(function: Callable[..., object]) -> Any:
    import inspect

    return inspect.signature(function).parameters


_TRACE_PLACES = "experiment_ids"
if "locations" in _parameters(mlflow.MlflowClient.search_traces):
    _TRACE_PLACES = "locations"


def _leave_span_open() -> None:
    mlflow.start_span_no_context("left open")


def _autolog_and_fit(*, enable: bool) -> None:
    import mlflow.sklearn
    from sklearn.linear_model import LinearRegression

    if enable:
        mlflow.sklearn.autolog(log_models=False, silent=True)
    LinearRegression().fit([[0.0], [1.0]], [0.0, 1.0])


def _autologged(workspace: ScratchWorkspace) -> bool:
    _autolog_and_fit(enable=False)
    return bool(workspace.mlflow.runs())


def _wait_for_libraries() -> None:
    mlflow.autolog(silent=True)


def _waits_for_a_library(workspace: ScratchWorkspace) -> bool:
    del workspace
    hooks = lookup("mlflow.utils.import_hooks", "_post_import_hooks", {})
    return any(hooks.get(name) for name in ("lightgbm", "xgboost", "statsmodels"))


def _log_asynchronously() -> None:
    client = mlflow.MlflowClient()
    run = client.create_run("0")  # not the current one, which takes its threads along when it ends
    client.log_metric(run.info.run_id, "auc", 0.9, synchronous=False).wait()


def _threads(workspace: ScratchWorkspace) -> bool:
    del workspace
    return any("MLflow" in thread.name for thread in threading.enumerate())


def _store_is_remembered(workspace: ScratchWorkspace) -> bool:
    del workspace
    return any(cached.cache_info().currsize for cached in engines._store_caches())


def _load_prompt() -> None:
    mlflow.genai.register_prompt("greeting", "hello {{name}}")
    mlflow.genai.load_prompt("greeting", version=1)


def _open_session_run() -> None:
    """Do what MLflow's own pytest plugin does for the first ``@mlflow.test``."""
    from mlflow.pytest import session

    session.reset()
    session.ensure_run()


LEAKS = (
    Leak(
        "an open run",
        "runs and models of every thread",
        mlflow.start_run,
        lambda _: mlflow.active_run() is not None,
    ),
    Leak(
        "an open run of a thread that lives on",
        "runs and models of every thread",
        _start_in_thread,
        lambda _: _thread[0].ask(mlflow.active_run) is not None,
    ),
    Leak(
        "the last run",
        "runs and models of every thread",
        _log,
        lambda _: lookup("mlflow.tracking.fluent", "_last_active_run_id").get() is not None,
    ),
    Leak(
        "the active model",
        "runs and models of every thread",
        lambda: mlflow.set_active_model(name="classifier"),
        lambda _: mlflow.get_active_model_id() is not None,
        needs="set_active_model",
        package="numpy",
    ),
    Leak(
        "a tracking URI",
        "tracking URI",
        lambda: mlflow.set_tracking_uri("sqlite:////nowhere/mlflow.db"),
        lambda _: "nowhere" in mlflow.get_tracking_uri(),
    ),
    Leak(
        "a registry URI",
        "registry URI",
        lambda: mlflow.set_registry_uri("sqlite:////nowhere/mlflow.db"),
        lambda _: "nowhere" in mlflow.get_registry_uri(),
    ),
    Leak(
        "the active experiment",
        "active experiment",
        lambda: mlflow.set_experiment("fraud-eval"),
        _lands_in_another_experiment,
    ),
    Leak(
        "the server's workspace",
        "MLflow workspace",
        lambda: mlflow.set_workspace("fraud"),
        lambda _: lookup("mlflow.utils.workspace_context", "get_request_workspace")() is not None,
        needs="set_workspace",
    ),
    Leak("tracing switched off", "tracing", mlflow.tracing.disable, _traces_go_elsewhere),
    Leak("the store that traces go to", "tracing", _trace, _traces_go_elsewhere),
    Leak(
        "the configuration of tracing",
        "configuration of tracing",
        lambda: mlflow.tracing.configure(span_processors=[lambda _: None]),
        lambda _: bool(lookup("mlflow.tracing.config", "get_config")().span_processors),
    ),
    Leak(
        "an open trace",
        "open traces",
        _leave_span_open,
        lambda _: bool(
            lookup("mlflow.tracing.trace_manager", "InMemoryTraceManager").get_instance()._traces
        ),
        needs="start_span_no_context",
    ),
    Leak(
        "the last trace",
        "last trace",
        _trace,
        lambda _: mlflow.get_last_active_trace_id() is not None,
    ),
    Leak(
        "the last trace of the context",
        "last trace of the context",
        _trace,
        lambda _: mlflow.get_last_active_trace_id(thread_local=True) is not None,
    ),
    Leak("engines", "engines", _use_registry, _engines, after=True),
    Leak("threads of asynchronous logging", "engines", _log_asynchronously, _threads, after=True),
    Leak(
        "open stores",
        "store caches",
        _use_registry,
        _store_is_remembered,
        after=True,
        stock_only=True,
    ),
    Leak(
        "artifact repositories",
        "artifact repositories",
        _log_artifact,
        lambda _: bool(lookup(engines.SERVICE, "_artifact_repos_cache")),
        after=True,
    ),
    Leak(
        "prompts",
        "prompt cache",
        _load_prompt,
        lambda _: lookup("mlflow.prompt.registry_utils", "PromptCache._instance") is not None,
        after=True,
        needs="genai",
        package="pandas",
    ),
    Leak(
        "the run of MLflow's pytest plugin",
        "run of its pytest plugin",
        _open_session_run,
        lambda _: bool(lookup("mlflow.pytest.session", "_run_id")),
        package="mlflow.pytest",
    ),
    Leak(
        "autologging",
        "autologging",
        lambda: _autolog_and_fit(enable=True),
        _autologged,
        package="sklearn",
    ),
    Leak(
        "autologging of libraries to come",
        "autologging",
        _wait_for_libraries,
        _waits_for_a_library,
        package="sklearn",
    ),
)


def _is_seen(leak: Leak, make: Make) -> bool:
    with make("fraud").activate():
        leak.leave()
    if leak.after:
        return leak.seen(make("churn"))
    churn = make("churn")
    with churn.activate():
        return leak.seen(churn)


@pytest.fixture(params=LEAKS, ids=lambda leak: leak.title)
def leak(request: pytest.FixtureRequest) -> Leak:
    found: Leak = request.param
    if found.package is not None:
        pytest.importorskip(found.package)
    if not hasattr(mlflow, found.needs):
        pytest.skip(f"this release of MLflow has no mlflow.{found.needs}")
    if found.stock_only and not STOCK:
        pytest.skip("the fast path puts nothing there")
    return found


@pytest.mark.isolation
def test_what_one_workspace_leaves_the_next_does_not_see(
    leak: Leak, make: Make, child: Child
) -> None:
    assert child(lambda: _is_seen(leak, make)) is False


@pytest.fixture
def without_row(leak: Leak, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = tuple(row for row in state.ROWS if row.name != leak.row)
    assert len(rows) == len(state.ROWS) - 1
    monkeypatch.setattr(state, "ROWS", rows)


@pytest.mark.usefixtures("without_row")
def test_without_its_row_it_is_seen(leak: Leak, make: Make, child: Child) -> None:
    assert child(lambda: _is_seen(leak, make)) is True


def test_every_row_has_a_leak() -> None:
    assert {leak.row for leak in LEAKS} == {row.name for row in state.ROWS}
