from __future__ import annotations

import importlib
import os
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

from pytest_mlops_ws import cli
from pytest_mlops_ws.model.errors import (
    EnvironmentFailedError,
    ToolMissingError,
    UsageError,
    WorkspaceError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    Register = Callable[[BaseException | int], None]

BUFFERED = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> Register:
    """Return a function that makes ``mlops-ws scripted`` return or raise what it is given."""

    def register(outcome: BaseException | int) -> None:
        def run(_options: object) -> int:
            if isinstance(outcome, BaseException):
                raise outcome
            return outcome

        module = ModuleType("scripted")
        module.add_arguments = lambda parser: parser.set_defaults(run=run)  # type: ignore[attr-defined]  # a module takes any name
        monkeypatch.setitem(sys.modules, "pytest_mlops_ws.cli.scripted", module)
        monkeypatch.setattr(cli, "COMMANDS", {"scripted": "a command of this test"})

    return register


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        (0, 0),
        (1, 1),
        (WorkspaceError("no such project"), 2),
        (UsageError("no such setting"), 2),
        (EnvironmentFailedError("disk full"), 4),
        (ToolMissingError("dvc is not installed"), 4),
        (KeyboardInterrupt(), 130),
    ],
    ids=repr,
)
def test_exit_status_says_which_kind_of_outcome_it_was(
    command: Register,
    outcome: BaseException | int,
    status: int,
    capsys: pytest.CaptureFixture[str],
) -> None:
    command(outcome)
    assert cli.main(["scripted"]) == status
    shown = capsys.readouterr()
    assert shown.out == ""
    expected = {0: "", 1: "", 130: "mlops-ws: interrupted\n"}
    assert shown.err == expected.get(status, f"mlops-ws: {outcome}\n")


def test_unforeseen_exception_is_a_bug_with_traceback_and_where_to_report(
    command: Register, capsys: pytest.CaptureFixture[str]
) -> None:
    command(RuntimeError("index out of step"))
    assert cli.main(["scripted"]) == 3
    error = capsys.readouterr().err
    assert "Traceback (most recent call last):" in error
    assert "RuntimeError: index out of step" in error
    assert error.endswith("https://github.com/mlops-ws/pytest-mlops-ws/issues\n")


def test_no_command_shows_the_help_and_is_a_usage_error(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert cli.main([]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("usage: mlops-ws [-h] [--version] COMMAND")


def test_unknown_command_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["dmeo"]) == 2
    assert "'dmeo'" in capsys.readouterr().err


def test_help_lists_every_command_with_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--help"]) == 0
    listed = " ".join(capsys.readouterr().out.split())
    for name, summary in cli.COMMANDS.items():
        assert f"{name} {summary}" in listed


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_every_listed_command_works(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert callable(importlib.import_module(f"pytest_mlops_ws.cli.{name}").add_arguments)
    assert cli.main([name, "--help"]) == 0
    assert capsys.readouterr().out.startswith(f"usage: mlops-ws {name}")


def test_version_is_that_of_the_distribution(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out == f"mlops-ws {metadata.version('pytest-mlops-ws')}\n"


def test_module_is_the_command() -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "pytest_mlops_ws", "--version"],
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert shown.stdout == f"mlops-ws {metadata.version('pytest-mlops-ws')}\n"


def test_reader_that_went_away_is_no_bug() -> None:
    # Without a buffer argparse itself meets the closed pipe, and passes over it.
    with subprocess.Popen(
        [sys.executable, "-m", "pytest_mlops_ws", "--help"],
        env=BUFFERED,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 141


def redirected(words: str, *command: str) -> subprocess.CompletedProcess[str]:
    program = [sys.executable, "-m", "pytest_mlops_ws", *command]
    shell = ["sh", "-c", f'exec "$@" {words}', "sh", *program]
    return subprocess.run(shell, env=BUFFERED, capture_output=True, encoding="utf-8", check=False)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("command", [("--version",), ("rules",), ("explain", "WS306")])
def test_full_disk_under_the_output_is_no_bug(command: tuple[str, ...]) -> None:
    done = redirected("> /dev/full", *command)
    said = "mlops-ws: the output could not be written: No space left on device\n"
    assert (done.returncode, done.stderr) == (4, said)


def test_output_that_the_shell_has_closed_goes_nowhere(tmp_path: Path) -> None:
    check = ("check", "--repo", str(tmp_path))
    remark = redirected("", *check).stderr
    assert remark
    done = redirected(">&-", *check)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", remark)
    done = redirected("2>&-", *check)
    assert (done.returncode, remark in done.stdout, done.stderr) == (0, False, "")
    assert (
        redirected("<&- >&- 2>&-", *check, "-", "--stdin-filename", str(tmp_path / "x")).returncode
        == 0
    )


def test_help_loads_nothing_heavy() -> None:
    program = (
        "import sys, pytest_mlops_ws.cli as c; c.main(['demo', '--help']); print(*sys.modules)"
    )
    shown = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, encoding="utf-8", check=True
    )
    loaded = set(shown.stdout.splitlines()[-1].split())
    heavy = {"mlflow", "dvc", "bentoml", "evidently", "jsonschema", "rich", "pytest"}
    assert loaded & heavy == set()
