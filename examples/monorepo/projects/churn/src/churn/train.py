"""Train the pipeline and keep the words it goes by."""

from __future__ import annotations

from typing import TYPE_CHECKING

import mlflow
import mlflow.sklearn
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline

if TYPE_CHECKING:
    import pandas as pd


def train(frame: pd.DataFrame, *, penalty: float = 1.0) -> None:
    """Train on *frame* and log the run, its model, and ``words.json``: each word's weight."""
    mlflow.set_experiment("churn")
    seen, held_out = train_test_split(frame, random_state=0, stratify=frame.left)
    with mlflow.start_run(run_name=f"penalty-{penalty:g}", tags={"project": "churn"}):
        words, weights = TfidfVectorizer(), LogisticRegression(C=1 / penalty)
        model = make_pipeline(words, weights).fit(seen.text, seen.left)
        mlflow.log_params({"penalty": penalty, "rows": len(frame)})
        mlflow.log_metrics(
            {
                "accuracy": accuracy_score(held_out.left, model.predict(held_out.text)),
                "retention": 1 - float(frame.left.mean()),
            }
        )
        weighed = zip(words.get_feature_names_out(), weights.coef_[0], strict=True)
        mlflow.log_dict({word: round(float(weight), 3) for word, weight in weighed}, "words.json")
        mlflow.sklearn.log_model(model, name="model", pip_requirements=["scikit-learn"])
