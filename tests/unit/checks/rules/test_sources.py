"""WS501 to WS504 beside their examples: what they must not take for a crossing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_mlops_ws.checks.run import Checked

BASE = "mlops/workspace"
CHURN = {f"{BASE}/churn/workspace.yaml": "project_name: churn\n"}
FRAUD = {f"{BASE}/fraud/workspace.yaml": "project_name: fraud\n"}
SERVER = "mlflow_tracking_uri: https://mlflow.example.com\n"
FAMILY = ("WS501", "WS502", "WS503", "WS504")


def found(checked: Callable[..., Checked], files: dict[str, str]) -> list[str]:
    return [str(fault).partition(";")[0] for fault in checked(files, *FAMILY).diagnostics]


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("projects/fraud/train.py", 'mlflow.set_experiment("fraud")'),
        ("projects/fraud/train.py", 'mlflow.set_experiment("fraud-eval")'),
        ("projects/fraud/train.py", 'mlflow.set_experiment("something")'),
        ("projects/fraud/train.py", 'workspace_factory("churn")'),
        ("projects/fraud/train.py", 'get_workspace("nobody")'),
        ("projects/fraud/train.py", 'open("mlops/workspace/churn-2/x")'),
        ("scripts/report.py", 'get_workspace("churn")'),
        (f"{BASE}/churn/notes.py", 'get_workspace("churn")'),
        ("projects/fraud/notes.txt", 'get_workspace("churn")'),
        ("projects/.venv/fraud/x.py", 'get_workspace("churn")'),
    ],
)
def test_ones_own_nobodys_and_unowned_code_are_fine(
    path: str, source: str, checked: Callable[..., Checked]
) -> None:
    files = {**CHURN, **FRAUD, "projects/fraud/src/fraud/__init__.py": "", path: f"{source}\n"}
    assert found(checked, files) == []


@pytest.mark.parametrize(
    ("path", "source", "thing"),
    [
        ("projects/fraud/tests/x.py", 'create_client("churn")', "project: 'churn'"),
        (f"{BASE}/fraud/notes.py", 'get_workspace("churn")', "project: 'churn'"),
        (
            "projects/fraud/src/fraud/x.py",
            'open("mlops/workspace/.remotes/churn/files")',
            "workspace: 'mlops/workspace/.remotes/churn/files'",
        ),
    ],
)
def test_the_nearest_directory_says_whose_code_it_is(
    path: str, source: str, thing: str, checked: Callable[..., Checked]
) -> None:
    files = {**CHURN, **FRAUD, "projects/fraud/src/fraud/__init__.py": "", path: f"{source}\n"}
    column = source.index('"') + 1
    assert found(checked, files) == [
        (
            f"{path}:1:{column}: WS501 fraud's code names churn's {thing}"
            f" (see also {BASE}/churn/workspace.yaml:1:15)"
        )
    ]


def test_code_that_two_projects_claim_is_nobodys(checked: Callable[..., Checked]) -> None:
    both = {
        f"{BASE}/{name}/workspace.yaml": f"project_name: {name}\nsource_paths: [lib]\n"
        for name in ("churn", "fraud")
    }
    assert found(checked, {**both, "lib/x.py": 'get_workspace("churn")\n'}) == []


def test_an_experiment_in_a_shared_store_bears_the_projects_name(
    checked: Callable[..., Checked],
) -> None:
    files = {path: text + SERVER for path, text in {**CHURN, **FRAUD}.items()}
    source = 'set_experiment("fraud-eval")\nset_experiment("eval")\n'
    assert found(checked, {**files, "fraud/x.py": source}) == [
        (
            "fraud/x.py:2:16: WS502 fraud's code sets the experiment 'eval' in"
            " https://mlflow.example.com, which other projects use too"
            f" (see also {BASE}/fraud/workspace.yaml:2:22)"
        )
    ]
    # What the manifest calls 'eval' is 'fraud--eval' there, and this code would miss it.
    manifest = f"{BASE}/fraud/workspace.yaml"
    named = {**files, manifest: f"{files[manifest]}mlflow_experiment_name: eval\n"}
    source = 'set_experiment("fraud--eval")\nset_experiment("eval")\n'
    (fault,) = checked({**named, "fraud/x.py": source}, *FAMILY).diagnostics
    assert (fault.span.line, fault.remedy) == (
        2,
        "let its name begin with the project's: 'fraud--eval'",
    )
    one = {**CHURN, f"{BASE}/fraud/workspace.yaml": f"project_name: fraud\n{SERVER}"}
    assert found(checked, {**one, "fraud/x.py": source}) == []


def test_in_a_workspace_of_the_server_an_experiment_has_any_name(
    checked: Callable[..., Checked],
) -> None:
    files = {path: text + SERVER for path, text in {**CHURN, **FRAUD}.items()}
    files["fraud/x.py"] = 'set_experiment("eval")\n'
    apart = {
        **files,
        f"{BASE}/fraud/workspace.yaml": f"{FRAUD[f'{BASE}/fraud/workspace.yaml']}{SERVER}"
        "mlflow_workspace: fraud\n",
    }
    assert len(found(checked, files)) == 1
    assert found(checked, apart) == []


def test_tests_may_track_where_they_like(checked: Callable[..., Checked]) -> None:
    source = 'mlflow.set_tracking_uri("sqlite:///x.db")\n'
    files = {**FRAUD, "fraud/test_x.py": source, "fraud/conftest.py": source}
    assert found(checked, files) == []


@pytest.mark.parametrize(
    ("path", "what"),
    [
        ("mlflow.db", "MLflow's tracking database: mlflow.db"),
        ("a/mlartifacts/0/x", "MLflow's artifacts: a/mlartifacts"),
        ("a/.dvc/cache/files/md5/00/1", "DVC's cache: a/.dvc/cache"),
        (f"{BASE}/fraud/mlflow/mlflow.db", f"a tracking store: {BASE}/fraud/mlflow"),
        (f"{BASE}/.remotes/fraud/files/x", f"DVC remotes: {BASE}/.remotes"),
    ],
)
def test_what_only_tools_write_is_not_for_git(
    path: str, what: str, checked: Callable[..., Checked]
) -> None:
    place = what.rpartition(" ")[2]
    assert found(checked, {**FRAUD, path: "x"}) == [f"{place}:1:1: WS503 git tracks {what}"]


@pytest.mark.parametrize(
    "path", ["tests/mlruns/0/x", "a/.dvc/config", f"{BASE}/fraud/dvc/x.dvc", "models/x", "cache/x"]
)
def test_samples_and_what_people_write_are(path: str, checked: Callable[..., Checked]) -> None:
    assert found(checked, {**FRAUD, path: ""}) == []


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ("é = 1; set_experiment('a') $ x\n", "1:28"),
        ("\ufeffé = 1; set_experiment('a') $ x\n", "1:28"),
        ("# coding: nothing\nset_experiment('a')\n", "1:1"),
        ("set_experiment('a')\n\0", "1:1"),
    ],
)
def test_code_that_cannot_be_parsed_is_told_where_an_editor_shows_it(
    source: str, place: str, checked: Callable[..., Checked]
) -> None:
    path = "projects/fraud/train.py"
    (only,) = found(checked, {**FRAUD, path: source})
    assert only.startswith(f"{path}:{place}: WS504 this was not checked: ")
