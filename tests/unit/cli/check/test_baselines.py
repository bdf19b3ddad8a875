from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    import pytest

    Shell = Callable[..., tuple[int, str, str]]
    Write = Callable[[Mapping[str, str]], Path]

USUAL = "mlops-ws.baseline.json"


def manifest(name: str, experiment: str = "eval") -> dict[str, str]:
    text = (
        f"project_name: {name}\nmlflow_tracking_uri: databricks\n"
        f"mlflow_experiment_name: /Shared/{experiment}\nsource_paths: []\n"
    )
    return {f"mlops/workspace/{name}/workspace.yaml": text}


def many(count: int) -> dict[str, str]:
    return {
        path: text for number in range(count) for path, text in manifest(f"p-{number:03}").items()
    }


def test_repository_with_300_findings_is_switched_on_in_one_command(
    repository: Write, shell: Shell
) -> None:
    root = repository(many(301))
    assert shell("check", "-q")[0] == 1
    assert shell("check", "--write-baseline") == (
        0,
        f"mlops-ws: 300 findings recorded in {USUAL}\nfrom now on only new findings are reported\n",
        "",
    )
    status, out, err = shell("check")
    assert (status, err) == (0, "")
    assert out == ("mlops-ws: no findings in 301 manifests, 301 files read (300 in the baseline)\n")
    repository(manifest("q-new"))
    status, out, _ = shell("check")
    assert status == 1
    assert out.startswith(
        "mlops/workspace/q-new/workspace.yaml:3:25: WS305 q-new logs into p-000's"
    )
    assert out.count(": WS305 ") == 1
    recorded = json.loads((root / USUAL).read_text())["findings"]
    assert len(recorded) == 300


def test_what_is_mended_is_told_and_recorded_anew(repository: Write, shell: Shell) -> None:
    root = repository(many(3))
    shell("check", "--write-baseline")
    repository(manifest("p-001", "own"))
    status, out, _ = shell("check")
    assert status == 0
    assert out.startswith(f"{USUAL}:4:1: WS006 (note) 1 finding of the baseline is gone")
    assert shell("check", "--write-baseline")[1].startswith("mlops-ws: 1 finding recorded in")
    assert shell("check")[1] == (
        "mlops-ws: no findings in 3 manifests, 3 files read (1 in the baseline)\n"
    )
    before = (root / USUAL).read_bytes()
    assert shell("check", "--write-baseline")[1].startswith("mlops-ws: 1 finding unchanged in")
    assert (root / USUAL).read_bytes() == before


def test_baseline_of_another_name_is_used_where_the_settings_name_it(
    repository: Write, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = repository({**many(2), "ci/.gitignore": ""})
    monkeypatch.chdir(root / "ci")
    assert shell("check", "--write-baseline", "known.json") == (
        0,
        (
            "mlops-ws: 1 finding recorded in ci/known.json\n"
            'to use it, say in pyproject.toml: [tool.mlops-ws] baseline = "ci/known.json"\n'
        ),
        "",
    )
    assert shell("check")[0] == 1
    assert shell("check", "--baseline", "known.json")[0] == 0
    repository({"pyproject.toml": '[tool.mlops-ws]\nbaseline = "ci/known.json"\n'})
    assert shell("check")[0] == 0
    assert shell("check", "--write-baseline")[1].startswith(
        "mlops-ws: 1 finding unchanged in ci/known.json\nfrom now on"
    )
