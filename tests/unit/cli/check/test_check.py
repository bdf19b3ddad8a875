from __future__ import annotations

import io
import json
import os
import subprocess
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from pytest_mlops_ws.findings.reports import formats

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    Shell = Callable[..., tuple[int, str, str]]
    Write = Callable[[Mapping[str, str]], Path]

SERVER = "mlflow_tracking_uri: https://mlflow.example.com\nsource_paths: []\n"
CHURN = "mlops/workspace/churn/workspace.yaml"
FRAUD = "mlops/workspace/fraud/workspace.yaml"
GOOD = {CHURN: f"project_name: churn\n{SERVER}", FRAUD: f"project_name: fraud\n{SERVER}"}
#: With an id beside it a name is taken as it stands: it was noted from the server.
CLASH = {
    **GOOD,
    FRAUD: (
        f"project_name: fraud\nmlflow_experiment_name: churn\n{SERVER}mlflow_experiment_id: 3\n"
    ),
}
FINDING = f"""\
{FRAUD}:2:25: WS305 fraud logs into churn's experiment 'churn' in https://mlflow.example.com
  see also {CHURN}:1:15
  remedy: give each project its own, such as 'mlflow_experiment_name: fraud'
"""
SAID = f"{FINDING}\nmlops-ws: 1 error in 1 file\nwhy: mlops-ws explain WS305\n"
CLEAN = "mlops-ws: no findings in 2 manifests, 2 files read\n"


def test_nothing_wrong_is_said_and_is_success(repository: Write, shell: Shell) -> None:
    repository(GOOD)
    assert shell("check") == (0, CLEAN, "")


def test_error_is_told_with_both_places_and_fails(repository: Write, shell: Shell) -> None:
    repository(CLASH)
    assert shell("check") == (1, SAID, "")


def test_warning_fails_nothing(repository: Write, shell: Shell) -> None:
    repository({**GOOD, FRAUD: f"{GOOD[FRAUD]}colour: red\n"})
    said = shell("check")
    assert said.status == 0
    assert said.out.startswith(f"{FRAUD}:4:1: WS201 (warning) unknown key 'colour'\n")


def test_quiet_says_findings_and_nothing_else(repository: Write, shell: Shell) -> None:
    repository(GOOD)
    assert shell("check", "-q") == (0, "", "")
    repository(CLASH)
    assert shell("check", "-q") == (1, SAID, "")


def test_verbose_says_what_was_looked_at_and_left_alone(repository: Write, shell: Shell) -> None:
    root = repository({**GOOD, "jobs/workspace.yaml": "load_from:\n  - python_file: jobs.py\n"})
    said = shell("check", "-v")
    assert said.err == (
        f"mlops-ws: the repository is {root}; it has 3 files\n"
        "mlops-ws: jobs/workspace.yaml is dagster's: left alone\n"
    )
    assert said.status == 0


def test_path_narrows_what_is_reported_not_what_is_compared(
    repository: Write, shell: Shell
) -> None:
    repository({**CLASH, "jobs/a.txt": ""})
    assert shell("check", "mlops/workspace/fraud") == (1, SAID, "")
    assert shell("check", FRAUD) == (1, SAID, "")
    assert shell("check", "jobs") == (0, CLEAN, "")


def test_project_that_is_used_hears_of_it_in_its_own_file(repository: Write, shell: Shell) -> None:
    repository(CLASH)
    said = shell("check", CHURN)
    assert said[0] == 1
    assert said[1].startswith(
        f"{CHURN}:1:15: WS305 fraud logs into churn's experiment 'churn' in"
        f" https://mlflow.example.com\n  see also {FRAUD}:2:25\n"
    )


def test_from_anywhere_in_the_repository_it_is_all_of_it(
    repository: Write, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = repository(CLASH)
    monkeypatch.chdir(root / "mlops")
    assert shell("check") == (1, SAID, "")
    monkeypatch.chdir(root.parent)
    assert shell("check", "repo") == (1, SAID, "")
    assert shell("check", "--repo", "repo") == (1, SAID, "")


def test_select_and_ignore(repository: Write, shell: Shell) -> None:
    repository(CLASH)
    assert shell("check", "--select", "WS1,WS2").status == 0
    assert shell("check", "--ignore", "WS305").status == 0
    assert shell("check", "--select", "WS3", "--ignore", "WS304").status == 1


def test_settings_of_the_repository_count_and_the_command_line_more(
    repository: Write, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository({**CLASH, "pyproject.toml": '[tool.mlops-ws]\nignore = ["WS305"]\n'})
    assert shell("check").status == 0
    assert shell("check", "--select", "ALL").status == 1
    monkeypatch.setenv("MLOPS_WS_SELECT", "WS3")
    assert shell("check").status == 1
    assert shell("check", "--select", "WS4").status == 0


def test_severity_of_the_repository_decides_what_fails(repository: Write, shell: Shell) -> None:
    repository({**CLASH, "pyproject.toml": '[tool.mlops-ws.severity]\nWS305 = "warning"\n'})
    said = shell("check")
    assert said.status == 0
    assert ": WS305 (warning) fraud" in said.out


def test_what_is_excluded_is_not_there(repository: Write, shell: Shell) -> None:
    repository({**CLASH, "pyproject.toml": '[tool.mlops-ws]\nexclude = ["mlops/*/fraud"]\n'})
    assert shell("check").status == 0
    assert shell("check", "--exclude", "elsewhere").status == 1
    assert shell("check", "--exclude", "*/churn/*").status == 0


def test_what_git_does_not_track_can_be_left_out(repository: Write, shell: Shell) -> None:
    root = repository(GOOD)
    (root / FRAUD).write_text(CLASH[FRAUD])
    (root / FRAUD).rename(root / "mlops" / "workspace" / "workspace.yaml")
    assert shell("check").status == 1
    assert shell("check", "--tracked").status == 0
    assert shell("check", "--ignore", "WS301").out != shell("check", "--tracked").out


@pytest.mark.parametrize("name", formats())
def test_every_format_has_the_finding(name: str, repository: Write, shell: Shell) -> None:
    repository(CLASH)
    said = shell("check", "--format", name)
    assert said.status == 1
    assert "WS305" in said.out
    assert said.err == ""


def test_several_reports_at_once_are_those_of_single_runs(
    repository: Write, shell: Shell, tmp_path: Path
) -> None:
    repository(CLASH)
    report = tmp_path / "reports" / "found.json"
    said = shell("check", "--format", "github", "--format", "json", "--output", str(report))
    assert said.out == shell("check", "--format", "github").out
    assert report.read_text() == shell("check", "--format", "json").out
    assert json.loads(report.read_text())


def test_report_that_cannot_be_written_is_the_environments_failure(
    repository: Write, shell: Shell, tmp_path: Path
) -> None:
    repository(GOOD)
    (tmp_path / "file").touch()
    said = shell("check", "--output", str(tmp_path / "file" / "report.txt"))
    assert said.status == 4
    assert said.err.startswith("mlops-ws: Cannot write")


def test_report_may_go_to_what_is_no_file(repository: Write, shell: Shell, tmp_path: Path) -> None:
    repository(CLASH)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    assert shell("check", "--output", str(pipe)) == (1, "", "")
    assert pipe.is_fifo()
    assert os.read(reader, 1 << 16).decode() == SAID
    os.close(reader)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nowhere",), "nowhere: there is no such file or directory"),
        (("--format", "json", "--format", "text"), "two reports would go to the standard output"),
        (("--select", "WS35"), "select = 'WS35' (command line): there is no such rule or family"),
        (("--baseline", "none.json"), "There is no baseline none.json; make it: mlops-ws check"),
        (("--claims", "none.json"), "none.json: the claims cannot be read (No such file"),
        (("-",), "'-' is the text of one file, and which one decides what it is compared with"),
        (("--stdin-filename", "a"), "--stdin-filename goes with '-'"),
        (("--write-baseline", "mlops"), "--write-baseline mlops: that is a directory"),
        (("mlops", "--write-baseline"), "a baseline is about the whole repository"),
        (("--fix", "--write-baseline"), "--write-baseline records what is left: first --fix"),
        (("-", "--stdin-filename", FRAUD, "--fix"), "'-' is judged only: save the file"),
    ],
)
def test_what_is_wrong_about_the_call_is_said_in_one_line(
    words: tuple[str, ...], said: str, repository: Write, shell: Shell
) -> None:
    repository(GOOD)
    status, out, err = shell("check", *words)
    assert (status, out) == (2, "")
    assert err.startswith(f"mlops-ws: {said}")
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[tool.mlops-ws]\nselct = ["WS3"]\n', "[tool.mlops-ws] has no 'selct'; did you mean"),
        ("[tool.mlops-ws]\nselect = 3\n", "select = 3 (pyproject.toml): it must be a list"),
        ("[tool]\nmlops-ws = 3\n", "[tool.mlops-ws] is a table, not 3"),
        ("[tool.mlops-ws\n", "at line 1, column 15"),
        ("[[tool.mlops-ws.allow]]\nwho = 3\n", "number 1 has no 'who'"),
        ('[tool.mlops-ws.severity]\nWS305 = "off"\n', "WS305 = 'off': it must be error"),
    ],
)
def test_what_is_wrong_about_the_settings_is_said(
    text: str, said: str, repository: Write, shell: Shell
) -> None:
    repository({**GOOD, "pyproject.toml": text})
    status, out, err = shell("check")
    assert (status, out) == (2, "")
    assert said in err


@pytest.fixture
def editor(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Let the standard input be a text that somebody is editing."""

    def edit(text: str) -> None:
        stream = SimpleNamespace(buffer=io.BytesIO(text.encode()))
        monkeypatch.setattr("sys.stdin", stream)

    return edit


def test_unsaved_text_stands_for_its_file(
    repository: Write, shell: Shell, editor: Callable[[str], None]
) -> None:
    repository(GOOD)
    editor(CLASH[FRAUD])
    assert shell("check", "-", "--stdin-filename", FRAUD) == (1, SAID, "")
    repository(CLASH)
    editor(GOOD[FRAUD])
    assert shell("check", "-", "--stdin-filename", FRAUD).status == 0


def test_unsaved_text_of_a_new_file_takes_part(
    repository: Write, shell: Shell, editor: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    root = repository({CHURN: GOOD[CHURN], "mlops/workspace/fraud/.gitignore": ""})
    monkeypatch.chdir(root / "mlops" / "workspace" / "fraud")
    editor(CLASH[FRAUD])
    assert shell("check", "-", "--stdin-filename", "workspace.yaml") == (1, SAID, "")


def test_what_could_not_be_compared_is_said(repository: Write, shell: Shell) -> None:
    repository({**GOOD, FRAUD: "project_name: [fraud\n"})
    remark = f"{FRAUD}: not judged: its project was compared with no other\n"
    assert remark in shell("check").out
    assert shell("check", "--select", "WS4") == (
        0,
        f"{remark}mlops-ws: no findings in 2 manifests, 2 files read\n",
        "",
    )
    assert remark not in shell("check", "--select", "WS2", FRAUD).out


def test_ignore_is_not_called_needless_where_something_was_not_compared(
    repository: Write, shell: Shell
) -> None:
    line = "mlflow_experiment_name: own  # mlops-ws: ignore[WS305] both on purpose\n"
    needless = {**GOOD, FRAUD: f"{GOOD[FRAUD]}{line}"}
    repository(needless)
    assert ": WS003 (warning) the ignore of WS305" in shell("check").out
    repository({CHURN: "project_name: [churn\n"})
    assert "WS003" not in shell("check").out
    repository({CHURN: "project_name: churn\nmlflow_tracking_uri: ${NOWHERE_SET}\n"})
    assert "WS003" not in shell("check").out
    repository(needless)
    assert "WS003" not in shell("check", "--select", "WS0,WS4").out


def test_file_that_cannot_be_read_is_said(repository: Write, shell: Shell) -> None:
    root = repository({FRAUD: GOOD[FRAUD]})
    (root / FRAUD).unlink()
    (root / FRAUD).symlink_to("workspace.yaml")
    for words in ((), ("--select", "WS1", FRAUD)):
        assert shell("check", *words) == (
            0,
            (
                f"{FRAUD}: not judged: Too many levels of symbolic links\n"
                "mlops-ws: no findings in 0 manifests, 0 files read\n"
            ),
            "",
        )


def test_file_that_is_gone_from_the_disk_is_no_part(repository: Write, shell: Shell) -> None:
    root = repository(CLASH)
    (root / CHURN).unlink()
    assert shell("check").out == "mlops-ws: no findings in 1 manifest, 1 file read\n"


def test_no_manifest_is_said_and_no_failure(repository: Write, shell: Shell) -> None:
    root = repository({"README.md": "nothing here\n"})
    said = "mlops-ws: no findings in 0 manifests, 0 files read\n"
    remark = f"mlops-ws: there is no workspace.yaml in {root}: no project to check\n"
    assert shell("check") == (0, said, remark)
    assert shell("check", "-q") == (0, "", "")


def test_files_of_other_tools_are_no_manifests(repository: Write, shell: Shell) -> None:
    root = repository(
        {
            "workspace.yaml": "load_from:\n  - python_file: jobs.py\n",
            "pnpm-workspace.yaml": "packages:\n  - packages/*\n",
            "WORKSPACE": "workspace(name = 'x')\n",
        }
    )
    said = shell("check")
    assert said.status == 0
    assert said.err == (
        f"mlops-ws: there is no workspace.yaml in {root} (1 of other tools left alone): no project"
        " to check\n"
    )


def test_without_git_what_is_there_is_judged(
    write: Write, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = write(CLASH)
    (root / "loop").symlink_to(".")
    monkeypatch.chdir(root)
    assert shell("check") == (1, SAID, "")


def test_missing_git_is_the_environments_failure(
    repository: Write, shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    repository(GOOD)
    monkeypatch.setenv("PATH", str(tmp_path))
    said = shell("check")
    assert said.status == 4
    assert "git could not be started" in said.err


def test_another_repository_in_the_environment_changes_nothing(
    repository: Write, shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    repository(CLASH)
    subprocess.run(["git", "init", "-q", str(tmp_path / "other")], check=True)
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "other" / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "other" / ".git" / "index"))
    assert shell("check") == (1, SAID, "")


def test_manifest_on_its_own_needs_no_repository(
    repository: Write, shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    repository({**CLASH, FRAUD: CLASH[FRAUD].replace("id: 3", "id: [1]")})
    monkeypatch.setenv("PATH", str(tmp_path))  # no git: nothing is listed
    said = shell("check", "--select", "WS1,WS2,WS6", FRAUD, CHURN)
    assert said.status == 1
    assert said.out.startswith(f"{FRAUD}:5:23: WS203 ")
    assert said.out.endswith("mlops-ws: 1 error in 1 file\nwhy: mlops-ws explain WS203\n")
    assert shell("check", "--select", "WS1,WS3", FRAUD).status == 4
