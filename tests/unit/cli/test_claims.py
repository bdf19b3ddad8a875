from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from pytest_mlops_ws.checks.published import read

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    Shell = Callable[..., tuple[int, str, str]]
    Write = Callable[[Mapping[str, str]], Path]

FRAUD = "mlops/workspace/fraud/workspace.yaml"
MANIFEST = """\
project_name: fraud
mlflow_tracking_uri: databricks
mlflow_experiment_name: /Shared/eval
dvc_remote_path: s3://ml-data/shared/fraud
source_paths: []
"""


def test_another_repository_is_compared_with_what_this_one_claims(
    repository: Write, shell: Shell, tmp_path: Path
) -> None:
    repository({FRAUD: MANIFEST})
    claims = tmp_path / "risk.json"
    assert shell("claims", "--repository", "risk", "-o", str(claims)) == (0, "", "")
    other = "mlops/workspace/churn/workspace.yaml"
    text = MANIFEST.replace("fraud", "churn").replace("shared/churn", "shared")
    root = repository({other: text})
    (root / FRAUD).unlink()
    status, out, err = shell("check", "--claims", str(claims))
    assert (status, err) == (1, "")
    lines = claims.read_text().splitlines()
    experiment, remote = (
        next(n for n, line in enumerate(lines, 1) if f'"kind": "{kind}"' in line)
        for kind in ("experiment", "remote")
    )
    told = [line for line in out.splitlines() if line.startswith((other, "  see also"))]
    assert told == [
        (
            f"{other}:3:25: WS305 churn logs into risk:fraud's experiment"
            " '/Shared/eval' in databricks"
        ),
        f"  see also ../risk.json:{experiment}:1",
        f"{other}:4:18: WS402 {out.partition(': WS402 ')[2].partition(chr(10))[0]}",
        f"  see also ../risk.json:{remote}:1",
    ]


@pytest.mark.parametrize(("theirs", "found"), [("one", True), ("other", False)])
def test_bucket_is_anothers_only_on_the_same_server(
    theirs: str,
    found: bool,  # noqa: FBT001 -- a parameter
    repository: Write,
    shell: Shell,
    tmp_path: Path,
) -> None:
    config = """\
[core]
    remote = r
['remote "r"']
    url = s3://data/x
    endpointurl = https://{}.example.com
"""
    manifest = "project_name: fraud\ndvc_remote_path: s3://data/x\nsource_paths: []\n"
    path = "mlops/workspace/{}/.dvc/config"
    root = repository({FRAUD: manifest, path.format("fraud"): config.format(theirs)})
    shell("claims", "--repository", "risk", "-o", str(tmp_path / "risk.json"))
    shutil.rmtree(root / "mlops")
    churn = FRAUD.replace("fraud", "churn")
    repository(
        {churn: manifest.replace("fraud", "churn"), path.format("churn"): config.format("one")}
    )
    status, out, err = shell("check", "--claims", str(tmp_path / "risk.json"))
    assert (status, err) == (int(found), "")
    assert ("WS401 churn's DVC remote is risk:fraud's: s3://data/x\n" in out) is found


def test_settings_can_name_the_claims_of_others_and_ones_own_are_passed_over(
    repository: Write, shell: Shell
) -> None:
    root = repository({FRAUD: MANIFEST, "claims/.gitignore": ""})
    shell("claims", "--repository", "risk", "-o", "claims/risk.json")
    settings = '[tool.mlops-ws]\nclaims = ["claims/risk.json"]\n'
    repository({"pyproject.toml": settings})
    status, out, _ = shell("check")
    assert status == 1
    assert "fraud" in out
    repository({"pyproject.toml": f'{settings}repository = "risk"\n'})
    assert shell("check")[0] == 0
    assert (root / "claims" / "risk.json").is_file()


def test_claims_are_those_of_the_settings_and_stable(repository: Write, shell: Shell) -> None:
    repository({FRAUD: MANIFEST, "pyproject.toml": '[tool.mlops-ws]\nrepository = "risk"\n'})
    status, out, err = shell("claims")
    assert (status, err) == (0, "")
    assert '  "repository": "risk",\n' in out
    assert shell("claims") == (0, out, "")


def test_path_that_is_no_text_is_written_so_that_it_can_be_read(
    repository: Write, shell: Shell, tmp_path: Path
) -> None:
    root = repository({FRAUD: MANIFEST})
    os.rename(os.fsencode((root / FRAUD).parent), os.fsencode(root) + b"/fr\xff")  # noqa: PTH104 -- bytes
    repository({})
    shell("claims", "--repository", "risk", "-o", str(tmp_path / "risk.json"))
    found = read((tmp_path / "risk.json").read_text(encoding="utf-8"), "risk.json")
    assert found.claims["name"][0].key == "fraud"


def test_manifest_that_cannot_be_read_is_said(repository: Write, shell: Shell) -> None:
    root = repository({FRAUD: MANIFEST, FRAUD.replace("fraud", "churn"): "project_name: churn\n"})
    (root / FRAUD).unlink()
    (root / FRAUD).symlink_to("gone")
    status, out, err = shell("claims")
    assert (status, "fraud" in out) == (0, False)
    assert err == f"mlops-ws: {FRAUD} was not read: it is a link to nowhere\n"


def test_what_is_left_out_is_said(
    repository: Write, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository(
        {
            FRAUD: MANIFEST.replace("s3://ml-data", "/mnt/data"),
            FRAUD.replace("fraud", "churn"): "project_name: [churn\n",
        }
    )
    status, out, err = shell("claims")
    assert status == 0
    assert "/mnt/data" not in out
    assert err == (
        "mlops-ws: mlops/workspace/churn/workspace.yaml cannot be read, and its project claims"
        " nothing: mlops-ws check\n"
        "mlops-ws: 1 claim about places of this machine, or with a secret in it, was left out\n"
    )
