from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    Run = Callable[..., pytest.RunResult]

PROGRAM = "def test_it(workspace): print('project:', workspace.project_name)"


def test_later_sources_win_and_the_header_says_which(
    suite: pytest.Pytester, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    suite.makepyfile(PROGRAM)
    run().stdout.no_fnmatch_line("mlops-ws:*")

    suite.makepyprojecttoml('[tool.mlops-ws]\nproject = "toml"\nchdir = true\nkeep = false\n')
    run("-s").stdout.fnmatch_lines(
        ["mlops-ws: chdir=on (pyproject.toml), project=toml (pyproject.toml)", "*project: toml"]
    )

    suite.makefile(
        ".ini", pytest="[pytest]\nmlops_ws_project = ini\nmlops_ws_pass_env = MLFLOW_A MLFLOW_B\n"
    )
    run("-s").stdout.fnmatch_lines(
        [
            (
                "mlops-ws: chdir=on (pyproject.toml), pass-env=MLFLOW_A MLFLOW_B (pytest.ini),"
                " project=ini (pytest.ini)"
            ),
            "*project: ini",
        ]
    )

    monkeypatch.setenv("MLOPS_WS_PROJECT", "variable")
    monkeypatch.setenv("MLOPS_WS_CHDIR", "no")
    monkeypatch.setenv("MLOPS_WS_PASS_ENV", "MLFLOW_A, MLFLOW_C")
    run("-s").stdout.fnmatch_lines(
        [
            "mlops-ws: pass-env=MLFLOW_A MLFLOW_C (environment), project=variable (environment)",
            "*project: variable",
        ]
    )

    flags = ["--mlops-ws-project=flag", "--mlops-ws-pass-env=A", "--mlops-ws-pass-env=B"]
    run("-s", "--mlops-ws-keep", *flags).stdout.fnmatch_lines(
        [
            (
                "mlops-ws: keep=on (command line), pass-env=A B (command line),"
                " project=flag (command line)"
            ),
            "*project: flag",
        ]
    )


def test_an_ini_line_says_default_and_wins_too(suite: pytest.Pytester, run: Run) -> None:
    suite.makepyfile("from pathlib import Path\ndef test_it(workspace): print('at', Path.cwd())")
    suite.makepyprojecttoml('[tool.mlops-ws]\nchdir = true\npass-env = ["MLFLOW_A"]\n')
    suite.makefile(".ini", pytest="[pytest]\nmlops_ws_chdir = false\n")
    run("-s").stdout.fnmatch_lines(
        ["mlops-ws: pass-env=MLFLOW_A (pyproject.toml)", f"*at {suite.path}"]
    )
    suite.makefile(".ini", pytest="[pytest]\nmlops_ws_chdir = false\nmlops_ws_pass_env =\n")
    run("-s").stdout.no_fnmatch_line("mlops-ws:*")


def test_the_flags_of_a_run_reach_its_workers(suite: pytest.Pytester, run: Run) -> None:
    suite.makepyfile("def test_it(workspace): assert workspace.project_name == 'flag'")
    run("-n", "1", "--mlops-ws-project=flag").assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("porject = 'x'", "[[]tool.mlops-ws] has no 'porject'; did you mean 'project'[?]"),
        (
            "zzz = 1",
            (
                "[[]tool.mlops-ws] has no 'zzz'. There are: allow, audit, base, baseline, chdir,"
                " check, claims, exclude, guard, guard-scope, ignore, keep, pass-env, project,"
                " repository, sarif, select, severity, telemetry"
            ),
        ),
        ("chdir = 'perhaps'", "chdir = 'perhaps' (pyproject.toml): it must be true or false"),
        ("project = 7", "project = 7 (pyproject.toml): it must be a text"),
        ("pass-env = 7", "pass-env = 7 (pyproject.toml): it must be a list of names"),
        ("telemetry = 'on'", "telemetry = 'on' (pyproject.toml): it must be off or keep"),
        ("project = ", "*pyproject.toml: Invalid value*"),
    ],
)
@pytest.mark.parametrize("workers", ["", "-n 1"])
def test_a_slip_is_a_usage_error(
    suite: pytest.Pytester, run: Run, toml: str, message: str, workers: str
) -> None:
    suite.makepyfile("def test_it(): pass")
    suite.makefile(".ini", pytest="[pytest]\n")  # pytest itself refuses a pyproject.toml it reads
    suite.makepyprojecttoml(f"[tool.mlops-ws]\n{toml}\n")
    result = run(*workers.split())
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: *{message}"])
    result.stderr.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*passed*")


def test_tables_belong_to_the_checks(suite: pytest.Pytester, run: Run) -> None:
    suite.makepyfile("def test_it(): pass")
    suite.makepyprojecttoml("[[tool.mlops-ws.allow]]\nprojects = ['a', 'b']\n")
    run().assert_outcomes(passed=1)


def test_a_wrong_variable_is_a_usage_error(
    suite: pytest.Pytester, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLOPS_WS_KEEP", "maybe")
    suite.makepyfile("def test_it(): pass")
    result = run()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: keep = 'maybe' (environment): it must be true or false"])


def test_every_option_is_in_the_help(run: Run) -> None:
    result = run("--help")
    for name in ("base", "chdir", "keep", "pass-env", "project", "telemetry"):
        result.stdout.fnmatch_lines([f"  --mlops-ws-{name}*"])
        result.stdout.fnmatch_lines([f"  mlops_ws_{name.replace('-', '_')} (*"])
