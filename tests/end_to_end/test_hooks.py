"""Both hooks in real repositories, by both runners, installed as a user's runner installs them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from pytest_mlops_ws.checks.repository import RULES
from pytest_mlops_ws.findings.rule import HardLink, Link

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_mlops_ws.findings.rule import Rule

ROOT = Path(__file__).parents[2]
RUNNERS = ("pre-commit", "prek")
CHURN = "mlops/workspace/churn/workspace.yaml"
FRAUD = "mlops/workspace/fraud/workspace.yaml"
SERVER = "mlflow_tracking_uri: https://mlflow.example.com\n"
GOOD = {
    CHURN: f"project_name: churn\n{SERVER}",
    FRAUD: f"project_name: fraud\n{SERVER}",
    "README.md": "two projects\n",
}
#: With an id beside it a name is taken as it stands: it was noted from the server.
CLASH = f"project_name: fraud\n{SERVER}mlflow_experiment_name: churn\nmlflow_experiment_id: 3\n"
SAID = f"{FRAUD}:3:25: WS305 fraud logs into churn's experiment 'churn'"

pytestmark = pytest.mark.timeout(600)


class Runner:
    """pre-commit or prek, with a home of its own."""

    def __init__(self, name: str, home: Path, environment: Mapping[str, str]) -> None:
        self.name = name
        (home / ".gitconfig").write_text(
            "[user]\nname = somebody\nemail = somebody@example.com\n"
            '[init]\ndefaultBranch = main\n[protocol "file"]\nallow = always\n'
        )
        self.environment = {
            **environment,
            "HOME": str(home),
            "GIT_CONFIG_NOSYSTEM": "1",
            "PRE_COMMIT_HOME": str(home / "pre-commit"),
            "PREK_HOME": str(home / "prek"),
            "NO_COLOR": "1",
        }

    def __call__(
        self, *command: str | Path, cwd: Path, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.name, *map(str, command)],
            cwd=cwd,
            env=self.environment | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )

    def git(
        self, *command: str, cwd: Path, check: bool = True, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            ["git", *command],
            cwd=cwd,
            env=self.environment | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == 0 or not check, done.stdout
        return done


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The working tree as the repository that a hook's configuration names."""
    place = tmp_path_factory.mktemp("source")
    for name in ("pytest_mlops_ws", "schemas", "examples"):
        shutil.copytree(ROOT / name, place / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml"):
        shutil.copy(ROOT / name, place)
    author = ("-c", "user.name=us", "-c", "user.email=us@example.com")
    for command in (["init", "-q"], ["add", "-A"], [*author, "commit", "-qm", "a release"]):
        subprocess.run(["git", *command], cwd=place, check=True)
    return place


@pytest.fixture(scope="module", params=RUNNERS)
def runner(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    offline: dict[str, str],
) -> Runner:
    return Runner(request.param, tmp_path_factory.mktemp("home"), offline)


@pytest.fixture(scope="module")
def configuration(source: Path) -> str:
    head = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=source, check=True, capture_output=True, text=True
    )
    hooks = [{"id": "mlops-ws-schema"}, {"id": "mlops-ws-isolation"}]
    entry = {"repo": str(source), "rev": head.stdout.strip(), "hooks": hooks}
    return yaml.safe_dump({"repos": [entry]})


@pytest.fixture
def monorepo(tmp_path: Path, runner: Runner, configuration: str) -> Path:
    """Two projects, committed, and the hooks installed."""
    root = tmp_path / "monorepo"
    write(root, {**GOOD, ".pre-commit-config.yaml": configuration})
    runner.git("init", "-q", cwd=root)
    runner.git("add", "-A", cwd=root)
    assert runner("install", cwd=root).returncode == 0
    runner.git("commit", "-qm", "two projects", cwd=root)
    return root


def write(root: Path, files: Mapping[str, str]) -> None:
    for name, text in sorted(files.items(), key=lambda item: isinstance(item[1], Link | HardLink)):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(text, Link):
            path.symlink_to(text)
        elif isinstance(text, HardLink):
            os.link(root / text, path)
        else:
            path.write_bytes(text.encode())


def commit(runner: Runner, root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return runner.git("commit", "-m", "a change", *arguments, cwd=root, check=False)


def test_try_repo_shows_a_violation_and_passes_when_it_is_mended(
    source: Path, runner: Runner, tmp_path: Path
) -> None:
    write(tmp_path, {**GOOD, FRAUD: CLASH})
    runner.git("init", "-q", cwd=tmp_path)
    runner.git("add", "-A", cwd=tmp_path)
    bad = runner("try-repo", source, "--all-files", cwd=tmp_path)
    assert bad.returncode == 1
    assert SAID in bad.stdout
    write(tmp_path, GOOD)
    runner.git("add", "-A", cwd=tmp_path)
    good = runner("try-repo", source, "--all-files", cwd=tmp_path)
    assert good.returncode == 0, good.stdout
    assert good.stdout.count("Passed") == 2


def static_rules() -> list[Rule]:
    """Every rule but those of the guard, which only a running test shows."""
    return [rule for rule in RULES().values() if rule.family != "WS7"]


def test_every_rule_is_heard_and_falls_silent_when_it_is_mended(
    runner: Runner, configuration: str, tmp_path: Path
) -> None:
    config = yaml.safe_load(configuration)
    config["repos"][0]["hooks"] = [
        {
            "id": "mlops-ws-isolation",
            "name": f"{rule.id} {example}",
            "args": ["--repo", f"{rule.id}/{example}"],
            "verbose": True,
        }
        for rule in static_rules()
        for example in ("bad", "good")
    ]
    write(tmp_path, {".pre-commit-config.yaml": yaml.safe_dump(config)})
    for rule in static_rules():
        write(tmp_path / rule.id / "bad", rule.bad)
        write(tmp_path / rule.id / "good", rule.good)
    runner.git("init", "-q", cwd=tmp_path)
    runner.git("add", "-Af", cwd=tmp_path)
    done = runner("run", "--all-files", cwd=tmp_path)
    parts = re.split(r"^(WS\d+ (?:bad|good))\.+(Passed|Failed)$", done.stdout, flags=re.MULTILINE)
    found = {
        name: (verdict, f" {name[:5]} " in said)
        for name, verdict, said in zip(parts[1::3], parts[2::3], parts[3::3], strict=True)
    }
    expected = {}
    for rule in static_rules():
        fails = rule.severity == "error"
        expected[f"{rule.id} bad"] = ("Failed" if fails else "Passed", True)
        expected[f"{rule.id} good"] = ("Passed", False)
    assert found == expected


def test_staged_violation_stops_a_commit(runner: Runner, monorepo: Path) -> None:
    write(monorepo, {FRAUD: CLASH})
    done = commit(runner, monorepo, "-a")
    assert done.returncode == 1
    assert SAID in done.stdout
    write(monorepo, {FRAUD: CLASH.replace("name: churn", "name: fraud-training")})
    assert commit(runner, monorepo, "-a").returncode == 0


def test_whatever_a_commit_changes_all_is_judged(runner: Runner, monorepo: Path) -> None:
    write(monorepo, {FRAUD: CLASH})
    runner.git("commit", "-anm", "unchecked", cwd=monorepo)
    write(monorepo, {"README.md": "changed\n"})
    done = commit(runner, monorepo, "-a")
    assert done.returncode == 1
    assert SAID in done.stdout


def test_only_changed_manifests_are_the_schema_hooks(runner: Runner, monorepo: Path) -> None:
    write(
        monorepo, {CHURN: "project_name: churn\nmlflow_trackin_uri: x\nmlflow_experiment_id: [1]\n"}
    )
    runner.git("commit", "-anm", "unchecked", cwd=monorepo)
    write(monorepo, {"README.md": "changed\n"})
    schema = runner("run", "mlops-ws-schema", "--files", "README.md", cwd=monorepo)
    assert "Skipped" in schema.stdout
    assert schema.returncode == 0
    changed = runner("run", "mlops-ws-schema", "--files", CHURN, FRAUD, cwd=monorepo)
    assert f"{CHURN}:3:23: WS203" in changed.stdout
    assert changed.returncode == 1


def test_commit_that_only_deletes_is_judged(runner: Runner, monorepo: Path) -> None:
    write(monorepo, {FRAUD: CLASH})
    runner.git("commit", "-anm", "unchecked", cwd=monorepo)
    runner.git("rm", "-q", "README.md", cwd=monorepo)
    done = commit(runner, monorepo)
    assert done.returncode == 1
    assert SAID in done.stdout
    runner.git("rm", "-q", FRAUD, cwd=monorepo)
    assert commit(runner, monorepo).returncode == 0


def test_what_is_staged_counts_and_unstaged_edits_do_not(runner: Runner, monorepo: Path) -> None:
    write(monorepo, {FRAUD: CLASH})
    runner.git("add", FRAUD, cwd=monorepo)
    write(monorepo, {FRAUD: GOOD[FRAUD]})
    done = commit(runner, monorepo)
    assert done.returncode == 1
    assert SAID in done.stdout
    runner.git("add", FRAUD, cwd=monorepo)
    write(monorepo, {FRAUD: CLASH, "README.md": "changed\n"})
    runner.git("add", "README.md", cwd=monorepo)
    assert commit(runner, monorepo).returncode == 0
    assert (monorepo / FRAUD).read_text() == CLASH


def test_part_of_what_is_changed_can_be_committed(runner: Runner, monorepo: Path) -> None:
    write(monorepo, {FRAUD: CLASH, "README.md": "changed\n"})
    runner.git("add", FRAUD, cwd=monorepo)
    # The index of such a commit is a file of its own, which git names in the environment.
    assert commit(runner, monorepo, "--only", "README.md").returncode == 0
    assert commit(runner, monorepo, "--only", FRAUD).returncode == 1


def test_untracked_manifests_are_no_part_of_a_commit(runner: Runner, monorepo: Path) -> None:
    other = FRAUD.replace("fraud", "other")
    write(monorepo, {other: CLASH.replace("fraud", "other"), "README.md": "changed\n"})
    assert commit(runner, monorepo, "README.md").returncode == 0
    runner.git("add", other, cwd=monorepo)
    done = commit(runner, monorepo)
    assert done.returncode == 1
    assert f"{other}:3:25: WS305" in done.stdout


def test_linked_work_tree_is_judged_by_what_is_in_it(
    runner: Runner, monorepo: Path, tmp_path: Path
) -> None:
    linked = tmp_path / "linked"
    runner.git("worktree", "add", "-q", str(linked), "-b", "other", cwd=monorepo)
    write(monorepo, {FRAUD: CLASH})
    write(linked, {"README.md": "changed\n"})
    assert commit(runner, linked, "-a").returncode == 0
    write(
        linked, {CHURN: CLASH.replace("fraud", "churn").replace("name: churn\n", "name: fraud\n")}
    )
    done = commit(runner, linked, "-a")
    assert done.returncode == 1, done.stdout


def test_submodule_is_a_repository_of_its_own(
    runner: Runner, monorepo: Path, configuration: str, tmp_path: Path
) -> None:
    above = tmp_path / "above"
    write(above, {**GOOD, ".pre-commit-config.yaml": configuration})
    runner.git("init", "-q", cwd=above)
    runner.git("submodule", "-q", "add", str(monorepo), "parts/monorepo", cwd=above)
    runner.git("add", "-A", cwd=above)
    runner("install", cwd=above)
    # Both have a churn and a fraud.
    assert commit(runner, above).returncode == 0
    inside = above / "parts" / "monorepo"
    runner("install", cwd=inside)
    write(inside, {FRAUD: CLASH})
    done = commit(runner, inside, "-a")
    assert done.returncode == 1
    assert SAID in done.stdout


def test_git_dir_in_the_environment_changes_nothing(runner: Runner, monorepo: Path) -> None:
    write(monorepo, {FRAUD: CLASH})
    runner.git("add", "-A", cwd=monorepo)
    done = runner.git(
        "commit", "-m", "x", cwd=monorepo, check=False, GIT_DIR=str(monorepo / ".git")
    )
    assert done.returncode == 1
    assert SAID in done.stdout


def test_the_built_package_serves_as_a_hook(runner: Runner, built: Path, tmp_path: Path) -> None:
    published = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    hooks = [{**hook, "additional_dependencies": [str(built)]} for hook in published]
    text = yaml.safe_dump({"repos": [{"repo": "local", "hooks": hooks}]})
    write(tmp_path, {**GOOD, FRAUD: CLASH, ".pre-commit-config.yaml": text})
    runner.git("init", "-q", cwd=tmp_path)
    runner.git("add", "-A", cwd=tmp_path)
    done = runner("run", "--all-files", cwd=tmp_path)
    assert done.returncode == 1
    assert SAID in done.stdout
    write(tmp_path, GOOD)
    assert runner("run", "--all-files", cwd=tmp_path).returncode == 0
