from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest

from pytest_mlops_ws.checks.published import label, merged, publish, read
from pytest_mlops_ws.checks.repository import Repository
from pytest_mlops_ws.checks.settings import settled
from pytest_mlops_ws.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

CHURN = "mlops/workspace/churn/workspace.yaml"
FRAUD = "mlops/workspace/fraud/workspace.yaml"
FILES = {
    FRAUD: """\
project_name: fraud
mlflow_tracking_uri: https://user:secret@mlflow.example.com:443/
mlflow_experiment_name: fraud-eval
mlflow_workspace: risk
dvc_remote_path: s3://ml-data/fraud/
mlflow_artifact_location: s3://artifacts/fraud
""",
    CHURN: "project_name: churn\n",
}
TEXT = """\
{
  "format": "mlops-ws claims",
  "version": 1,
  "repository": "acme/risk",
  "claims": [
    {"kind": "artifacts", "key": "s3://artifacts/fraud", "shown": "s3://artifacts/fraud", \
"project": "fraud", "field": "mlflow_artifact_location", "path": "<FRAUD>"},
    {"kind": "experiment", "key": ["https://mlflow.example.com", "risk", "name fraud-eval"], \
"shown": "'fraud-eval' in https://user:***@mlflow.example.com:443/", "project": "fraud", \
"field": "mlflow_experiment_name", "path": "<FRAUD>"},
    {"kind": "name", "key": "churn", "shown": "churn", "project": "churn", \
"field": "project_name", "path": "<CHURN>"},
    {"kind": "name", "key": "fraud", "shown": "fraud", "project": "fraud", \
"field": "project_name", "path": "<FRAUD>"},
    {"kind": "prefix", "key": "churn--", "shown": "churn--", "project": "churn", \
"field": "bentoml_tag_prefix", "path": "<CHURN>"},
    {"kind": "prefix", "key": "fraud--", "shown": "fraud--", "project": "fraud", \
"field": "bentoml_tag_prefix", "path": "<FRAUD>"},
    {"kind": "remote", "key": "s3://ml-data/fraud", "shown": "s3://ml-data/fraud/", \
"project": "fraud", "field": "dvc_remote_path", "path": "<FRAUD>"},
    {"kind": "workspace", "key": ["https://mlflow.example.com", "risk"], \
"shown": "'risk' of https://user:***@mlflow.example.com:443/", "project": "fraud", \
"field": "mlflow_workspace", "path": "<FRAUD>"}
  ]
}
""".replace("<FRAUD>", FRAUD).replace("<CHURN>", CHURN)


@pytest.fixture
def published(
    repository: Callable[[Mapping[str, str]], Path],
) -> Callable[[Mapping[str, str]], tuple[str, int]]:
    def published(files: Mapping[str, str]) -> tuple[str, int]:
        root = str(repository(files))
        return publish(Repository(root, settled(root)).compared(), "acme/risk")

    return published


def test_claims_are_written_a_line_each_sorted_and_without_secrets(
    published: Callable[..., tuple[str, int]],
) -> None:
    assert published(FILES) == (TEXT, 0)


@pytest.mark.parametrize(
    "line",
    [
        "dvc_remote_path: /mnt/data/fraud",
        "dvc_remote_path: ../remotes/fraud",
        "dvc_remote_path: C:\\data\\fraud",
        "dvc_remote_path: file:///mnt/data/fraud",
        "mlflow_artifact_location: http://localhost:9000/fraud",
        "mlflow_artifact_location: http://127.0.0.1/fraud",
        "dvc_remote_path: s3://ml-data/fraud?token=0123456789abcdef0123",
    ],
)
def test_what_means_nothing_elsewhere_or_is_secret_is_left_out(
    line: str, published: Callable[..., tuple[str, int]]
) -> None:
    text, left_out = published({FRAUD: f"project_name: fraud\n{line}\n"})
    assert {claim["kind"] for claim in json.loads(text)["claims"]} == {"name", "prefix"}
    assert left_out == 1


CONFIG = "mlops/workspace/fraud/.dvc/config"
REMOTE = "[core]\n    remote = r\n['remote \"r\"']\n    url = s3://ml-data/fraud\n"


@pytest.mark.parametrize(
    ("endpoint", "key"),
    [
        ("", "s3://ml-data/fraud"),
        ("https://s3.eu-west-1.amazonaws.com", "s3://ml-data/fraud"),
        ("https://user:secret@minio.example.com:443", "s3+minio.example.com://ml-data/fraud"),
        ("http://minio.example.com:9000/", "s3+minio.example.com:9000://ml-data/fraud"),
        ("http://localhost:9000", None),
        ("http://127.0.0.1", None),
    ],
)
@pytest.mark.parametrize("declared", ["", "dvc_remote_path: s3://ml-data/fraud\n"])
def test_remote_is_told_with_the_server_that_its_configuration_names(
    endpoint: str, key: str | None, declared: str, published: Callable[..., tuple[str, int]]
) -> None:
    config = REMOTE + (f"    endpointurl = {endpoint}\n" if endpoint else "")
    text, left_out = published({FRAUD: f"project_name: fraud\n{declared}", CONFIG: config})
    (remotes) = [each for each in json.loads(text)["claims"] if each["kind"] == "remote"]
    expected = {
        "kind": "remote",
        "key": key,
        "shown": "s3://ml-data/fraud",
        "project": "fraud",
        "field": f"remote r of {CONFIG}",
        "path": FRAUD,
    }
    assert (remotes, left_out) == (([expected], 0) if key else ([], 1))


def test_what_one_machine_configures_is_not_told(published: Callable[..., tuple[str, int]]) -> None:
    local = """\
['remote "r"']
    endpointurl = https://minio.example.com
['remote "mine"']
    url = s3://me
"""
    text, left_out = published(
        {FRAUD: "project_name: fraud\n", CONFIG: REMOTE, f"{CONFIG}.local": local}
    )
    keys = [each["key"] for each in json.loads(text)["claims"] if each["kind"] == "remote"]
    assert (keys, left_out) == (["s3://ml-data/fraud"], 0)


def test_store_of_a_machine_has_no_experiment_elsewhere(
    published: Callable[..., tuple[str, int]],
) -> None:
    text, left_out = published(
        {FRAUD: "project_name: fraud\nmlflow_tracking_uri: sqlite:////mnt/mlflow.db\n"}
    )
    assert {claim["kind"] for claim in json.loads(text)["claims"]} == {"name", "prefix"}
    assert left_out == 1


def test_undecided_place_is_no_claim(
    published: Callable[..., tuple[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest = "project_name: fraud\ndvc_remote_path: s3://${MLOPS_WS_BUCKET}/fraud\n"
    text, left_out = published({FRAUD: manifest})
    assert "remote" not in text
    assert left_out == 0


def test_what_is_written_is_read_with_its_lines() -> None:
    found = read(TEXT, "risk.json")
    assert found.repository == "acme/risk"
    shown = {
        (kind, claim.key, claim.shown, claim.project.name, str(claim.span))
        for kind, claims in found.claims.items()
        for claim in claims
    }
    name = "acme/risk:fraud"
    url = "https://user:***@mlflow.example.com:443/"
    assert shown == {
        ("artifacts", "s3://artifacts/fraud", "s3://artifacts/fraud", name, "risk.json:6:1"),
        (
            "experiment",
            "https://mlflow.example.com\nrisk\nname fraud-eval",
            f"'fraud-eval' in {url}",
            name,
            "risk.json:7:1",
        ),
        ("name", "churn", "churn", "acme/risk:churn", "risk.json:8:1"),
        ("name", "fraud", "fraud", name, "risk.json:9:1"),
        ("prefix", "churn--", "churn--", "acme/risk:churn", "risk.json:10:1"),
        ("prefix", "fraud--", "fraud--", name, "risk.json:11:1"),
        ("remote", "s3://ml-data/fraud", "s3://ml-data/fraud/", name, "risk.json:12:1"),
        (
            "workspace",
            "https://mlflow.example.com\nrisk",
            f"'risk' of {url}",
            name,
            "risk.json:13:1",
        ),
    }


def test_claims_of_one_project_are_one_projects() -> None:
    claims = [claim for claims in read(TEXT, "risk.json").claims.values() for claim in claims]
    fraud = {id(claim.project) for claim in claims if claim.project.name.endswith(":fraud")}
    assert len(fraud) == 1


def test_lines_are_found_in_a_file_that_another_program_has_formatted() -> None:
    data = json.loads(TEXT)
    data["claims"][0]["shown"] = 'a "kind": of quotation'
    text = json.dumps(data, indent=4, sort_keys=True)
    lines = text.splitlines()
    for kind, claims in read(text, "risk.json").claims.items():
        for claim in claims:
            assert f'"kind": "{kind}"' in lines[claim.span.line - 1]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "risk.json:1:1: this is no JSON: Expecting value"),
        ("[" * 100_000, "risk.json:1:1: this is no JSON: it cannot be read"),
        ("[]", "risk.json: this is no file of claims"),
        ('{"format": "mlops-ws claims"}', "risk.json: the file is of version None, this release"),
        (TEXT.replace('"version": 1', '"version": 2'), "upgrade pytest-mlops-ws"),
        (TEXT.replace('"acme/risk"', "3"), "'repository' must be a name and 'claims' a list"),
        (TEXT.replace('"kind": "name"', '"kind": 3'), "claims[2]: 'kind' must be a text"),
        (TEXT.replace('"key": "churn"', '"key": [3]'), "claims[2]: 'key' must be a text"),
        (TEXT.replace('[\n    {"kind"', '[\n    7, {"kind"', 1), "claims[0]: a claim is a mapping"),
    ],
)
def test_what_is_no_file_of_claims_is_refused_with_the_remedy(text: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        read(text, "risk.json")
    assert said in str(caught.value)
    assert "mlops-ws claims -o FILE" in str(caught.value) or "upgrade" in str(caught.value)


def test_ones_own_claims_are_not_compared_with_oneself() -> None:
    mine = read(TEXT, "risk.json")
    other = read(TEXT.replace("acme/risk", "acme/sales"), "sales.json")
    names = merged([mine, other], "acme/risk")["name"]
    assert [claim.project.name for claim in names] == ["acme/sales:churn", "acme/sales:fraud"]


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        ("https://user:token@git.example.com/acme/risk.git", "acme/risk"),
        ("git@git.example.com:acme/risk.git", "acme/risk"),
        ("ssh://git@git.example.com/group/acme/risk", "acme/risk"),
        ("https://git.example.com/acme/risk/", "acme/risk"),
        (None, None),
    ],
)
def test_repository_is_called_what_its_origin_is_called(
    origin: str | None, expected: str | None, repository: Callable[[Mapping[str, str]], Path]
) -> None:
    root = repository(FILES)
    if origin:
        command = ["git", "remote", "add", "origin", origin]
        subprocess.run(command, cwd=root, check=True)
    assert label(str(root), settled(str(root))) == (expected or root.name)


def test_repository_can_choose_what_it_is_called(
    repository: Callable[[Mapping[str, str]], Path],
) -> None:
    root = repository({"pyproject.toml": '[tool.mlops-ws]\nrepository = "risk"\n'})
    assert label(str(root), settled(str(root))) == "risk"
