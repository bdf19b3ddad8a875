"""Forecast, and look back at how good the forecasts would have been."""

from __future__ import annotations

from typing import TYPE_CHECKING

import mlflow
import mlflow.sklearn
import numpy as np
from sklearn.linear_model import Ridge

from demand.data import WEEK

if TYPE_CHECKING:
    import pandas as pd

HORIZON = 2 * WEEK


def fit(series: np.ndarray) -> Ridge:
    """Fit tomorrow's parcels on those of the two weeks before."""
    past = np.lib.stride_tricks.sliding_window_view(series[:-1], HORIZON)
    return Ridge(alpha=1.0).fit(past, series[HORIZON:])


def forecast(model: Ridge, series: np.ndarray) -> np.ndarray:
    """Return the next two weeks, each day built on the days forecast before it."""
    known = list(series[-HORIZON:])
    for _ in range(HORIZON):
        known.append(float(model.predict([known[-HORIZON:]])[0]))
    return np.array(known[HORIZON:])


def train(frame: pd.DataFrame) -> None:
    """Fit on all but the last two weeks of *frame*; log the error of each day ahead."""
    mlflow.set_experiment("demand")
    series = frame.parcels.to_numpy(dtype=float)
    seen, held_out = series[:-HORIZON], series[-HORIZON:]
    with mlflow.start_run(run_name="ridge", tags={"project": "demand"}):
        model = fit(seen)
        errors = np.abs(forecast(model, seen) - held_out)
        mlflow.log_param("days", len(seen))
        for ahead, error in enumerate(errors, start=1):
            mlflow.log_metric("error", float(error), step=ahead)
        mlflow.log_metric("mean_error", float(errors.mean()))
        mlflow.log_metric("naive_error", float(np.abs(seen[-HORIZON:] - held_out).mean()))
        mlflow.sklearn.log_model(model, name="model", pip_requirements=["scikit-learn"])


def outlook(frame: pd.DataFrame) -> None:
    """Scale the forecast by the share of customers who stay, as the churn project measured it.

    Names no experiment: whoever launches the job does.
    """
    (churn,) = mlflow.search_runs(
        experiment_names=["churn"],
        order_by=["start_time DESC"],
        max_results=1,
        output_format="list",
    )
    series = frame.parcels.to_numpy(dtype=float)
    with mlflow.start_run(run_name="outlook", tags={"project": "demand"}):
        retention = churn.data.metrics["retention"]
        mlflow.log_param("retention", retention)
        mlflow.log_metric("parcels", float(forecast(fit(series), series).sum() * retention))
