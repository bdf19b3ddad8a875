from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    Shell = Callable[..., tuple[int, str, str]]
    Write = Callable[[Mapping[str, str]], Path]

CHURN = "mlops/workspace/churn/workspace.yaml"
FRAUD = "mlops/workspace/fraud/workspace.yaml"
OLD = """\
# of the older system
project_name: fraud
root_path: /home/someone/toolkit/mlops/workspace/fraud
source_paths: []
"""
NEW = """\
# of the older system
project_name: fraud
source_paths: []
"""
CLEAN = "mlops-ws: no findings in 1 manifest, 1 file read\n"


def test_fix_writes_what_is_safe_and_a_second_run_is_clean(repository: Write, shell: Shell) -> None:
    root = repository({FRAUD: OLD})
    status, out, err = shell("check", "--fix")
    assert (status, out) == (0, CLEAN)
    assert err == f"mlops-ws: 1 finding mended in 1 file\nmlops-ws: {FRAUD}: remove 'root_path'\n"
    assert (root / FRAUD).read_text() == NEW
    assert shell("check", "--fix") == (0, CLEAN, "")


def test_quiet_fix_says_nothing(repository: Write, shell: Shell) -> None:
    root = repository({FRAUD: OLD})
    assert shell("check", "--fix", "--quiet") == (0, "", "")
    assert (root / FRAUD).read_text() == NEW


def test_what_cannot_be_mended_is_reported_and_fails(repository: Write, shell: Shell) -> None:
    root = repository({FRAUD: f"{OLD}mlflow_experiment_id: [1]\n"})
    status, out, _ = shell("check", "--fix")
    assert status == 1
    assert ": WS203 " in out
    assert (root / FRAUD).read_text().endswith("mlflow_experiment_id: [1]\n")


def test_diff_shows_the_patch_and_writes_nothing(repository: Write, shell: Shell) -> None:
    root = repository({FRAUD: OLD})
    for word in ("--diff", "--dry-run"):
        assert shell("check", word) == (
            1,
            (
                f"--- a/{FRAUD}\n+++ b/{FRAUD}\n@@ -1,4 +1,3 @@\n"
                " # of the older system\n project_name: fraud\n"
                "-root_path: /home/someone/toolkit/mlops/workspace/fraud\n"
                " source_paths: []\n"
            ),
            "mlops-ws: 1 finding would be mended in 1 file, 0 would be left\n",
        )
    assert (root / FRAUD).read_text() == OLD


def test_diff_says_what_was_not_judged(repository: Write, shell: Shell) -> None:
    root = repository({FRAUD: NEW, CHURN: ""})
    (root / CHURN).unlink()
    (root / CHURN).symlink_to("gone")
    assert shell("check", "--diff") == (
        0,
        "",
        (
            f"mlops-ws: {CHURN}: not judged: it is a link to nowhere\n"
            "mlops-ws: 0 findings would be mended in 0 files, 0 would be left\n"
        ),
    )


def test_patch_is_one_that_git_can_apply(repository: Write, shell: Shell) -> None:
    import subprocess

    root = repository({FRAUD: OLD.rstrip("\n")})
    patch = shell("check", "--diff")[1]
    subprocess.run(["git", "apply"], cwd=root, input=patch, text=True, check=True)
    assert (root / FRAUD).read_text() == NEW.rstrip("\n")
    assert shell("check", "--diff") == (
        0,
        "",
        "mlops-ws: 0 findings would be mended in 0 files, 0 would be left\n",
    )


def test_patch_has_the_lines_that_git_knows(repository: Write, shell: Shell) -> None:
    import subprocess

    text = OLD.replace("# of the", "# of\u2028# the")
    root = repository({FRAUD: text})
    patch = shell("check", "--diff")[1]
    subprocess.run(["git", "apply"], cwd=root, input=patch.encode(), check=True)
    assert (root / FRAUD).read_bytes().decode() == NEW.replace("# of the", "# of\u2028# the")


def test_byte_order_mark_moves_nothing(repository: Write, shell: Shell) -> None:
    text = "\ufeffproject_name: fraud  # mlops-ws: ignore[WS303] no more\nsource_paths: []\n"
    root = repository({FRAUD: text})
    assert shell("check", "--fix")[:2] == (0, CLEAN)
    assert (root / FRAUD).read_bytes().decode() == ("\ufeffproject_name: fraud\nsource_paths: []\n")


def test_only_what_is_asked_about_is_mended(repository: Write, shell: Shell) -> None:
    root = repository({FRAUD: OLD, CHURN: OLD.replace("fraud", "churn")})
    assert shell("check", "--fix", CHURN)[0] == 0
    assert (root / FRAUD).read_text() == OLD
    assert (root / CHURN).read_text() == NEW.replace("fraud", "churn")
