"""WS401: two projects push to one DVC remote."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mlops_ws.checks.dvc.meetings import CACHE
from pytest_mlops_ws.findings.rule import Rule
from pytest_mlops_ws.model.diagnostics import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_mlops_ws.checks.workspaces import Workspaces

RULE = Rule(
    id="WS401",
    name="shared-remote",
    title="two projects keep their data in the same DVC remote",
    why="""\
A remote holds data under the names of their contents, and does not know whose they are. `dvc gc
--cloud` in one project keeps what that project uses and deletes the rest of the remote: the other
project's data, which nobody asked about, and which `dvc pull` then cannot find. One bucket for all
projects is fine, with a prefix for each.

A relative URL counts from the directory of the configuration, `.dvc`; an endpoint or an account in
the configuration tells equal buckets apart. A rule of the same kind compares with what other
repositories have published, if `--claims` names their files.""",
    bad={
        "mlops/workspace/churn/workspace.yaml": """\
project_name: churn
dvc_remote_path: s3://ml-data/dvc
""",
        "mlops/workspace/churn/.dvc/config": """\
[core]
    remote = storage
['remote "storage"']
    url = s3://ml-data/dvc
""",
        "mlops/workspace/fraud/workspace.yaml": """\
project_name: fraud
dvc_remote_path: s3://ml-data/dvc
""",
        "mlops/workspace/fraud/.dvc/config": """\
[core]
    remote = bucket
['remote "s3"']
    url = s3://ml-data/
['remote "bucket"']
    url = remote://s3/dvc
""",
    },
    good={
        "mlops/workspace/churn/workspace.yaml": """\
project_name: churn
dvc_remote_path: s3://ml-data/dvc/churn
""",
        "mlops/workspace/churn/.dvc/config": """\
[core]
    remote = storage
['remote "storage"']
    url = s3://ml-data/dvc/churn
""",
        "mlops/workspace/fraud/workspace.yaml": """\
project_name: fraud
dvc_remote_path: s3://ml-data/dvc/fraud
""",
        "mlops/workspace/fraud/.dvc/config": """\
[core]
    remote = storage
['remote "storage"']
    url = s3://ml-data/dvc/fraud
""",
    },
)


def check(workspaces: Workspaces) -> Iterator[Diagnostic]:
    """Yield each remote that another project had before."""
    for pair in workspaces.dvc.meetings:
        first, second = pair.victim, pair.culprit
        if first.key != second.key or CACHE in {first.field[:5], second.field[:5]}:
            continue
        culprit, victim = pair.projects
        yield Diagnostic(
            RULE.id,
            f"{culprit}'s DVC remote is {victim}'s: {second.shown}",
            second.span,
            f"give each project its own prefix, such as '{second.shown.rstrip('/')}/{culprit}'",
            related=first.span,
            projects=pair.projects,
            subject=second.shown,
        )
