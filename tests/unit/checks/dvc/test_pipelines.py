from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_mlops_ws.checks.dvc import pipelines, templates
from pytest_mlops_ws.checks.dvc.nodes import Mapping, parse
from pytest_mlops_ws.checks.dvc.pipelines import Pipeline

if TYPE_CHECKING:
    from collections.abc import Iterable

PARAMS = """\
data:
  directory: ../shared
  parts: [a, b]
models:
  small: {path: models/small}
  large: {path: models/large}
big: true
"""


def pipeline(text: str, **files: str) -> Pipeline:
    def load(path: str) -> Mapping | None:
        name = path.rpartition("/")[2].removesuffix(".yaml")
        root = parse(files[name].encode()) if name in files else None
        return root if isinstance(root, Mapping) else None

    root = parse(text.encode())
    assert root is not None
    return Pipeline(root, "dvc.yaml", "/repo/fraud", load)


def told(found: Pipeline) -> list[tuple[str, str, str]]:
    return [(each.stage, each.role, each.text) for each in found.references]


def test_everything_that_a_file_can_name() -> None:
    found = pipeline("""\
stages:
  train:
    cmd: python train.py ../churn/x
    deps: [a, s3://data/b]
    params: [lr, other.yaml: [x], all.json: null]
    outs:
      - model.pkl
      - cached.bin: {cache: false}
    metrics: [m.json: {cache: false}]
    plots:
      - p.csv: {x: a}
      - q.csv
  alone:
    cmd: x
params: [top.yaml]
metrics: [top.json]
plots:
  - plots/roc.csv
  - nice name:
      x: {one.csv: fpr}
      y: {two.csv: [tpr], three.csv: tpr}
  - four.csv: null
artifacts:
  model: {path: models/model.pkl, type: model}
datasets:
  - {name: a, type: dvc, url: ../churn, path: data/x, rev: main}
  - {name: b, type: url, url: s3://data/c}
""")
    assert told(found) == [
        ("train", "dependency", "a"),
        ("train", "dependency", "s3://data/b"),
        ("train", "parameters", "other.yaml"),
        ("train", "parameters", "all.json"),
        ("train", "output", "model.pkl"),
        ("train", "output", "cached.bin"),
        ("train", "metrics", "m.json"),
        ("train", "plot", "p.csv"),
        ("train", "plot", "q.csv"),
        ("", "parameters", "top.yaml"),
        ("", "metrics", "top.json"),
        ("", "plot", "plots/roc.csv"),
        ("", "plot", "nice name"),
        ("", "plot", "one.csv"),
        ("", "plot", "two.csv"),
        ("", "plot", "three.csv"),
        ("", "plot", "four.csv"),
        ("", "artifact", "models/model.pkl"),
        ("", "import", "../churn"),
        ("", "dataset", "s3://data/c"),
    ]
    assert [each.inside for each in found.references if each.role == "import"] == ["data/x"]
    assert not found.undecided


def test_templates_are_filled_in() -> None:
    found = pipeline(
        """\
vars:
  - extra.yaml
  - one.yaml:who
  - here: {deep: [zero, one]}
stages:
  plain:
    vars: [mine: ../own]
    deps: ["${data.directory}/x", "${here.deep[1]}", "${ who }", "\\\\${who}", "${mine}/y"]
  each:
    foreach: ${data.parts}
    do:
      deps: ["${item}.csv"]
  items:
    foreach:
      - {from: ../p, to: q}
      - {from: "${data.directory}", to: r}
    do:
      deps: ["${item.from}"]
      outs: ["${item.to}-${key}"]
  named:
    foreach: ${models}
    do:
      deps: ["${item.path}/${key}"]
  grid:
    matrix:
      size: [s, l]
      part: ${data.parts}
    deps: ["${item.size}/${item.part}", "${key}"]
""",
        params=PARAMS,
        one="who: me\n",
        extra="unused: 1\n",
    )
    assert not found.undecided
    assert told(found) == [
        ("", "parameters", "extra.yaml"),
        ("", "parameters", "one.yaml"),
        ("plain", "dependency", "../shared/x"),
        ("plain", "dependency", "one"),
        ("plain", "dependency", "me"),
        ("plain", "dependency", "${who}"),
        ("plain", "dependency", "../own/y"),
        ("each@a", "dependency", "a.csv"),
        ("each@b", "dependency", "b.csv"),
        ("items@0", "dependency", "../p"),
        ("items@0", "output", "q-0"),
        ("items@1", "dependency", "../shared"),
        ("items@1", "output", "r-1"),
        ("named@small", "dependency", "models/small/small"),
        ("named@large", "dependency", "models/large/large"),
        ("grid@s-a", "dependency", "s/a"),
        ("grid@s-a", "dependency", "s-a"),
        ("grid@s-b", "dependency", "s/b"),
        ("grid@s-b", "dependency", "s-b"),
        ("grid@l-a", "dependency", "l/a"),
        ("grid@l-a", "dependency", "l-a"),
        ("grid@l-b", "dependency", "l/b"),
        ("grid@l-b", "dependency", "l-b"),
    ]


def test_a_working_directory_moves_what_follows() -> None:
    found = pipeline("""\
stages:
  a:
    wdir: ../churn
    deps: [x]
  b:
    wdir: /data
    deps: [x]
  c:
    foreach: [p, q]
    do:
      wdir: sub/${item}
      outs: [x]
""")
    assert [(each.stage, each.text, each.directory) for each in found.references] == [
        ("a", "../churn", "/repo/fraud"),
        ("a", "x", "/repo/fraud/../churn"),
        ("b", "/data", "/repo/fraud"),
        ("b", "x", "/data"),
        ("c@p", "sub/p", "/repo/fraud"),
        ("c@p", "x", "/repo/fraud/sub/p"),
        ("c@q", "sub/q", "/repo/fraud"),
        ("c@q", "x", "/repo/fraud/sub/q"),
    ]
    assert found.directory_of("c@q") == "/repo/fraud/sub/q"
    assert found.directory_of("gone") is None


def open_ends(found: Pipeline) -> Iterable[tuple[str, str, bool, int]]:
    return [(each.text, each.stage, each.locked, each.span.line) for each in found.undecided]


def test_what_nobody_knows_is_said_once() -> None:
    found = pipeline("""\
stages:
  a:
    deps: ["${x}/y", b]
  c:
    foreach: ${list}
    do:
      deps: ["${item}"]
  d:
    foreach: [1, 2]
    do:
      wdir: ${where}/${item}
      deps: [x]
  e:
    foreach: ${list}
    do:
      wdir: ${where}/${item}
metrics: ["${m}"]
""")
    assert told(found) == [("a", "dependency", "b")]
    assert open_ends(found) == [
        ("${x}/y", "a", True, 3),
        ("${list}", "c", True, 4),
        ("${where}/${item}", "d", False, 11),
        ("${list}", "e", False, 13),
        ("${m}", "", False, 17),
    ]
    assert found.directory_of("a") == "/repo/fraud"
    assert found.directory_of("c@1") == "/repo/fraud"
    assert found.directory_of("d@1") is None
    assert found.directory_of("e@1") is None


def test_stages_of_one_list_name_it_once() -> None:
    found = pipeline("""\
stages:
  a: &a
    deps: &deps [x, y]
  b:
    deps: *deps
  c: *a
""")
    assert told(found) == [("a", "dependency", "x"), ("a", "dependency", "y")]


def test_no_product_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(templates, "MAX_STAGES", 10)
    found = pipeline("stages: {a: {matrix: {x: [1, 2, 3, 4], y: [1, 2, 3]}, deps: ['${key}']}}\n")
    assert open_ends(found) == [("matrix of 12 stages", "a", True, 1)]
    monkeypatch.setattr(pipelines, "MAX_REFERENCES", 3)
    found = pipeline("stages: {a: {deps: &d [1, 2]}, b: {deps: *d}}\nmetrics: [m]\n")
    assert open_ends(found) == [
        ("more than 3 references", "b", True, 1),
        ("more than 3 references", "", False, 1),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "stages: [a]\n",
        "stages: {a: b}\n",
        "stages: {a: {deps: b, outs: {c: d}, params: [[x]], wdir: [x]}}\n",
        "stages: {a: {foreach: b}}\n",
        "stages: {a: {matrix: [b], deps: ['${item.x}']}}\n",
        "vars: x\nparams: {a: b}\nplots: {c: d}\nartifacts: [e]\ndatasets: {f: g}\n",
        "vars: [[x]]\nplots: [[x], {a: [b]}]\nartifacts: {a: b, c: {path: [d]}}\ndatasets: [a]\n",
        "- a\n",
        "${x}\n",
    ],
)
def test_what_dvc_would_refuse_does_no_harm(text: str) -> None:
    pipeline(text)


def test_a_long_text_of_references_is_no_path() -> None:
    bomb = "stages: {a: {deps: ['" + "${x}" * 21 + "']}}\nvars: [x: b]\n"
    assert [each.stage for each in pipeline(bomb).undecided] == ["a"]
