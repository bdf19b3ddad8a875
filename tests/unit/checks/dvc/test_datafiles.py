from __future__ import annotations

import pytest

from pytest_mlops_ws.checks.dvc.datafiles import data, leaves, lock
from pytest_mlops_ws.checks.dvc.nodes import parse

ADDED = """\
outs:
- md5: 76edfb9d12063230df2bc6328eca92f8.dir
  size: 11
  nfiles: 1
  hash: md5
  path: data
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (ADDED, False),
        (ADDED.replace("data", "sub/data"), False),
        (ADDED.replace("data", "../data"), True),
        (ADDED.replace("data", "/data"), True),
        (ADDED.replace("data", "'/data'"), True),
        (ADDED.replace("data", "~/data"), True),
        (ADDED.replace("data", "s3://data"), True),
        (ADDED.replace("data", '"\\x2e\\x2e"'), True),
        ("wdir: sub\n" + ADDED, True),
        ("deps: [{path: x, repo: {url: y}}]\n" + ADDED, True),
        ("outs: [{path: &a x}]\n", False),
    ],
)
def test_only_what_may_leave_is_parsed(text: str, expected: bool) -> None:  # noqa: FBT001 -- a row's last column
    assert leaves(text.encode()) is expected


def test_a_data_file_names_outputs_and_where_they_come_from() -> None:
    text = """\
wdir: sub
deps:
- path: /mnt/x
- path: data/y
  repo: {url: ../churn, rev_lock: 0a}
- params: [x]
outs:
- path: y
- {}
"""
    found = [
        (each.role, each.text, each.inside, each.directory, each.span.line)
        for each in data(parse(text.encode()), "y.dvc", "/repo")
    ]
    assert found == [
        ("working directory", "sub", "", "/repo", 1),
        ("dependency", "/mnt/x", "", "/repo/sub", 3),
        ("import", "../churn", "data/y", "/repo/sub", 5),
        ("output", "y", "", "/repo/sub", 8),
    ]


def test_a_lock_names_what_ran() -> None:
    text = """\
schema: '2.0'
stages:
  a:
    cmd: cat ../x
    deps: [{path: ../x, md5: a}]
    params:
      ../p.yaml: {lr: 1}
    outs: [{path: y}]
  b@1:
    outs: [{path: z}]
  gone:
    outs: [{path: w}]
"""
    where = {"a": "/repo", "b@1": "/repo/sub"}
    found = [
        (each.stage, each.role, each.text, each.directory)
        for each in lock(parse(text.encode()), "dvc.lock", where.get)
    ]
    assert found == [
        ("a", "dependency", "../x", "/repo"),
        ("a", "output", "y", "/repo"),
        ("a", "parameters", "../p.yaml", "/repo"),
        ("b@1", "output", "z", "/repo/sub"),
    ]


@pytest.mark.parametrize(
    "text", ["", "a", "- a", "outs: a", "outs: [a]", "stages: a", "stages: {a: b}"]
)
def test_what_dvc_would_refuse_does_no_harm(text: str) -> None:
    assert list(data(parse(text.encode()), "x.dvc", "/repo")) == []
    assert list(lock(parse(text.encode()), "dvc.lock", lambda _: "/repo")) == []
