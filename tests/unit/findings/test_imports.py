"""A run that finds nothing pays for next to nothing of this room."""

from __future__ import annotations

import json
import subprocess
import sys

PROGRAM = """\
import sys
before = set(sys.modules)
from pytest_mlops_ws.findings.catalogue import catalogue
from pytest_mlops_ws.findings.context import Context, reader
from pytest_mlops_ws.findings.reports import load
from pytest_mlops_ws.findings.selection import Layer, Selection
from pytest_mlops_ws.findings.settle import Policy, settle

def rules():
    raise AssertionError("the rules were asked for")

known = catalogue(rules)
selection = Selection(known, [Layer("command line", ["WS1", "WS3"])])
outcome = settle([], Policy(known, selection), judged=lambda rule: True)
context = Context("/repo", ("a/workspace.yaml",), 1, reader("/repo"))
assert load("text").report(outcome, known, context).startswith("mlops-ws: no findings")
loaded = set(sys.modules) - before
import json
print(json.dumps(sorted(loaded)))
"""
#: What a clean run loads of this package, and may load of others: nothing that does any work.
OURS = {
    "pytest_mlops_ws",
    "pytest_mlops_ws.findings",
    "pytest_mlops_ws.findings.catalogue",
    "pytest_mlops_ws.findings.context",
    "pytest_mlops_ws.findings.outcome",
    "pytest_mlops_ws.findings.printable",
    "pytest_mlops_ws.findings.reports",
    "pytest_mlops_ws.findings.reports.text",
    "pytest_mlops_ws.findings.selection",
    "pytest_mlops_ws.findings.settle",
    "pytest_mlops_ws.findings.summary",
    "pytest_mlops_ws.model",
    "pytest_mlops_ws.model.record",
}
DEAR = {
    "argparse",
    "ast",
    "configobj",
    "dataclasses",
    "difflib",
    "hashlib",
    "importlib.metadata",
    "inspect",
    "json",
    "pathlib",
    "rich",
    "tokenize",
    "tomllib",
    "unicodedata",
    "xml",
    "yaml",
}


def test_clean_run_loads_what_it_needs_and_no_more() -> None:
    done = subprocess.run(
        # Without site: what an environment's own hooks have loaded would hide what we load.
        [sys.executable, "-S", "-c", f"import sys; sys.path[:0] = {sys.path!r}\n{PROGRAM}"],
        check=True,
        capture_output=True,
        text=True,
    )
    loaded = set(json.loads(done.stdout))
    assert {name for name in loaded if name.startswith("pytest_mlops_ws")} == OURS
    assert loaded & DEAR == set()
