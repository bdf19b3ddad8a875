"""The reference data of a project: a Parquet file, and beside it what its columns mean."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

from pytest_mlops_ws.ground.files import write_atomic
from pytest_mlops_ws.model.errors import UsageError, WorkspaceError
from pytest_mlops_ws.model.record import Record

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from pytest_mlops_ws.model.spec import WorkspaceSpec

#: In the area of monitoring; Evidently reads directories there, and no files.
DATA, NOTES = "reference.parquet", "reference.json"


class Reference(Record):
    """What predictions are compared with."""

    frame: pd.DataFrame
    target_column: str | None
    prediction_column: str | None


def write(spec: WorkspaceSpec, reference: Reference, metadata: Mapping[str, str]) -> None:
    """Keep *reference* as the project's.

    Raises:
        UsageError: a column holds what no Parquet file can.
        EnvironmentFailedError: the disk did not take it; the former one is untouched.
    """
    stream = io.BytesIO()
    try:
        reference.frame.to_parquet(stream, index=False)
    except Exception as error:
        message = f"The reference data cannot be kept: {type(error).__name__}: {error}"
        raise UsageError(message) from error
    spec.area("monitoring").mkdir(parents=True, exist_ok=True)
    notes = {
        "target_column": reference.target_column,
        "prediction_column": reference.prediction_column,
        "rows": len(reference.frame),
        "metadata": dict(metadata),
    }
    write_atomic(spec.area("monitoring") / DATA, stream.getvalue())
    text = json.dumps(notes, indent=2, sort_keys=True)
    write_atomic(spec.area("monitoring") / NOTES, text.encode() + b"\n")


def read(spec: WorkspaceSpec) -> Reference:
    """Return the project's reference data.

    Raises:
        WorkspaceError: none have been set, or they cannot be read.
    """
    import pandas as pd

    path = spec.area("monitoring") / DATA
    try:
        frame = pd.read_parquet(path)
        notes = json.loads((spec.area("monitoring") / NOTES).read_bytes())
    except FileNotFoundError as error:
        message = (
            f"Project {spec.project_name!r} has no reference data in {path}: call"
            " set_reference_data(frame) with what the model was trained on"
        )
        raise WorkspaceError(message, "monitor", spec.project_name) from error
    except Exception as error:
        message = (
            f"The reference data in {path} cannot be read ({type(error).__name__}: {error}):"
            " call set_reference_data(frame) again"
        )
        raise WorkspaceError(message, "monitor", spec.project_name) from error
    return Reference(frame, notes.get("target_column"), notes.get("prediction_column"))
