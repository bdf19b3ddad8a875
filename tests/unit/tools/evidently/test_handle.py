from __future__ import annotations

import datetime as dt
import json
import random
import subprocess
import sys
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from pytest_mlops_ws import EnvironmentFailedError, ToolMissingError, UsageError, WorkspaceError
from pytest_mlops_ws.ground import distributions
from pytest_mlops_ws.tools.evidently.handle import MonitoringHandle
from pytest_mlops_ws.workspaces.scratch import ScratchWorkspace, create

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("evidently")
np = pytest.importorskip("numpy")
pd = pytest.importorskip("pandas")


@pytest.fixture
def fraud(tmp_path: Path) -> ScratchWorkspace:
    workspace = ScratchWorkspace("fraud", tmp_path / "base" / "fraud")
    create(workspace, with_git=False)
    return workspace


def frame(**columns: object) -> Any:
    generator = np.random.default_rng(7)
    stock = {
        "amount": generator.normal(size=120),
        "age": generator.normal(40, 10, size=120),
        "country": generator.choice(["de", "fr"], 120),
    }
    return pd.DataFrame({**stock, **columns})


def test_the_same_data_have_not_drifted(fraud: ScratchWorkspace) -> None:
    assert fraud.monitoring.set_reference(frame()) == 120
    found = fraud.monitoring.monitor(frame())
    assert found.passed
    assert (found.drifted_columns, found.drift_share, found.problems) == ((), 0.0, ())
    assert {name: each.drifted for name, each in found.columns.items()} == {
        "amount": False,
        "age": False,
        "country": False,
    }


@pytest.mark.isolation
def test_drift_is_found_in_the_column_that_has_it(fraud: ScratchWorkspace) -> None:
    fraud.monitoring.set_reference(frame())
    found = fraud.monitoring.monitor(
        frame(amount=frame()["amount"] + 3), drift_limit=0.3, metadata={"run_id": "abc"}
    )
    assert not found.passed
    assert found.drifted_columns == ("amount",)
    assert found.drift_share == pytest.approx(1 / 3)
    amount = found.columns["amount"]
    assert (amount.method, amount.threshold) == ("K-S p_value", 0.05)
    assert amount.statistic < 1e-20
    assert found.metadata == {"run_id": "abc"}
    assert found.path is not None
    assert found.path.is_relative_to(fraud.monitoring_path)
    assert found.timestamp is not None
    assert abs(dt.datetime.now(dt.UTC) - found.timestamp) < dt.timedelta(minutes=5)


def test_a_result_is_read_as_a_mapping_and_as_json_too(fraud: ScratchWorkspace) -> None:
    fraud.monitoring.set_reference(frame())
    found = fraud.monitoring.monitor(frame())
    assert found["passed"] is True
    assert dict(found)["columns"]["age"]["drifted"] is False
    assert json.loads(json.dumps(found.to_dict()))["path"] == str(found.path)
    with pytest.raises(KeyError):
        found["nothing"]


@pytest.mark.isolation
def test_reports_are_read_back_newest_first_and_evidently_sees_them(
    fraud: ScratchWorkspace,
) -> None:
    fraud.monitoring.set_reference(frame())
    first = fraud.monitoring.monitor(frame())
    second = fraud.monitoring.monitor(frame(amount=1.0))
    assert fraud.monitoring.reports() == [second, first]
    (project,) = fraud.monitoring.workspace.list_projects()
    assert project.name == "fraud"
    assert len(fraud.monitoring.workspace.list_runs(project.id)) == 2


def test_a_report_that_says_method_and_threshold_in_words_only_is_understood(
    fraud: ScratchWorkspace,
) -> None:
    fraud.monitoring.set_reference(frame())
    made = fraud.monitoring.monitor(frame(amount=1.0))
    assert made.path is not None
    report = json.loads(made.path.read_bytes())
    for metric in report["metric_results"].values():
        # As releases before 0.7.11 write it.
        metric["metric_value_location"]["metric"]["params"].update(method=None, threshold=None)
    made.path.write_text(json.dumps(report), encoding="utf-8")
    assert fraud.monitoring.reports() == [made]
    made.path.write_text(json.dumps(report).replace("detection method", "way"), encoding="utf-8")
    assert fraud.monitoring.reports() == []


def test_reading_imports_no_evidently(fraud: ScratchWorkspace) -> None:
    fraud.monitoring.set_reference(frame())
    fraud.monitoring.monitor(frame())
    program = (
        "import sys; from pytest_mlops_ws import ProjectWorkspace\n"
        f"workspace = ProjectWorkspace('fraud', {str(fraud.root_path)!r})\n"
        "print([each.passed for each in workspace.monitoring.reports()],"
        " {'evidently', 'pandas'} & set(sys.modules))"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "[True] set()\n"


@pytest.mark.parametrize(
    "make",
    [
        lambda data: data.to_dict(orient="list"),
        lambda data: data.to_dict(orient="records"),
        pytest.importorskip("pyarrow").Table.from_pandas,
        lambda data: data.set_index(pd.date_range("2026", periods=len(data))),
        lambda data: data.set_index(pd.Index(["row"] * len(data), name="amount")),
        lambda data: data.set_axis([1, 2, 3], axis=1),
        lambda data: data.set_axis(pd.MultiIndex.from_product([["all"], [1, 2, 3]]), axis=1),
    ],
    ids=["columns", "rows", "arrow", "indexed", "named", "numbered", "nested"],
)
def test_whatever_pandas_accepts_is_a_frame(fraud: ScratchWorkspace, make: Any) -> None:
    fraud.monitoring.set_reference(make(frame()))
    assert fraud.monitoring.monitor(make(frame())).passed


@pytest.mark.isolation
def test_predictions_of_classes_are_judged(fraud: ScratchWorkspace) -> None:
    labels = frame(label=["no", "yes"] * 60, answer=["no", "yes", "no", "no"] * 30)
    fraud.monitoring.set_reference(labels, "label", "answer")
    found = fraud.monitoring.monitor(labels)
    assert found.quality == {"accuracy": 0.75}
    assert found.lacks == ()
    binary = frame(label=[0, 1] * 60, answer=[0, 1, 0, 0] * 30)
    fraud.monitoring.set_reference(binary, "label", "answer")
    assert fraud.monitoring.monitor(binary).quality == {"accuracy": 0.75}


def test_predictions_of_quantities_are_judged(fraud: ScratchWorkspace) -> None:
    values = frame(label=frame()["age"], answer=frame()["age"] + 2)
    fraud.monitoring.set_reference(values, "label", "answer")
    found = fraud.monitoring.monitor(values)
    assert found.quality == {"mae": pytest.approx(2), "rmse": pytest.approx(2)}


def test_text_without_labels_is_compared_and_what_lacks_is_said(fraud: ScratchWorkspace) -> None:
    words = ["refund my order please", "card was declined twice", "where is the parcel now"]
    texts = pd.DataFrame({"text": [f"{words[n % 3]} number {n}" for n in range(60)]})
    fraud.monitoring.set_reference(texts)
    other = pd.DataFrame({"text": [f"completely unrelated sentence {n} here" for n in range(60)]})
    before = random.getstate(), repr(np.random.get_state())
    found = fraud.monitoring.monitor(other)
    assert (random.getstate(), repr(np.random.get_state())) == before
    assert found.drifted_columns == ("text",)
    assert found.columns["text"].method == "Percentile text content drift"
    assert found.lacks == ("the quality of predictions needs target_column and prediction_column",)


def test_text_of_which_nothing_can_be_learned_is_compared_as_it_is(
    fraud: ScratchWorkspace,
) -> None:
    stops = pd.DataFrame({"text": [f"a {letter} a" for letter in "bcdefghij"]})
    fraud.monitoring.set_reference(stops)
    assert fraud.monitoring.monitor(stops).passed


def test_labels_that_have_not_come_yet_are_said_to_lack(fraud: ScratchWorkspace) -> None:
    fraud.monitoring.set_reference(frame(label=[0, 1] * 60, answer=[0, 1] * 60), "label", "answer")
    found = fraud.monitoring.monitor(frame(answer=[0, 1] * 60))
    assert found.problems == ("'label' is missing; the reference data have it",)
    assert found.lacks == ("the quality of predictions needs 'label'",)


def test_labels_of_other_rows_say_nothing_of_the_predictions(fraud: ScratchWorkspace) -> None:
    fraud.monitoring.set_reference(frame(label=[0, 1] * 60, answer=[0, 1] * 60), "label", "answer")
    apart = frame(label=[0, None] * 60, answer=[None, 1] * 60)
    found = fraud.monitoring.monitor(apart)
    assert found.quality == {}
    assert found.lacks == ("no row has both 'label' and 'answer'",)


@pytest.mark.isolation
def test_what_is_wrong_with_a_frame_is_a_finding(fraud: ScratchWorkspace) -> None:
    fraud.monitoring.set_reference(
        frame(
            score=1.5,
            code=["a", "b"] * 60,
            empty=np.nan,
            day=pd.date_range("2026", periods=120),
            tags=[["a"], ["b"]] * 60,
        )
    )
    found = fraud.monitoring.monitor(
        frame(
            amount=["many"] * 60 + ["1"] * 60,
            age=np.nan,
            score="high",
            code=[1, 2] * 60,
            tags=[["a"], ["b"]] * 60,
            new=1,
            day=pd.date_range("2026", periods=120),
        ).drop(columns="country")
    )
    assert not found.passed
    assert found.problems == (
        "'amount' was float64 and is str: 60 of 120 values are no numbers",
        "'age' has no value at all",
        "'country' is missing; the reference data have it",
        "'score' was float64 and is str: 120 of 120 values are no numbers",
        "'code' was str and is int64",
    )
    assert set(found.columns) == {"amount", "code"}
    assert found.lacks[1:] == (
        "'empty' has no value in the reference data",
        "'day' holds datetime64[us], which drift is not told of",
        "'tags' holds object, which drift is not told of",
        "'new' is not in the reference data",
    )


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ([], r"is empty \(0 rows, 0 columns\)"),
        ({"a": []}, r"is empty \(0 rows, 1 columns\)"),
        ("text", "is no table: pandas says ValueError"),
        (3, "is no table"),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), "more than one column 'a'"),
        ({"other": [1, 2]}, "No column can be compared with the reference data: 'amount' is miss"),
    ],
)
def test_what_cannot_be_compared_is_refused(
    fraud: ScratchWorkspace, data: object, said: str
) -> None:
    fraud.monitoring.set_reference(frame())
    with pytest.raises(UsageError, match=said):
        fraud.monitoring.monitor(data)
    assert fraud.monitoring.reports() == []


def test_a_column_that_is_named_must_be_there(fraud: ScratchWorkspace) -> None:
    with pytest.raises(UsageError, match="target_column is 'label', and there is no such column"):
        fraud.monitoring.set_reference(frame(), target_column="label")
    with pytest.raises(WorkspaceError, match="has no reference data in"):
        fraud.monitoring.monitor(frame())


def test_a_column_is_named_as_the_frame_has_it(fraud: ScratchWorkspace) -> None:
    numbers = {1: [1.0, 2.0] * 30, 2: [2.0, 3.0] * 30}
    fraud.monitoring.set_reference(numbers, 1, 2)  # type: ignore[arg-type]  # as NumPy's have none
    assert fraud.monitoring.monitor(numbers).quality == {"mae": 1, "rmse": 1}
    found = fraud.monitoring.monitor(numbers, 2, 2)  # type: ignore[arg-type]  # likewise
    assert found.quality == {"mae": 0, "rmse": 0}


def test_reference_data_that_are_torn_are_an_error(fraud: ScratchWorkspace) -> None:
    fraud.monitoring.set_reference(frame())
    (fraud.monitoring_path / "reference.parquet").write_bytes(b"PAR1")
    with pytest.raises(WorkspaceError, match="cannot be read"):
        fraud.monitoring.monitor(frame())


def test_reference_data_that_no_file_can_hold_are_refused(fraud: ScratchWorkspace) -> None:
    fraud.monitoring.set_reference(frame())
    with pytest.raises(UsageError, match="The reference data cannot be kept: "):
        fraud.monitoring.set_reference({"a": [1, "x", b"y"]})
    assert fraud.monitoring.monitor(frame()).passed


def test_reference_data_without_any_value_are_refused(fraud: ScratchWorkspace) -> None:
    with pytest.raises(UsageError, match="The reference data have no value at all"):
        fraud.monitoring.set_reference({"a": [np.nan, np.nan]})


@pytest.mark.parametrize("limit", [0, -1, 1.1, float("nan")])
def test_a_limit_that_is_no_share_is_refused(fraud: ScratchWorkspace, limit: float) -> None:
    fraud.monitoring.set_reference(frame())
    with pytest.raises(UsageError, match="drift_limit is a share between 0 and 1, not "):
        fraud.monitoring.monitor(frame(), drift_limit=limit)


def test_what_is_torn_or_somebody_elses_is_no_report(fraud: ScratchWorkspace) -> None:
    fraud.monitoring.set_reference(frame())
    made = fraud.monitoring.monitor(frame())
    assert made.path is not None
    for name, content in (("torn", "{"), ("other", "{}"), ("list", "[]")):
        made.path.with_name(f"{name}.json").write_text(content, encoding="utf-8")
    for name, content in (("torn", "{"), ("other", '{"name": "churn"}'), ("list", "[]")):
        project = fraud.monitoring_path / name
        (project / "snapshots").mkdir(parents=True)
        (project / "metadata.json").write_text(content, encoding="utf-8")
        (project / "snapshots" / "1.json").write_bytes(made.path.read_bytes())
    assert fraud.monitoring.reports() == [made]


def test_an_evidently_that_cannot_be_imported_is_said_with_the_remedy(
    fraud: ScratchWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    fraud.monitoring.set_reference(frame())
    monkeypatch.delitem(sys.modules, "evidently.ui.workspace", raising=False)
    monkeypatch.setitem(sys.modules, "evidently.ui", None)
    with pytest.raises(
        ToolMissingError, match=r"pip install 'pytest-mlops-ws\[evidently\]'"
    ) as said:
        fraud.monitoring.monitor(frame())
    assert f"with pandas {pd.__version__}, which it may be too old for" in str(said.value)


def test_an_evidently_that_is_too_old_is_said(
    fraud: ScratchWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(distributions, "version", lambda *_: "0.7.9")
    with pytest.raises(ToolMissingError, match=r"0\.7\.10"):
        _ = fraud.monitoring


def test_what_evidently_fails_on_is_one_error(
    fraud: ScratchWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    from evidently import Report

    def failing(*_: object, **__: object) -> None:
        message = "its own"
        raise ZeroDivisionError(message)

    fraud.monitoring.set_reference(frame())
    monkeypatch.setattr(Report, "run", failing)
    with pytest.raises(
        WorkspaceError, match="Evidently could not compare the data: ZeroDivisionError: its own"
    ):
        fraud.monitoring.monitor(frame())


def test_a_disk_that_is_full_is_one_error(
    fraud: ScratchWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    from evidently.ui.workspace import Workspace

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    fraud.monitoring.set_reference(frame())
    monkeypatch.setattr(Workspace, "add_run", full)
    with pytest.raises(EnvironmentFailedError, match="Cannot write the report to"):
        fraud.monitoring.monitor(frame())
    assert fraud.monitoring.reports() == []


def test_two_projects_keep_apart(fraud: ScratchWorkspace, tmp_path: Path) -> None:
    churn = ScratchWorkspace("churn", tmp_path / "other" / "churn")
    create(churn, with_git=False)
    fraud.monitoring.set_reference(frame())
    fraud.monitoring.monitor(frame())
    assert churn.monitoring.reports() == []
    with pytest.raises(WorkspaceError, match="Project 'churn' has no reference data"):
        churn.monitoring.monitor(frame())


def test_the_first_reports_of_all_are_of_one_project(
    fraud: ScratchWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    from evidently.ui.workspace import Workspace

    other = MonitoringHandle(fraud.effective)  # as another process has it
    for each in (fraud.monitoring, other):
        each.set_reference(frame())
    stock, together = Workspace.create_project, threading.Barrier(2)

    def create_project(*arguments: Any, **options: Any) -> Any:
        with suppress(threading.BrokenBarrierError):
            together.wait(3)
        return stock(*arguments, **options)

    monkeypatch.setattr(Workspace, "create_project", create_project)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda each: each.monitor(frame()), (fraud.monitoring, other)))
    assert [each.name for each in fraud.monitoring.workspace.list_projects()] == ["fraud"]
    assert len(fraud.monitoring.reports()) == 2


def test_two_rows_are_compared_without_a_warning(fraud: ScratchWorkspace) -> None:
    fraud.monitoring.set_reference(frame().head(2))
    assert fraud.monitoring.monitor(frame(amount=1.0, age=1.0).head(2)).columns


def test_without_evidently_the_line_that_installs_it_is_said(
    fraud: ScratchWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(distributions, "version", lambda *_: None)
    with pytest.raises(ToolMissingError, match=r"pip install 'pytest-mlops-ws\[evidently\]'"):
        _ = fraud.monitoring


def test_threads_leave_the_processs_streams_and_filters(
    fraud: ScratchWorkspace, tmp_path: Path
) -> None:
    other = ScratchWorkspace("churn", tmp_path / "other" / "churn")
    create(other, with_git=False)
    fraud.monitoring.set_reference(frame())  # what pandas imports for it adds a filter of its own
    before = sys.stdout, sys.stderr, list(warnings.filters)

    def work(workspace: ScratchWorkspace) -> bool:
        workspace.monitoring.set_reference(frame())
        return all(workspace.monitoring.monitor(frame()).passed for _ in range(3))

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(work, [fraud, other])) == [True, True]
    assert (sys.stdout, sys.stderr, list(warnings.filters)) == before
    assert [len(each.monitoring.reports()) for each in (fraud, other)] == [3, 3]
