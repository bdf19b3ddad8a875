from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

#: What nobody pays for who only starts pytest or imports the package.
LATE = {
    "alembic",
    "bentoml",
    "configobj",
    "dvc",
    "evidently",
    "jsonschema",
    "mlflow",
    "numpy",
    "pandas",
    "rich",
    "sklearn",
    "sqlalchemy",
    "yaml",
}


def loaded_by(statement: str, directory: Path) -> set[str]:
    """Run *statement* in a fresh interpreter; return the modules of `LATE` that it loaded."""
    program = f"{statement}\nimport json, sys\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=directory,
        # Other people's plugins import what they like; ours is loaded by name.
        env=os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    return {name.partition(".")[0] for name in json.loads(done.stdout.splitlines()[-1])} & LATE


@pytest.mark.parametrize(
    "statement",
    [
        "import pytest_mlops_ws",
        "import pytest_mlops_ws.plugin",
        "import pytest_mlops_ws.tools; pytest_mlops_ws.tools.all_tools()",
        "import pytest; pytest.main(['--collect-only', '-q', '-p', 'pytest_mlops_ws.plugin'])",
        "import pytest; pytest.main(['-q', '-p', 'pytest_mlops_ws.plugin', 'test_plain.py'])",
    ],
)
def test_nobody_pays_for_what_they_do_not_use(statement: str, tmp_path: Path) -> None:
    (tmp_path / "test_plain.py").write_text("def test_plain():\n    pass\n", encoding="utf-8")
    assert loaded_by(statement, tmp_path) == set()


def test_what_is_loaded_is_seen(tmp_path: Path) -> None:
    assert loaded_by("import yaml, rich.console", tmp_path) == {"yaml", "rich"}
