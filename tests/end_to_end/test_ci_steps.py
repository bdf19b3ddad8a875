"""The steps for GitHub and GitLab, as far as a machine that is neither can run them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
import yaml

from pytest_mlops_ws.model.address import PUBLIC_ADDRESS

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parents[2]
CHURN = "mlops/workspace/churn/workspace.yaml"
FRAUD = "mlops/workspace/fraud/workspace.yaml"
SERVER = "mlflow_tracking_uri: https://mlflow.example.com\nsource_paths: []\n"
GOOD = {CHURN: f"project_name: churn\n{SERVER}", FRAUD: f"project_name: fraud\n{SERVER}"}
#: With an id beside it a name is taken as it stands: it was noted from the server.
CLASH = f"project_name: fraud\nmlflow_experiment_name: churn\n{SERVER}mlflow_experiment_id: 3\n"

pytestmark = pytest.mark.timeout(600)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Somebody's repository, checked out."""
    root = tmp_path / "project"
    for name, text in GOOD.items():
        (root / name).parent.mkdir(parents=True)
        (root / name).write_text(text)
    for command in (["init", "-q", "."], ["add", "-A"]):
        subprocess.run(["git", *command], cwd=root, check=True)
    return root


def bash(
    script: str, cwd: Path, environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=cwd,
        env=dict(environment),
        capture_output=True,
        text=True,
        check=False,
    )


class Action:
    """``action.yml``, run as GitHub's runner would."""

    def __init__(self, place: Path, environment: Mapping[str, str]) -> None:
        self.definition: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text())
        self.place = place
        self.output = place / "output"
        self.output.touch()
        self.environment = {
            **environment,
            "GITHUB_ACTION_PATH": str(ROOT),
            "GITHUB_OUTPUT": str(self.output),
            "RUNNER_TEMP": str(place),
        }

    def inputs(self, **given: str) -> dict[str, str]:
        declared = {name: each["default"] for name, each in self.definition["inputs"].items()}
        assert given.keys() <= declared.keys()
        return {**declared, **given}

    def step(self, name: str) -> dict[str, Any]:
        (found,) = [step for step in self.definition["runs"]["steps"] if step.get("name") == name]
        return dict(found)

    def run(self, name: str, cwd: Path, **given: str) -> subprocess.CompletedProcess[str]:
        """Run a step; its expressions are those that this understands, and no others."""
        known = {f"inputs.{key}": value for key, value in self.inputs(**given).items()}
        known["steps.python.outputs.python-path || 'python3'"] = sys.executable
        step = self.step(name)
        assert "${{" not in step["run"], "an input would be pasted into a program"
        assert step["shell"] == "bash"

        def value(text: str) -> str:
            return re.sub(r"\$\{\{ (.*?) \}\}", lambda found: known[found[1]], text)

        variables = {key: value(text) for key, text in step.get("env", {}).items()}
        where = cwd / value(step.get("working-directory", "."))
        return bash(step["run"], where, self.environment | variables)


@pytest.fixture(scope="module")
def action(tmp_path_factory: pytest.TempPathFactory, offline: dict[str, str]) -> Action:
    place = tmp_path_factory.mktemp("runner")
    action = Action(place, offline)
    installed = action.run("Install mlops-ws", place)
    assert installed.returncode == 0, installed.stderr
    return action


def test_action_is_one_that_github_takes() -> None:
    definition = yaml.safe_load((ROOT / "action.yml").read_text())
    assert definition.keys() == {"name", "description", "branding", "inputs", "outputs", "runs"}
    assert definition["runs"]["using"] == "composite"
    # A runner refuses a step of a composite action that runs something and names no shell.
    for step in definition["runs"]["steps"]:
        assert ("run" in step) == ("shell" in step) != ("uses" in step)
    for each in (*definition["inputs"].values(), *definition["outputs"].values()):
        assert each["description"]


def test_action_passes_where_nothing_is_wrong(action: Action, project: Path) -> None:
    done = action.run("mlops-ws check", project)
    assert done.returncode == 0, done.stderr
    assert "::error" not in done.stdout


def test_action_annotates_and_fails(action: Action, project: Path) -> None:
    (project / FRAUD).write_text(CLASH)
    done = action.run("mlops-ws check", project)
    assert done.returncode == 1
    assert f"file={FRAUD},line=2,col=25," in done.stdout


def test_action_writes_sarif_and_says_where(action: Action, project: Path) -> None:
    (project / FRAUD).write_text(CLASH)
    done = action.run(
        "mlops-ws check", project.parent, sarif="found.sarif", **{"working-directory": "project"}
    )
    assert done.returncode == 1
    assert f"file={FRAUD},line=2," in done.stdout
    report = json.loads((project / "found.sarif").read_text())
    assert [each["ruleId"] for each in report["runs"][0]["results"]] == ["WS305"]
    assert action.output.read_text().splitlines()[-1] == "sarif=found.sarif"


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        ("--ignore WS305", 0),
        ("--select 'WS1,WS2' --select \"WS6\"", 0),
        (f"mlops/workspace/churn '{FRAUD}'", 1),
        ("$(touch run) `touch run` ; touch run", 2),
    ],
)
def test_arguments_are_words_and_nothing_that_is_run(
    arguments: str, status: int, action: Action, project: Path
) -> None:
    (project / FRAUD).write_text(CLASH)
    done = action.run("mlops-ws check", project, arguments=arguments)
    assert done.returncode == status, done.stderr
    assert not (project / "run").exists()


@pytest.fixture(scope="module")
def job() -> dict[str, Any]:
    template: dict[str, Any] = yaml.safe_load((ROOT / "ci" / "gitlab.yml").read_text())
    assert template.keys() == {"mlops-ws"}
    return dict(template["mlops-ws"])


def test_template_names_the_public_address(job: dict[str, Any]) -> None:
    assert job["variables"]["MLOPS_WS_PACKAGE"] == f"git+{PUBLIC_ADDRESS}@main"
    assert f"{PUBLIC_ADDRESS}/raw/main/ci/gitlab.yml" in (ROOT / "ci" / "gitlab.yml").read_text()


def test_template_reports_quality_and_tests(
    job: dict[str, Any], project: Path, offline: dict[str, str], tmp_path: Path
) -> None:
    number = f"{os.getpid()}-{tmp_path.name}"
    environment = {
        **offline,
        **job["variables"],
        "CI_JOB_ID": number,
        "MLOPS_WS_PACKAGE": str(ROOT),
        "PATH": f"{Path(sys.executable).parent}:{offline['PATH']}",
    }
    try:
        script = "\n".join([*job["before_script"], *job["script"]])
        good = bash(script, project, environment)
        assert good.returncode == 0, good.stderr
        (project / FRAUD).write_text(CLASH)
        bad = bash("\n".join(job["script"]), project, environment)
    finally:
        shutil.rmtree(f"/tmp/mlops-ws-{number}")  # noqa: S108 -- where the template puts it
    assert bad.returncode == 1
    assert f"{FRAUD}:2:25: WS305" in bad.stdout
    reports = job["artifacts"]["reports"]
    (entry,) = json.loads((project / reports["codequality"]).read_text())
    assert entry["check_name"] == "WS305"
    tree = ET.parse(project / reports["junit"])  # noqa: S314 -- we have just written it
    assert "WS305" in ET.tostring(tree.getroot(), encoding="unicode")
    assert job["artifacts"]["when"] == "always"
