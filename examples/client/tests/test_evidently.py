"""Evidently through the client: what is unlike the training data is found."""

import numpy as np
import pandas as pd


def readings(shift):
    generator = np.random.default_rng(1)
    return pd.DataFrame({"level": generator.normal(shift, 1, 150), "site": ["a", "b", "c"] * 50})


def test_drift_is_found(mlops_client):
    mlops_client.set_reference_data(readings(shift=0))
    assert mlops_client.monitor_predictions(readings(shift=0)).passed
    drift = mlops_client.monitor_predictions(readings(shift=3), drift_limit=0.5)
    assert not drift.passed
    assert drift.drifted_columns == ("level",)
    assert drift.columns["level"].statistic < drift.columns["level"].threshold
