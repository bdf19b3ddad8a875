"""What importing Evidently does to the process: undone in a workspace, and seen without that."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib import metadata
from typing import TYPE_CHECKING

import pytest

from pytest_mlops_ws.tools.evidently import imports

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("evidently")

#: How things are; each is what one of the keepers is about.
PROGRAM = """
import contextlib, json, logging, os, random, sys, warnings
import numpy, pandas
from pathlib import Path
from pytest_mlops_ws.tools.evidently import imports
from pytest_mlops_ws.workspaces.scratch import ScratchWorkspace, create

if sys.argv[1] == "without":
    imports.KEEPERS = ()
workspace = ScratchWorkspace("fraud", Path(sys.argv[2], "base", "fraud"))
create(workspace, with_git=False)

def look():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        options = dict(imports._flat(pandas.options))
    return {
        "_keep_pandas_options": options,
        "_keep_warning_filters": list(warnings.filters),
        "_keep_openmp_variables": {n: v for n, v in os.environ.items() if n.startswith("KMP_")},
        "_keep_random_state": random.getstate(),
        "_keep_streams": list(logging.getLogger(imports._LOGGER).handlers),
    }

before = look()
with contextlib.nullcontext() if sys.argv[3] == "outside" else workspace.activate():
    if sys.argv[3] == "user":
        import evidently
    else:
        workspace.monitoring.workspace
after = look()
print(json.dumps([name for name in before if before[name] != after[name]]))
"""


def changed(tmp_path: Path, keepers: str, who: str = "user") -> list[str]:
    command = [sys.executable, "-c", PROGRAM, keepers, str(tmp_path), who]
    environment = {name: value for name, value in os.environ.items() if "KMP_" not in name}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return list(json.loads(done.stdout))


def has_module(name: str) -> bool:
    # Looked up without importing what is around it.
    path = f"{name.replace('.', '/')}.py"
    return any(str(each) == path for each in metadata.files("evidently") or ())


@pytest.mark.isolation
@pytest.mark.parametrize("who", ["user", "handle", "outside"])
def test_importing_evidently_changes_nothing_else(tmp_path: Path, who: str) -> None:
    assert changed(tmp_path, "with", who) == []


def test_without_its_keeper_each_change_is_seen(tmp_path: Path) -> None:
    about = {each.__name__ for each in imports.KEEPERS} - {"_keep_numpy_random_state"}
    if not has_module(imports._LOGGER):
        about -= {"_keep_streams"}
    assert set(changed(tmp_path, "without")) == about


def test_numpys_generator_is_as_before_a_report() -> None:
    import numpy as np

    before = repr(np.random.get_state())  # noqa: NPY002 -- the one that a user's seed is for
    with imports.undone():
        np.random.random(5)  # noqa: NPY002 -- likewise
        assert repr(np.random.get_state()) != before  # noqa: NPY002 -- likewise
    assert repr(np.random.get_state()) == before  # noqa: NPY002 -- likewise
