from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from pytest_mlops_ws.findings.allow import entries, unused
from pytest_mlops_ws.model.diagnostics import Span
from pytest_mlops_ws.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytest_mlops_ws.findings.allow import Entry
    from pytest_mlops_ws.findings.catalogue import Catalogue
    from pytest_mlops_ws.model.diagnostics import Diagnostic

    Found = Callable[..., Diagnostic]


def at_rest(rule: str) -> bool:
    """Tell what a check can find."""
    return not rule.startswith("WS7")


BOTH = {"projects": ["fraud", "churn"], "reason": "read only"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    real = tmp_path / "repo"
    for directory in ("data/reference", "data/reference-2", "mlops/workspace/churn"):
        (real / directory).mkdir(parents=True)
    return real


@pytest.fixture
def entry(root: Path, known: Catalogue) -> Callable[..., Entry]:
    def entry(**fields: object) -> Entry:
        (only,) = entries([BOTH | fields], known, root=os.path.realpath(root))
        return only

    return entry


@pytest.mark.parametrize(
    ("what", "subject", "allowed"),
    [
        # A path under the root, and what is below it.
        ("data/reference", "data/reference", True),
        ("data/reference/", "data/reference/2024/train.csv", True),
        ("./data/../data/reference", "data/reference/train.csv", True),
        ("data/reference", "data/reference-2", False),
        ("data/reference", "data", False),
        ("data/reference", "{root}/data/reference/train.csv", True),
        ("data/reference", "sqlite:///{root}/data/reference/mlflow.db", True),
        ("data/reference", "file://{root}/data/reference", True),
        ("data/reference", "link/train.csv", True),
        ("link", "data/reference/train.csv", True),
        ("data/reference", "", False),
        # A URL, and what is below it.
        ("s3://shared/reference", "s3://shared/reference/2024", True),
        ("s3://shared/reference/", "s3://shared/reference", True),
        ("s3://shared/reference", "s3://shared/reference2", False),
        ("https://mlflow.example.com", "HTTPS://mlflow.example.com:443/", True),
        ("s3://shared", "gs://shared/x", False),
        # An experiment.
        ("eval", "eval", True),
        ("eval", "eval-2", False),
        ("eval", "Eval", False),
        # The project that is used.
        ("churn", "eval", True),
        ("churn", "mlops/workspace/churn/dvc/train.csv", True),
        ("fraud", "mlops/workspace/churn/dvc/train.csv", False),
        ("fraud", "fraud", True),
    ],
)
def test_what_is_a_place_an_experiment_or_a_project(
    what: str,
    subject: str,
    root: Path,
    entry: Callable[..., Entry],
    finding: Found,
    *,
    allowed: bool,
) -> None:
    (root / "link").symlink_to("data/reference")
    found = finding(projects=("fraud", "churn"), subject=subject.format(root=root))
    allowing = entry(what=what)
    assert allowing.allows(found) is allowed
    assert allowing.used is allowed


@pytest.mark.parametrize(
    ("projects", "concerned", "allowed"),
    [
        (["fraud", "churn"], ("fraud", "churn"), True),
        (["churn", "fraud"], ("fraud", "churn"), True),
        (["fraud", "churn", "lora"], ("fraud", "churn"), True),
        (["fraud"], ("fraud",), True),
        (["fraud"], ("fraud", "churn"), False),
        (["fraud", "lora"], ("fraud", "churn"), False),
        (["lora_tuning"], ("lora-tuning",), True),
        # It concerns nobody: see the next test.
        (["fraud"], (), False),
    ],
)
def test_every_project_concerned_is_among_those_that_may(
    projects: list[str],
    concerned: tuple[str, ...],
    entry: Callable[..., Entry],
    finding: Found,
    *,
    allowed: bool,
) -> None:
    assert entry(what="eval", projects=projects).allows(finding(projects=concerned)) is allowed


def test_what_concerns_nobody_is_allowed_by_its_rule(
    entry: Callable[..., Entry], finding: Found
) -> None:
    nobodys = finding("WS502", projects=(), subject="data/reference/mlruns")
    assert not entry(what="data/reference").allows(nobodys)
    assert not entry(what="data/reference", rules=["WS305"]).allows(nobodys)
    assert entry(what="data/reference", rules=["WS5"]).allows(nobodys)


@pytest.mark.parametrize(
    ("rules", "allowed"),
    [(["WS305"], True), (["WS404", "WS305"], True), (["WS3"], True), (["WS404"], False)],
)
def test_rules_narrow_an_entry(
    rules: list[str], entry: Callable[..., Entry], finding: Found, *, allowed: bool
) -> None:
    assert entry(what="eval", rules=rules).allows(finding("WS305")) is allowed


def test_without_a_table_there_is_no_entry(unasked: Catalogue) -> None:
    assert entries(None, unasked) == ()
    assert entries([], unasked) == ()


def test_families_need_no_catalogue(unasked: Catalogue) -> None:
    (only,) = entries([{**BOTH, "what": "eval", "rules": ["WS7"]}], unasked)
    assert (only.number, only.projects, only.what, only.rules, only.reason) == (
        1,
        ("fraud", "churn"),
        "eval",
        ("WS7",),
        "read only",
    )


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"reason": None}, ": 'reason' is missing: why this is shared"),
        ({"reason": "  "}, ": 'reason' must be a text: why this is shared"),
        ({"reason": 3}, ": 'reason' must be a text: why this is shared"),
        (
            {"what": None},
            ": 'what' is missing: the path, URL, experiment or project that is shared",
        ),
        ({"projects": None}, ": 'projects' is missing: a list of the projects that may"),
        ({"projects": "fraud"}, ": 'projects' must be a list of the projects that may"),
        ({"projects": []}, ": 'projects' must be a list of the projects that may"),
        ({"projects": ["fraud", ""]}, ": 'projects' must be a list of the projects that may"),
        ({"rules": []}, ": 'rules' must be a list of rules, or leave it out"),
        ({"rules": "WS305"}, ": 'rules' must be a list of rules, or leave it out"),
        ({"rules": ["ALL"]}, ": leave 'rules' out to mean every rule"),
        (
            {"rules": ["WS305", "WS440"]},
            (
                ": rules = 'WS440': there is no such rule or family; did you mean 'WS404'"
                " (shared-remote)?"
            ),
        ),
        ({"project": ["fraud"]}, " has no 'project'; did you mean 'projects'?"),
        ({"zzz": 1}, " has no 'zzz'. There are: projects, what, rules, reason"),
        (
            {"what": "."},
            (
                ": what = '.' is the whole repository; name the path, the URL, the experiment or"
                " the project that is shared"
            ),
        ),
        (
            {"what": "data/../.."},
            (
                ": what = 'data/../..' is the whole repository; name the path, the URL, the"
                " experiment or the project that is shared"
            ),
        ),
    ],
)
def test_error_says_which_entry_and_what_is_wrong(
    fields: dict[str, Any], message: str, root: Path, known: Catalogue
) -> None:
    good = {**BOTH, "what": "eval"}
    bad = {key: value for key, value in {**good, **fields}.items() if value is not None}
    with pytest.raises(UsageError) as caught:
        entries([good, bad], known, root=str(root))
    assert str(caught.value) == f"pyproject.toml: [[tool.mlops-ws.allow]] number 2{message}"


@pytest.mark.parametrize("table", [{"projects": ["fraud"]}, "eval", ["eval"], [[]]])
def test_what_is_no_list_of_entries_is_shown_how_one_looks(table: object, known: Catalogue) -> None:
    with pytest.raises(UsageError) as caught:
        entries(table, known)
    assert (
        str(caught.value)
        == """\
pyproject.toml: 'allow' of [tool.mlops-ws] holds entries, such as
[[tool.mlops-ws.allow]]
projects = ["fraud", "churn"]
what = "data/reference"
reason = "public reference set, read only\""""
    )


PYPROJECT = """\
[tool.mlops-ws]
base = "mlops/workspace"

[[tool.mlops-ws.allow]]
what = "one"

  [[ tool . "mlops-ws" . allow ]]  # the second
what = "two"
"""


@pytest.mark.parametrize(
    ("text", "rules", "line", "remedy"),
    [
        (PYPROJECT, ["WS305"], 7, "remove it, or mend 'what' and 'projects'"),
        (PYPROJECT, ["WS3"], 7, "remove it, or mend 'what' and 'projects'"),
        (
            PYPROJECT,
            None,
            7,
            (
                "remove it, or mend 'what' and 'projects'; if it is for the run time only, say"
                ' rules = ["WS7"]'
            ),
        ),
        ('[tool.mlops-ws]\nallow = [{what = "one"}]', ["WS305"], 1, None),
        (None, ["WS305"], 1, None),
    ],
)
def test_entry_that_allows_nothing_is_found_at_its_header(
    text: str | None, rules: list[str] | None, line: int, remedy: str | None, known: Catalogue
) -> None:
    good = {**BOTH, "what": "data/reference"}
    table = [{**good, "rules": ["WS702"]}, good if rules is None else {**good, "rules": rules}]
    found = list(
        unused(
            entries(table, known),
            at_rest,
            at_rest,
            known,
            {"pyproject.toml": text}.__getitem__,
        )
    )
    assert [(each.rule, each.severity, each.message, each.span) for each in found] == [
        (
            "WS005",
            "warning",
            "nothing that is found needs that fraud and churn may share 'data/reference'",
            Span("pyproject.toml", line),
        )
    ]
    assert remedy in {found[0].remedy, None}


@pytest.mark.parametrize("rules", [["WS702"], ["WS305", "WS702"], ["WS7"]])
def test_entry_for_the_run_time_is_left_alone(rules: list[str], known: Catalogue) -> None:
    table = [{**BOTH, "what": "eval", "rules": rules}]
    found = unused(entries(table, known), at_rest, at_rest, known, lambda _: None)
    assert list(found) == []


def test_entry_that_allowed_something_is_left_alone(
    entry: Callable[..., Entry], finding: Found, known: Catalogue
) -> None:
    used = entry(what="eval")
    assert used.allows(finding())
    assert not used.allows(finding(subject="other", projects=("fraud",)))
    assert list(unused([used], at_rest, at_rest, known, lambda _: None)) == []


@pytest.mark.parametrize(
    ("rules", "asked", "found"),
    [
        (None, ["WS101", "WS203", "WS305", "WS306", "WS404", "WS502", "WS601"], True),
        # One rule was not asked for: it may be the one.
        (None, ["WS101", "WS203", "WS305", "WS306", "WS404", "WS502"], False),
        (None, [], False),
        (["WS3"], ["WS305", "WS306"], True),
        (["WS3"], ["WS305"], False),
    ],
)
def test_only_a_run_that_asked_for_every_rule_of_an_entry_judges_it(
    rules: list[str] | None, asked: list[str], known: Catalogue, *, found: bool
) -> None:
    table = [{**BOTH, "what": "eval"} | ({} if rules is None else {"rules": rules})]
    judged = unused(entries(table, known), at_rest, asked.__contains__, known, lambda _: None)
    assert bool(list(judged)) is found


def test_run_that_judges_nothing_says_nothing_of_an_entry(known: Catalogue) -> None:
    table = [{**BOTH, "what": "eval"}]
    found = unused(entries(table, known), lambda _: False, lambda _: True, known, lambda _: None)
    assert list(found) == []
