"""WS503: git tracks what tools write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mlops_ws.checks.tracked import tool_data
from pytest_mlops_ws.findings.rule import Rule
from pytest_mlops_ws.model.diagnostics import Diagnostic, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_mlops_ws.checks.workspaces import Workspaces

RULE = Rule(
    id="WS503",
    name="tracked-tool-data",
    title="git tracks tracking data, caches or models",
    why="""\
A tracking store, a cache or a model store changes with every run. In git it makes every run a
change of the repository, every branch a different history of runs, and every merge a conflict in a
database. What several people need goes to a tracking server, a DVC remote or a registry.

Such data below a directory of tests or examples is taken for a sample, and left alone.""",
    bad={
        "mlops/workspace/fraud/workspace.yaml": "project_name: fraud\n",
        "mlops/workspace/fraud/models/models/fraud--x/v1/model.yaml": "name: fraud--x\n",
        "projects/fraud/mlruns/0/meta.yaml": "name: Default\n",
        "projects/fraud/mlruns/0/tags/user": "someone\n",
    },
    good={
        "mlops/workspace/fraud/workspace.yaml": "project_name: fraud\n",
        "mlops/workspace/fraud/dvc/train.csv.dvc": "outs: []\n",
        "projects/fraud/tests/mlruns/0/meta.yaml": "name: Default\n",
    },
)


def check(workspaces: Workspaces) -> Iterator[Diagnostic]:
    """Yield each topmost directory or file that only a tool writes and that git tracks."""
    for place, what in tool_data(workspaces).items():
        yield Diagnostic(
            RULE.id,
            f"git tracks {what}: {place}",
            Span(place),
            f"git rm -r --cached '{place}' && echo '/{place}' >> .gitignore",
            subject=place,
        )
