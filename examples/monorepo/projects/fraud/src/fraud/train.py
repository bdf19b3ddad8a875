"""Train the classifier and register what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import mlflow
import mlflow.sklearn
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split

from fraud.data import FEATURES

if TYPE_CHECKING:
    import pandas as pd

MODEL = "fraud-classifier"


def train(frame: pd.DataFrame, *, trees: int = 30, register: bool = False) -> float:
    """Train on *frame*, log the run, and return the AUC on the quarter that was held out."""
    mlflow.set_experiment("fraud")
    seen, held_out = train_test_split(frame, random_state=0, stratify=frame.fraud)
    with mlflow.start_run(run_name=f"{trees}-trees", tags={"project": "fraud"}):
        model = GradientBoostingClassifier(n_estimators=trees, random_state=0)
        model.fit(seen[FEATURES], seen.fraud)
        auc = float(roc_auc_score(held_out.fraud, model.predict_proba(held_out[FEATURES])[:, 1]))
        mlflow.log_params({"trees": trees, "rows": len(frame)})
        mlflow.log_metric("auc", auc)
        mlflow.sklearn.log_model(
            model,
            name="model",
            serialization_format="cloudpickle",  # skops asks for a review of every tree type
            pip_requirements=["scikit-learn"],  # or MLflow starts a process to find them out
            registered_model_name=MODEL if register else None,
        )
    return auc
