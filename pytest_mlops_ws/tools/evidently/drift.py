"""A drift report by Evidently, current data against the reference, and how good predictions are."""

from __future__ import annotations

import json
import threading
import warnings
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from pytest_mlops_ws.model.errors import UsageError, WorkspaceError
from pytest_mlops_ws.tools.evidently.frames import comparable, kinds
from pytest_mlops_ws.tools.evidently.imports import undone

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from pytest_mlops_ws.tools.evidently.frames import Kind
    from pytest_mlops_ws.tools.evidently.reference import Reference

#: Texts of which nothing can be learned (too few words) are compared as categories.
_NO_WORDS = "vocabulary"
_alone = threading.Lock()
_PLAIN: Mapping[Kind, Kind] = {"text": "category"}


def make(
    reference: Reference, current: pd.DataFrame, limit: float, metadata: Mapping[str, str]
) -> Any:  # noqa: ANN401 -- Evidently's Snapshot
    """Compare *current* with *reference*, and return Evidently's snapshot.

    Raises:
        UsageError: no column can be compared.
        WorkspaceError: Evidently cannot; the message has its reason.
    """
    frame, columns, problems, left_out = comparable(
        reference.frame, current, kinds(reference.frame)
    )
    if not columns:
        reasons = "; ".join(problems + left_out)
        message = f"No column can be compared with the reference data: {reasons}"
        raise UsageError(message)
    quality, lacks = _quality(reference, frame, columns)
    notes = {"problems": problems, "lacks": lacks + left_out, "quality": quality}
    said = {**metadata, "mlops_ws": json.dumps(notes)}
    with ExitStack() as undo:
        # What is set aside here is the whole process's: one thread after another.
        undo.enter_context(_alone)
        undo.enter_context(undone())
        undo.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")  # scikit-learn's and NumPy's, of Evidently's own statistics
        try:
            return _run(reference.frame, frame, columns, limit, said)
        except ValueError as error:
            if "text" not in columns.values() or _NO_WORDS not in str(error):
                raise _failed(error) from error
        except Exception as error:
            raise _failed(error) from error
        plain = {name: _PLAIN.get(kind, kind) for name, kind in columns.items()}
        try:
            return _run(reference.frame, frame, plain, limit, said)
        except Exception as error:
            raise _failed(error) from error


def _failed(error: Exception) -> WorkspaceError:
    message = f"Evidently could not compare the data: {type(error).__name__}: {error}"
    return WorkspaceError(message, "monitor")


def _run(
    reference: pd.DataFrame,
    current: pd.DataFrame,
    columns: Mapping[str, Kind],
    limit: float,
    metadata: Mapping[str, str],
) -> Any:  # noqa: ANN401 -- Evidently's Snapshot
    from evidently import DataDefinition, Dataset, Report
    from evidently.presets import DataDriftPreset

    names = list(columns)

    def of(kind: str) -> list[str]:
        return [name for name, each in columns.items() if each == kind]

    definition = DataDefinition(
        numerical_columns=of("number"),
        categorical_columns=of("category"),
        text_columns=of("text"),
    )
    report = Report(
        [DataDriftPreset(columns=names, drift_share=limit)],
        include_tests=True,
        metadata=dict(metadata),
    )
    # Only what is compared: Evidently looks at every column that it is given.
    return report.run(
        Dataset.from_pandas(current[names], definition),
        Dataset.from_pandas(reference[names], definition),
    )


def _quality(
    reference: Reference, current: pd.DataFrame, columns: Mapping[str, Kind]
) -> tuple[dict[str, float], list[str]]:
    """Return how good the predictions are, or what is lacking to tell."""
    target, prediction = reference.target_column, reference.prediction_column
    roles = {"target_column": target, "prediction_column": prediction}
    unnamed = [role for role, column in roles.items() if column is None]
    if target is None or prediction is None:
        return {}, [f"the quality of predictions needs {' and '.join(unnamed)}"]
    absent = [name for name in (target, prediction) if name not in columns]
    if absent:
        return {}, [f"the quality of predictions needs {' and '.join(map(repr, absent))}"]
    both = current.dropna(subset=[target, prediction])
    if both.empty:
        return {}, [f"no row has both {target!r} and {prediction!r}"]
    if columns[target] == "number" == columns[prediction]:
        errors = (both[prediction] - both[target]).abs()
        return {"mae": float(errors.mean()), "rmse": float((errors**2).mean() ** 0.5)}, []
    same = both[target].astype(str) == both[prediction].astype(str)
    return {"accuracy": float(same.mean())}, []
