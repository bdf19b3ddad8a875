"""What a test can leave behind in MLflow, in words people know, and how it is taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_mlops_ws.tools.mlflow import autologging, engines, state
from pytest_mlops_ws.tools.mlflow.row import lookup

if TYPE_CHECKING:
    from collections.abc import Mapping

_FLUENT = "mlflow.tracking.fluent"
#: The variable by which MLflow tells its children, and which therefore knows who set it; and how
#: the call looks in a test's source, for what no variable tells.
TRACES: Mapping[str, tuple[str | None, tuple[str, ...]]] = {
    "open run": (None, ("start_run(",)),
    "experiment": ("MLFLOW_EXPERIMENT_ID", ("set_experiment(",)),
    "tracking URI": ("MLFLOW_TRACKING_URI", ("set_tracking_uri(",)),
    "registry URI": ("MLFLOW_REGISTRY_URI", ("set_registry_uri(",)),
    "autologging": (None, ("autolog(",)),
}


def observe() -> dict[str, Any]:
    """Return what is set now, by the names of `TRACES`; nothing unless MLflow is loaded."""
    if not state.loaded():
        return {}
    stack = lookup(_FLUENT, "_active_run_stack")
    integrations = lookup("mlflow.utils.autologging_utils", "AUTOLOGGING_INTEGRATIONS", {})
    return {
        "open run": tuple(run.info.run_id for run in stack.get() or ()) if stack else (),
        "experiment": lookup(_FLUENT, "_active_experiment_id"),
        "tracking URI": lookup(engines.SERVICE, "_tracking_uri"),
        "registry URI": lookup(engines.REGISTRY, "_registry_uri"),
        "autologging": tuple(
            sorted(
                name
                for name, settings in integrations.items()
                if settings and not settings.get("disable", False)
            )
        ),
    }


def take_back(name: str, before: object) -> None:
    """Make the piece *name* what it was *before*."""
    match name:
        case "open run":
            # Not ended: its store may have gone with the fixture, and another be in its place.
            stack = lookup(_FLUENT, "_active_run_stack")
            del stack.get()[len(before) if isinstance(before, tuple) else 0 :]
        case "experiment":
            setattr(lookup("mlflow.tracking", "fluent"), "_active_experiment_id", before)  # noqa: B010 -- its name is MLflow's
        case "tracking URI":
            state.set_tracking_uri(before if isinstance(before, str) else None)
        case "registry URI":
            row = next(row for row in state.ROWS if row.name == "registry URI")
            row.restore(before)
        case "autologging" if not before:
            autologging.ROWS[0].restore(({}, {}, {}, {}))


def last_run() -> str | None:
    """Return the id of the run that this thread began last."""
    variable = lookup(_FLUENT, "_last_active_run_id")
    found: str | None = variable.get() if hasattr(variable, "get") else variable
    return found


def experiment_name(identifier: object) -> str | None:
    """Return the name of an experiment of the current store; None if it cannot be told."""
    client = lookup("mlflow", "MlflowClient")
    try:
        name: str = client().get_experiment(str(identifier)).name
    except Exception:  # noqa: BLE001 -- whatever a store raises; it is for a message only
        return None
    return name


def landing(run_id: str) -> tuple[str, str] | None:
    """Return the id and name of the experiment that holds a run; None if it cannot be told."""
    client = lookup("mlflow", "MlflowClient")
    try:
        found = client().get_run(run_id).info.experiment_id
        return found, client().get_experiment(found).name
    except Exception:  # noqa: BLE001 -- whatever a store raises; it is for a message only
        return None
