"""What a look at predictions found, and how it is read back from Evidently's own files."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pytest_mlops_ws.model.results import Result

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from pytest_mlops_ws.model.spec import WorkspaceSpec

_TYPE = "evidently:metric_v2:"
_DESCRIPTION = re.compile(
    r"drift detection method is (?P<method>.+?)\. The drift threshold is (?P<threshold>[\d.]+\d)"
)


@dataclass(frozen=True)
class ColumnDrift(Result):
    """One column of a report.

    Attributes:
        drifted: whether its values have drifted.
        statistic: what the method computed: a p-value, or a distance.
        threshold: from where on it counts as drift.
        method: the method's name.
    """

    drifted: bool
    statistic: float
    threshold: float
    method: str


@dataclass(frozen=True)
class DriftResult(Result):
    """A drift report.

    Attributes:
        passed: less than *drift_limit* of the columns have drifted, and there are no problems.
        drifted_columns: the columns whose values have drifted.
        drift_share: their share of all that could be compared.
        drift_limit: from which share on the whole counts as drift.
        columns: every column that was compared.
        problems: what of the frame is not as in the reference data, a sentence each.
        lacks: what would have to be there for more to be said, a sentence each.
        quality: accuracy, or errors, of the predictions, where there are labels.
        path: Evidently's own report.
        timestamp: when it was made.
        metadata: project, workspace, revision and versions.
    """

    passed: bool
    drifted_columns: tuple[str, ...]
    drift_share: float
    drift_limit: float
    columns: Mapping[str, ColumnDrift]
    problems: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    quality: Mapping[str, float] = field(default_factory=dict)
    path: Path | None = None
    timestamp: dt.datetime | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)


def reports(spec: WorkspaceSpec) -> Iterator[DriftResult]:
    """Yield the drift reports of *spec*'s project, newest first; Evidently is not imported."""
    found = []
    for project in projects(spec):
        for path in project.joinpath("snapshots").glob("*.json"):
            try:
                found.append(from_snapshot(json.loads(path.read_bytes()), path))
            except (OSError, ValueError, KeyError, TypeError, AttributeError):
                continue  # being written, or another kind of report
    oldest = dt.datetime.min.replace(tzinfo=dt.UTC)
    yield from sorted(found, key=lambda each: each.timestamp or oldest, reverse=True)


def projects(spec: WorkspaceSpec) -> Iterator[Path]:
    """Yield the directories of *spec*'s project in its Evidently workspace, oldest first."""
    for path in sorted(spec.area("monitoring").glob("*/metadata.json")):
        try:
            if json.loads(path.read_bytes()).get("name") == spec.project_name:
                yield path.parent
        except (OSError, ValueError, AttributeError):
            continue


def from_snapshot(snapshot: Mapping[str, Any], path: Path) -> DriftResult:
    """Return what a snapshot's file says.

    Raises:
        KeyError: it has no drift in it.
    """
    said = dict(snapshot.get("metadata") or {})
    notes = json.loads(said.pop("mlops_ws", "{}"))
    columns: dict[str, ColumnDrift] = {}
    share, limit = None, 0.5
    for metric in snapshot["metric_results"].values():
        params = metric["metric_value_location"]["metric"]["params"]
        kind = params["type"].removeprefix(_TYPE)
        if kind == "ValueDrift":
            tests = metric.get("tests") or []
            method, threshold = _method(params, tests)
            columns[params["column"]] = ColumnDrift(
                drifted=any(test["status"] == "FAIL" for test in tests),
                statistic=float(metric["value"]),
                threshold=threshold,
                method=method,
            )
        elif kind == "DriftedColumnsCount":
            share, limit = float(metric["share"]["value"]), float(params["drift_share"])
    if share is None:
        raise KeyError("DriftedColumnsCount")  # noqa: EM101 -- the key
    problems = tuple(notes.get("problems", ()))
    return DriftResult(
        passed=share < limit and not problems,
        drifted_columns=tuple(name for name, each in columns.items() if each.drifted),
        drift_share=share,
        drift_limit=limit,
        columns=columns,
        problems=problems,
        lacks=tuple(notes.get("lacks", ())),
        quality=notes.get("quality", {}),
        path=path,
        # Evidently notes the local time, without its zone.
        timestamp=dt.datetime.fromisoformat(snapshot["timestamp"]).astimezone(),
        metadata={str(key): str(value) for key, value in said.items()},
    )


def _method(params: Mapping[str, Any], tests: Sequence[Mapping[str, Any]]) -> tuple[str, float]:
    """Return how a column was judged; older releases say it in the test's description only."""
    if params.get("threshold") is not None:
        return str(params["method"]), float(params["threshold"])
    found = _DESCRIPTION.search(str(tests[0]["description"])) if tests else None
    if found is None:
        raise KeyError("threshold")  # noqa: EM101 -- the key
    return found["method"], float(found["threshold"])
