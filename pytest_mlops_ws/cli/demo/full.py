"""What ``mlops-ws demo --full`` goes on with: one client's whole story, for three projects at once.

``examples/client/story.py`` is run as a user would; each of its steps is a line of the page.
"""

from __future__ import annotations

import importlib.util
import sys
from typing import TYPE_CHECKING, TextIO

from pytest_mlops_ws.cli.demo.scratch import run_lines, shipped
from pytest_mlops_ws.model.errors import ToolMissingError

if TYPE_CHECKING:
    from pathlib import Path

_TOOLS = ("bentoml", "evidently")
_TITLE = "One client for each project: MLflow, DVC, BentoML and Evidently, all three at once"


def require_tools() -> None:
    """Refuse to begin without the two tools that the tests of the three projects do not need.

    Raises:
        ToolMissingError: with the line that installs them.
    """
    missing = [name for name in _TOOLS if importlib.util.find_spec(name) is None]
    if missing:
        message = (
            f"--full deploys and monitors for real, and {' and '.join(missing)} cannot be imported:"
            " pip install 'pytest-mlops-ws[all]'"
        )
        raise ToolMissingError(message, operation="demo", details={"missing": missing})


def tell(root: Path, stream: TextIO | None = None) -> None:
    """Run the story below *root*, and write each step to *stream* as it is done.

    Raises:
        EnvironmentFailedError: a step failed; the message ends with what it said.
    """
    page = sys.stdout if stream is None else stream
    place = root / "client"
    place.mkdir()
    page.write(f"\n{_TITLE}\n")
    script = str(shipped("client") / "story.py")
    for line in run_lines(["-W", "ignore", script, str(place)], root):
        page.write(f"  {line}\n")
        page.flush()
    page.write(f"  Each project's workspace is below {place}/repo/mlops/workspace\n")
