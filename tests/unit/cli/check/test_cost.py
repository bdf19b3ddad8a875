"""What a check that finds nothing costs, exactly: the modules it imports, the files it reads."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections import Counter
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    Write = Callable[[Mapping[str, str]], Path]

#: What the hooks run, on a repository in which nothing is wrong.
COMMANDS = {
    "isolation": ["check", "--tracked"],
    "schema": [
        "check",
        "--select",
        "WS1,WS2,WS6",
        "mlops/workspace/churn/workspace.yaml",
        "mlops/workspace/fraud/workspace.yaml",
    ],
}
#: Of the standard library, beyond what the start of Python brings, and what these need.
STANDARD = {
    *("__future__", "contextlib", "datetime", "functools", "gc", "importlib", "json", "re"),
    *("types", "typing", "warnings"),
    *("collections", "copyreg", "enum", "itertools", "keyword", "math", "operator", "reprlib"),
}
#: Of this package: no rule, no report but the text, nothing that makes diagnostics.
OURS = [
    "checks",
    "checks.claims",
    "checks.directories",
    "checks.dvc",
    "checks.dvc.facts",
    "checks.dvc.repositories",
    "checks.files",
    "checks.links",
    "checks.occasions",
    "checks.places",
    "checks.project",
    "checks.repository",
    "checks.rules",
    "checks.run",
    "checks.secrets",
    "checks.settings",
    "checks.sources",
    "checks.territory",
    "checks.tracked",
    "checks.undecided",
    "checks.workspaces",
    "cli",
    "cli.check",
    "cli.check.outputs",
    "cli.check.scope",
    "findings",
    "findings.catalogue",
    "findings.context",
    "findings.outcome",
    "findings.printable",
    "findings.reports",
    "findings.reports.text",
    "findings.selection",
    "findings.settle",
    "findings.summary",
    "ground",
    "ground.dvc_config",
    "ground.foreign",
    "ground.listing",
    "ground.locations",
    "ground.processes",
    "ground.realpaths",
    "ground.repository_variables",
    "ground.urls",
    "ground.work_tree",
    "manifest",
    "manifest.acceptance",
    "manifest.reading",
    "manifest.references",
    "manifest.rules",
    "manifest.scalars",
    "manifest.schema",
    "manifest.times",
    "manifest.values",
    "model",
    "model.directories",
    "model.errors",
    "model.names",
    "model.record",
    "settings",
    "settings.values",
]
PROGRAM = """
import sys
opened = []
sys.addaudithook(lambda event, arguments: event == "open" and opened.append(str(arguments[0])))
sys.argv = ["mlops-ws", *sys.argv[1:]]
from pytest_mlops_ws.cli import main
status = main()
print([status, sorted(sys.modules), opened])
"""


@pytest.fixture
def clean(repository: Write) -> Path:
    def manifest(name: str) -> str:
        return (
            f"schema_version: 1\nproject_name: {name}\nsource_paths: [projects/{name}]\n"
            "mlflow_tracking_uri: https://mlflow.example.com\n"
            f"dvc_remote_path: s3://ml-data/{name}\ncreated_at: '2026-11-02T09:15:02+00:00'\n"
        )

    return repository(
        {f"mlops/workspace/{name}/workspace.yaml": manifest(name) for name in ("churn", "fraud")}
        | {
            "pyproject.toml": '[project]\nname = "monorepo"\n',
            "projects/churn/train.py": "import math\n",
            "projects/fraud/train.py": "def f():\n    return 1\n",
        }
    )


def run(command: list[str], root: Path) -> tuple[set[str], list[str]]:
    """Run *command*; return the modules it loaded and the files it opened, with repetition."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("COVERAGE_", "PYTHON", "MLOPS_WS_"))
    }
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *command],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    status, modules, opened = ast.literal_eval(done.stdout.splitlines()[-1])
    assert status == 0, done.stdout
    return set(modules), opened


@pytest.fixture(scope="module")
def started() -> set[str]:
    """What Python loads when it starts here."""
    program = "import sys; print(sorted(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return set(ast.literal_eval(done.stdout))


def ours(modules: set[str]) -> list[str]:
    prefix = "pytest_mlops_ws."
    return sorted(name.removeprefix(prefix) for name in modules if name.startswith(prefix))


@pytest.mark.parametrize("hook", COMMANDS)
def test_clean_run_imports_no_parser_and_little_else(
    hook: str, clean: Path, started: set[str]
) -> None:
    modules, _ = run(COMMANDS[hook], clean)
    more = {name.partition(".")[0] for name in modules - started} - {"pytest_mlops_ws"}
    compiled = {name for name in more if name in sys.builtin_module_names or name[0] == "_"}
    assert more - compiled <= STANDARD


def test_clean_run_imports_of_this_package_exactly_this(clean: Path) -> None:
    modules, _ = run(COMMANDS["isolation"], clean)
    assert ours(modules) == OURS


def test_schema_hook_imports_no_more(clean: Path) -> None:
    modules, _ = run(COMMANDS["schema"], clean)
    assert set(ours(modules)) - set(OURS) <= {"settings.reading"}


@pytest.mark.parametrize("hook", COMMANDS)
def test_no_file_is_read_twice(hook: str, clean: Path, repository: Write) -> None:
    repository({"mlops/workspace/fraud/dvc/train.csv.dvc": "outs:\n- path: train.csv\n"})
    _, opened = run(COMMANDS[hook], clean)
    inside = Counter(os.path.relpath(path, clean) for path in opened if str(clean) in path)
    expected = {
        "mlops/workspace/churn/workspace.yaml",
        "mlops/workspace/fraud/workspace.yaml",
        "pyproject.toml",
    }
    if hook == "isolation":
        expected |= {
            "mlops/workspace/fraud/dvc/train.csv.dvc",
            "projects/churn/train.py",
            "projects/fraud/train.py",
        }
    assert {path for path in inside if not path.startswith(".git/")} == expected
    assert {path: count for path, count in inside.items() if count > 1} == {}


def test_schema_hook_does_not_ask_git(clean: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(clean))
    run(COMMANDS["schema"], clean)
