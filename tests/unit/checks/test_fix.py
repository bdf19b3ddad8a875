"""Mending: what is written, what is left, and why."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from pytest_mlops_ws.checks.files import Files
from pytest_mlops_ws.checks.fix import mend
from pytest_mlops_ws.checks.run import check, manifests
from pytest_mlops_ws.checks.writing import Change, write
from pytest_mlops_ws.model.diagnostics import Diagnostic, Edit, Fix, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from pytest_mlops_ws.checks.fix import Mended

BASE = "mlops/workspace"
OLDER = """\
# The project of the summer school.
project_name: lora-finetuning-mlx
root_path: /home/someone/toolkit/mlops/workspace/lora-finetuning-mlx  # by the installer
mlflow_experiment_id: '1'  # Default was taken
mlflow_tracking_uri: file:///tmp/mlflow

# Where the team keeps the data.
dvc_remote_path: /home/someone/toolkit/mlops/workspace/lora-finetuning-mlx/dvc/remote
bentoml_tag_prefix: 'lora-finetuning-mlx:'
metadata:
  description: LoRA fine-tuning project   # spaces stay
created_at: '2025-10-23T09:15:02.123456+00:00'
updated_at: '2025-10-23T09:15:02.123456+00:00'
"""
MENDED = """\
# The project of the summer school.
project_name: lora-finetuning-mlx
# by the installer
mlflow_experiment_id: '1'  # Default was taken
mlflow_tracking_uri: file:///tmp/mlflow

# Where the team keeps the data.
dvc_remote_path: /home/someone/toolkit/mlops/workspace/lora-finetuning-mlx/dvc/remote
metadata:
  description: LoRA fine-tuning project   # spaces stay
created_at: '2025-10-23T09:15:02.123456+00:00'
updated_at: '2025-10-23T09:15:02.123456+00:00'
"""


class Mending(NamedTuple):
    root: Path
    judge: Callable[[Mapping[str, bytes]], Sequence[Diagnostic]]

    def work_out(self) -> Mended:
        return mend(os.fspath(self.root), self.judge)

    def write(self) -> tuple[list[str], dict[str, str]]:
        return write(os.fspath(self.root), self.work_out().changes)


@pytest.fixture
def mending(repository: Callable[[Mapping[str, str]], Path]) -> Callable[..., Mending]:
    """Make a repository of manifests, by project, and of other files."""

    def mending(projects: Mapping[str, str], excused: Sequence[str] = (), **files: str) -> Mending:
        made = {f"{BASE}/{name}/workspace.yaml": text for name, text in projects.items()}
        root = Path(os.path.realpath(repository({**made, **files})))
        done = subprocess.run(
            ["git", "ls-files", "-z"], cwd=root, check=True, capture_output=True, text=True
        )
        tracked = [path for path in done.stdout.split("\0") if path]

        def judge(overlay: Mapping[str, bytes]) -> Sequence[Diagnostic]:
            listed = Files(os.fspath(root), tracked, overlay=overlay)
            return check(
                listed, BASE, manifests(tracked), selected=lambda rule: rule not in excused
            ).diagnostics

        return Mending(root, judge)

    return mending


@pytest.mark.parametrize(
    "spell",
    [
        lambda text: text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "\ufeff" + text,
        lambda text: text.removesuffix("\n"),
        lambda text: "\ufeff" + text.replace("\n", "\r\n").removesuffix("\r\n"),
    ],
    ids=["as-it-is", "crlf", "bom", "no-final-newline", "all-of-it"],
)
def test_a_manifest_of_the_older_system_is_brought_up_to_date(
    mending: Callable[..., Mending], spell: Callable[[str], str]
) -> None:
    name = "lora-finetuning-mlx"
    path = f"{BASE}/{name}/workspace.yaml"
    here = mending({name: spell(OLDER)})
    mended = here.work_out()
    assert [change.after.decode() for change in mended.changes] == [spell(MENDED)]
    assert [fault.rule for fault in mended.fixed] == ["WS206", "WS311"]
    assert mended.left == ()
    assert [(fault.rule, fault.remedy) for fault in mended.suggestions] == [
        (
            "WS316",
            (
                "remove mlflow_tracking_uri and mlflow_experiment_id: a workspace has its own; or"
                " name a server"
            ),
        ),
        ("WS316", f"write 'dvc_remote_path: {BASE}/{name}/dvc/remote'"),
    ]
    assert here.write() == ([path], {})
    assert (here.root / path).read_bytes() == spell(MENDED).encode()
    # What was found in the first run is found in the second, less what was mended.
    again = here.work_out()
    assert (again.changes, again.fixed, again.left) == ((), (), ())
    assert [fault.rule for fault in again.suggestions] == ["WS316", "WS316"]


def test_many_files_are_mended_at_once(mending: Callable[..., Mending]) -> None:
    here = mending(
        {
            "churn": "project_name: churn\nroot_path: /srv/churn\n",
            "fraud": "bentoml_tag_prefix: Fraud-\nproject_name: fraud\n",
            "limits": "project_name: limits\n",
        }
    )
    assert {change.path: change.after for change in here.work_out().changes} == {
        f"{BASE}/churn/workspace.yaml": b"project_name: churn\n",
        f"{BASE}/fraud/workspace.yaml": b"bentoml_tag_prefix: fraud-\nproject_name: fraud\n",
    }


def test_places_do_not_count_the_byte_order_mark(mending: Callable[..., Mending]) -> None:
    here = mending({"fraud": "\ufeffproject_name: fraud\nbentoml_tag_prefix: Fraud-\n"})
    assert [change.after.decode() for change in here.work_out().changes] == [
        "\ufeffproject_name: fraud\nbentoml_tag_prefix: fraud-\n"
    ]


def test_nothing_is_written_before_it_is_asked_for(mending: Callable[..., Mending]) -> None:
    here = mending({"churn": "project_name: churn\nroot_path: /srv/churn\n"})
    here.work_out()
    manifest = here.root / BASE / "churn" / "workspace.yaml"
    assert manifest.read_text() == "project_name: churn\nroot_path: /srv/churn\n"


def test_what_is_excused_is_left_alone(mending: Callable[..., Mending]) -> None:
    text = "project_name: churn\nroot_path: /srv/churn\nbentoml_tag_prefix: 'churn:'\n"
    here = mending({"churn": text}, excused=["WS206"])
    assert [change.after for change in here.work_out().changes] == [
        b"project_name: churn\nroot_path: /srv/churn\n"
    ]


def test_a_fix_that_would_harm_another_project_is_not_made(
    mending: Callable[..., Mending],
) -> None:
    # Without its own, illegal prefix, fraud would have the one that churn has taken.
    here = mending(
        {
            "churn": "project_name: churn\nbentoml_tag_prefix: fraud--\n",
            "fraud": "project_name: fraud\nbentoml_tag_prefix: 'fraud:'\n",
        }
    )
    mended = here.work_out()
    assert mended.changes == ()
    assert [(left.finding.rule, left.reason) for left in mended.left] == [
        ("WS311", "there would be a new finding: WS310")
    ]


def test_a_manifest_in_braces_is_for_people(mending: Callable[..., Mending]) -> None:
    here = mending({"churn": "{project_name: churn, root_path: /srv/churn}\n"})
    mended = here.work_out()
    assert mended.changes == ()
    assert [fault.rule for fault in mended.suggestions] == ["WS206"]


@pytest.mark.parametrize("link", [os.link, os.symlink])
def test_what_a_link_leads_to_may_be_anothers(
    mending: Callable[..., Mending], link: Callable[[Path, Path], None]
) -> None:
    here = mending({"churn": "project_name: churn\nroot_path: /srv/churn\n"})
    manifest = here.root / BASE / "churn" / "workspace.yaml"
    manifest.rename(here.root / "elsewhere.yaml")
    link(here.root / "elsewhere.yaml", manifest)
    mended = here.work_out()
    assert mended.changes == ()
    assert [(left.finding.rule, left.reason) for left in mended.left] == [
        ("WS206", "it is a link, and what it leads to may be another's")
    ]


def test_what_somebody_changed_meanwhile_stays(mending: Callable[..., Mending]) -> None:
    here = mending({"churn": "project_name: churn\nroot_path: /srv/churn\n"})
    path = f"{BASE}/churn/workspace.yaml"
    changes = here.work_out().changes
    (here.root / path).write_text("project_name: churn\nroot_path: /srv/elsewhere\n")
    assert write(os.fspath(here.root), changes) == (
        [],
        {path: "somebody has changed it meanwhile: try again"},
    )
    assert "elsewhere" in (here.root / path).read_text()


def test_what_a_run_beside_this_one_has_mended_is_mended(mending: Callable[..., Mending]) -> None:
    here = mending({"churn": "project_name: churn\nroot_path: /srv/churn\n"})
    changes = here.work_out().changes
    root, path = os.fspath(here.root), f"{BASE}/churn/workspace.yaml"
    assert write(root, changes) == write(root, changes) == ([path], {})


def test_what_somebody_removed_meanwhile_stays_away(mending: Callable[..., Mending]) -> None:
    here = mending({"churn": "project_name: churn\nroot_path: /srv/churn\n"})
    path = f"{BASE}/churn/workspace.yaml"
    changes = here.work_out().changes
    (here.root / path).unlink()
    assert write(os.fspath(here.root), changes) == (
        [],
        {path: "it cannot be read: No such file or directory"},
    )
    assert not (here.root / path).exists()


def test_a_base_in_use_is_locked(mending: Callable[..., Mending]) -> None:
    here = mending({"churn": "project_name: churn\nroot_path: /srv/churn\n"})
    internal = here.root / BASE / ".mlops-ws"
    here.write()
    assert not internal.exists()
    internal.mkdir()
    (here.root / BASE / "churn" / "workspace.yaml").write_text(
        "project_name: churn\nroot_path: /srv/churn\n"
    )
    here.write()
    assert (internal / "lock").exists()


# ── findings of texts, to see the engine at work ──────────────────────────────────────────────


def words(pattern: str, instead: str, rule: str = "WS999") -> Callable[..., Iterator[Diagnostic]]:
    """Find each match, and mend it by *instead*."""

    def find(path: str, text: str) -> Iterator[Diagnostic]:
        for found in re.finditer(pattern, text):
            edit = Edit(*found.span(), found.expand(instead))
            fix = Fix("mend it", path, (edit,))
            yield Diagnostic(rule, "a word", Span(path), subject=found[0], fix=fix)

    return find


@pytest.fixture
def told(tmp_path: Path) -> Callable[..., Mended]:
    """Mend files by rules about their text."""

    def told(
        files: Mapping[str, str], *rules: Callable[[str, str], Iterator[Diagnostic]]
    ) -> Mended:
        for path, text in files.items():
            (tmp_path / path).write_bytes(text.encode())

        def judge(overlay: Mapping[str, bytes]) -> list[Diagnostic]:
            texts = {
                path: overlay.get(path, (tmp_path / path).read_bytes()).decode() for path in files
            }
            return [fault for rule in rules for item in texts.items() for fault in rule(*item)]

        return mend(os.fspath(tmp_path), judge)

    return told


def results(mended: Mended) -> dict[str, str]:
    return {change.path: change.after.decode() for change in mended.changes}


def reasons(mended: Mended) -> list[str]:
    return [left.reason for left in mended.left]


def test_fixes_of_one_file_are_made_together(told: Callable[..., Mended]) -> None:
    mended = told({"a": "one two three"}, words("one|three", "x"))
    assert (results(mended), reasons(mended)) == ({"a": "x two x"}, [])


def test_one_fix_may_lead_to_the_next(told: Callable[..., Mended]) -> None:
    rules = words("a(?=b)", "", "WS991"), words("b(?=c)", "", "WS992"), words("c(?=d)", "", "WS993")
    mended = told({"a": "abcd"}, *rules)
    assert (results(mended), reasons(mended)) == ({"a": "d"}, [])
    assert len(mended.fixed) == 3


def test_fixes_that_overlap_are_made_one_after_the_other(told: Callable[..., Mended]) -> None:
    mended = told({"a": "one two"}, words("one two", "one x", "WS991"), words("one", "1", "WS992"))
    assert (results(mended), reasons(mended)) == ({"a": "1 x"}, [])
    # Together, these two would take all of it.
    assert results(told({"a": "abc"}, words("ab", ""), words("bc", ""))) == {"a": "c"}


def test_a_fix_that_mends_nothing_is_not_made(told: Callable[..., Mended]) -> None:
    mended = told({"a": "one two"}, words("one", "one "))
    assert (results(mended), reasons(mended)) == ({}, ["WS999 would still be there"])


def test_a_fix_that_brings_another_finding_is_not_made(told: Callable[..., Mended]) -> None:
    mended = told({"a": "one"}, words("one", "two", "WS991"), words("two", "one", "WS992"))
    assert (results(mended), reasons(mended)) == ({}, ["there would be a new finding: WS992"])


def test_a_bad_fix_does_not_keep_the_good_ones_away(told: Callable[..., Mended]) -> None:
    rules = words("two|three", "x", "WS992"), words("one", "one ", "WS991")
    mended = told({"a": "two one three", "b": "one", "c": "two"}, *rules)
    assert results(mended) == {"a": "x one x", "c": "x"}
    assert reasons(mended) == ["WS991 would still be there"] * 2


def test_a_fix_that_changes_another_key_is_not_made(told: Callable[..., Mended]) -> None:
    text = "project_name: fraud\nbentoml_tag_prefix: x\n"
    rule = words(r"project_name: (\w+)\n.*: x", r"project_name: \1\nbentoml_tag_prefix: y")
    assert results(told({"workspace.yaml": text}, rule)) == {
        "workspace.yaml": text.replace("x\n", "y\n")
    }
    # An edit of a comment must not make a key of it, nor end one.
    rule = words("# note", "metadata: {}")
    mended = told({"workspace.yaml": "project_name: fraud\n# note\n"}, rule)
    assert reasons(mended) == ["another key would say something else"]


def test_what_could_be_read_must_be_readable_then(told: Callable[..., Mended]) -> None:
    mended = told({"workspace.yaml": "project_name: fraud\n"}, words("fraud", "["))
    assert (results(mended), reasons(mended)) == ({}, ["another key would say something else"])


def test_what_could_not_be_read_before_may_say_anything_then(told: Callable[..., Mended]) -> None:
    rules = words(r"\[(?=\n)", "fraud", "WS991"), words("fraud", "fraud", "WS992")
    mended = told({"workspace.yaml": "project_name: [\n"}, *rules)
    assert results(mended) == {"workspace.yaml": "project_name: fraud\n"}
    assert reasons(mended) == ["WS992 would still be there"]


def test_a_file_that_changes_before_it_is_read_is_judged_again(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("one")
    judged: list[str] = []

    def judge(overlay: Mapping[str, bytes]) -> list[Diagnostic]:
        text = overlay.get("a", (tmp_path / "a").read_bytes()).decode()
        judged.append(text)
        (tmp_path / "a").write_text("another one")
        return list(words("one", "x")("a", text))

    assert results(mend(os.fspath(tmp_path), judge)) == {"a": "another x"}
    assert judged == ["one", "another one", "another x"]


def test_what_is_not_utf8_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"\xff")
    fix = Fix("mend it", "a", (Edit(0, 1, ""),))
    fault = Diagnostic("WS999", "a byte", Span("a"), fix=fix)
    mended = mend(os.fspath(tmp_path), lambda _overlay: [fault])
    assert reasons(mended) == ["it is not UTF-8"]


def test_a_suggestion_is_never_made(told: Callable[..., Mended]) -> None:
    def rule(path: str, _text: str) -> Iterator[Diagnostic]:
        fix = Fix("mend it", path, (Edit(0, 1, "x"),), safe=False)
        yield Diagnostic("WS999", "a letter", Span(path), fix=fix)

    mended = told({"a": "one"}, rule)
    assert (results(mended), len(mended.suggestions)) == ({}, 1)


def test_permissions_stay(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"one")
    (tmp_path / "a").chmod(0o640)
    write(os.fspath(tmp_path), [Change("a", b"one", b"two")])
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o640
