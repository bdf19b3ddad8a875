"""One table of options: each row is an ini line, a flag, a variable, a key and a line of docs.

Every pytest that is started reads this, and little else of us, so here is what it must know at
once: the rows, what the process was started with, and what keeps the tools' telemetry off. What
each option's value is, and where it came from, is in `settings.values`.

Of what is loaded here each function and class costs every pytest 0.02 ms, a `NamedTuple` ten times
that.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Literal

    Value = bool | str | tuple[str, ...] | None
    Kind = Literal["switch", "text", "words"]

PYPROJECT = "pyproject.toml"
#: The variables this process was started with, before any conftest or test could set one. Who
#: starts us on behalf of another process (pytest-xdist) narrows it to what that one was given.
started_with: dict[str, str] = dict(os.environ)
#: The time of that: what is younger was made by a fixture or a test.
started_at: float = time.time()

#: What keeps each tool from phoning home.
TELEMETRY: dict[str, dict[str, str]] = {
    "mlflow": {"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true"},
    # Its own test for "true": "1" is not understood.
    "bentoml": {"BENTOML_DO_NOT_TRACK": "true"},
    "evidently": {"DO_NOT_TRACK": "true"},
    "dvc": {"DVC_NO_ANALYTICS": "1", "ITERATIVE_DO_NOT_TRACK": "1"},
}


class Option:
    """A row of the table.

    Attributes:
        name: with ``_``: ``pass_env`` is ``[tool.mlops-ws] pass-env``, ini ``mlops_ws_pass_env``,
            flag ``--mlops-ws-pass-env`` and variable ``MLOPS_WS_PASS_ENV``.
        kind: a switch, a text, or words.
        default: the value where nobody says anything.
        help: one line for ``pytest --help`` and the reference.
        choices: the allowed texts, if they are few.
        ini: the name in pytest's ini file.
        flag: the name on the command line.
        variable: the name in the environment.
    """

    __slots__ = ("choices", "default", "flag", "help", "ini", "kind", "name", "variable")

    def __init__(
        self,
        name: str,
        kind: Kind,
        default: Value,
        help: str,  # noqa: A002 -- as argparse and pytest call it
        choices: tuple[str, ...] = (),
    ) -> None:
        self.name = name
        self.kind = kind
        self.default = default
        self.help = help
        self.choices = choices
        self.ini = f"mlops_ws_{name}"
        self.flag = f"--mlops-ws-{name.replace('_', '-')}"
        self.variable = f"MLOPS_WS_{name.upper()}"


OPTIONS: tuple[Option, ...] = (
    Option("audit", "switch", default=False, help="change nothing, report what tests do to others"),
    Option("base", "text", "mlops/workspace", "directory of the workspaces, relative to the repo"),
    Option(
        "check", "switch", default=False, help="test every workspace.yaml and the repo's isolation"
    ),
    Option("chdir", "switch", default=False, help="enter the workspace's directory in each test"),
    Option(
        "guard", "text", "error", "tests that touch what is not theirs", ("off", "warn", "error")
    ),
    Option("guard_scope", "text", "used", "guard tests with a workspace, or all", ("used", "all")),
    Option("keep", "switch", default=False, help="keep every test's workspace after the test"),
    Option("pass_env", "words", (), "patterns of MLOps variables that reach a test from the shell"),
    Option("project", "text", None, "project of tests that no project's source_paths hold"),
    Option("sarif", "text", None, "file for what the guard finds, as SARIF"),
    Option("telemetry", "text", "off", "the tools' telemetry while tests run", ("off", "keep")),
)


def switch_telemetry_off() -> None:
    """Say no for every tool, where nobody has said anything.

    A tool may be imported, and phone home, before any workspace is entered.
    """
    for variables in TELEMETRY.values():
        for name, value in variables.items():
            os.environ.setdefault(name, value)
