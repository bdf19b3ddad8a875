"""Frames of any kind, what their columns are, and in what two of them differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pytest_mlops_ws.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

Kind = Literal["number", "category", "text", "other"]
#: A whole number with that few values is a code rather than a quantity.
_CODES = 5
#: Texts of which more than this share are different, and that have that many words, are read.
_DIFFERENT = 0.5
_WORDS = 3


def as_frame(data: object, what: str) -> pd.DataFrame:
    """Return *data* as pandas has it: a frame, or anything that pandas makes one of.

    Raises:
        UsageError: pandas makes nothing of it; it is empty; or two columns bear one name.
    """
    import pandas as pd

    try:
        convert = getattr(data, "to_pandas", None)
        made = convert() if callable(convert) else data
        frame = made if isinstance(made, pd.DataFrame) else pd.DataFrame(made)
    except Exception as error:
        message = f"The {what} is no table: pandas says {type(error).__name__}: {error}"
        raise UsageError(message) from error
    if frame.empty:
        size = f"{len(frame)} rows, {len(frame.columns)} columns"
        message = f"The {what} is empty ({size}): there is nothing to compare"
        raise UsageError(message)
    frame = frame.set_axis([str(name) for name in frame.columns], axis=1).reset_index(drop=True)
    twice = sorted(set(frame.columns[frame.columns.duplicated()]))
    if twice:
        message = f"The {what} has more than one column {twice[0]!r}: rename one"
        raise UsageError(message)
    return frame


def named(frame: pd.DataFrame, column: object, role: str) -> str | None:
    """Return the name of a *column* as `as_frame` has it; None for None.

    Raises:
        UsageError: there is no such column.
    """
    if column is None:
        return None
    name = str(column)
    if name not in frame.columns:
        message = (
            f"{role} is {column!r}, and there is no such column; there are:"
            f" {', '.join(frame.columns)}"
        )
        raise UsageError(message, details={"columns": list(frame.columns)})
    return name


def kinds(frame: pd.DataFrame) -> dict[str, Kind]:
    """Return what each column is."""
    return {str(name): _kind(frame[name]) for name in frame.columns}


def _kind(column: Any) -> Kind:  # noqa: ANN401 -- a pandas Series
    import pandas as pd
    from pandas.api import types

    if types.is_bool_dtype(column) or isinstance(column.dtype, pd.CategoricalDtype):
        return "category"
    if types.is_numeric_dtype(column):
        few = types.is_integer_dtype(column) and column.nunique() <= _CODES
        return "category" if few else "number"
    if types.is_datetime64_any_dtype(column) or types.is_timedelta64_dtype(column):
        return "other"
    values = column.dropna()
    if values.map(lambda value: isinstance(value, str)).all():
        texts = values.nunique() > len(values) * _DIFFERENT
        return "text" if texts and values.str.split().str.len().mean() >= _WORDS else "category"
    hashable = values.map(lambda value: isinstance(value, (str, int, float, bool))).all()
    return "category" if hashable else "other"


def comparable(
    reference: pd.DataFrame, current: pd.DataFrame, wanted: Mapping[str, Kind]
) -> tuple[pd.DataFrame, dict[str, Kind], list[str], list[str]]:
    """Make *current* such that it can be compared with *reference*, column by column.

    Returns:
        the frame; the columns that can be compared, with what they are; the problems; and what
        is left out without being a problem.
    """
    import pandas as pd

    frame = current.copy(deep=False)
    chosen: dict[str, Kind] = {}
    problems: list[str] = []
    left_out: list[str] = []
    for name, kind in wanted.items():
        if kind == "other":
            left_out.append(f"{name!r} holds {reference[name].dtype}, which drift is not told of")
        elif reference[name].isna().all():
            left_out.append(f"{name!r} has no value in the reference data")
        elif name not in frame.columns:
            problems.append(f"{name!r} is missing; the reference data have it")
        elif frame[name].isna().all():
            problems.append(f"{name!r} has no value at all")
        else:
            if kind == "number":
                numbers = pd.to_numeric(frame[name], errors="coerce")
                lost = int((numbers.isna() & frame[name].notna()).sum())
                if lost:
                    problems.append(
                        f"{name!r} was {reference[name].dtype} and is {frame[name].dtype}:"
                        f" {lost} of {len(frame)} values are no numbers"
                    )
                if numbers.isna().all():
                    continue
                frame[name] = numbers
            elif frame[name].dtype != reference[name].dtype:
                problems += _changed(name, reference[name], frame[name])
            chosen[name] = kind
    left_out += [
        f"{name!r} is not in the reference data" for name in frame.columns if name not in wanted
    ]
    return frame, chosen, problems, left_out


def _changed(name: str, before: Any, now: Any) -> list[str]:  # noqa: ANN401 -- pandas Series
    """Say that a column's type has changed, if that means anything."""
    from pandas.api import types

    if types.is_numeric_dtype(before) == types.is_numeric_dtype(now):
        return []
    return [f"{name!r} was {before.dtype} and is {now.dtype}"]
