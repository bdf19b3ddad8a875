"""``--write-baseline``: today's findings are known from now on."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_mlops_ws.checks.repository import BASELINE
from pytest_mlops_ws.findings.baseline import write
from pytest_mlops_ws.findings.summary import counted
from pytest_mlops_ws.model.errors import UsageError

if TYPE_CHECKING:
    from pytest_mlops_ws.checks.repository import Repository


def record(repository: Repository, path: str | None) -> int:
    """Write the baseline, and say how it is used.

    Args:
        repository: what is judged, all of it.
        path: the file, relative to the repository's root; None for the one in use.

    Raises:
        UsageError: the file cannot be one.
        EnvironmentFailedError: it could not be written.
    """
    path = path or repository.baseline or BASELINE
    if Path(repository.root, path).is_dir():
        message = (
            f"--write-baseline {path}: that is a directory, and a baseline is one file about the"
            f" whole repository: mlops-ws check --write-baseline {BASELINE}"
        )
        raise UsageError(message, operation="check")
    found = repository.judge(known=False).outcome.findings
    changed = write(path, found, repository.root)
    done = "recorded in" if changed else "unchanged in"
    sys.stdout.write(f"mlops-ws: {counted(len(found), 'finding')} {done} {path}\n")
    if path not in {repository.baseline, BASELINE}:
        sys.stdout.write(f'to use it, say in pyproject.toml: [tool.mlops-ws] baseline = "{path}"\n')
    else:
        sys.stdout.write("from now on only new findings are reported\n")
    return 0
