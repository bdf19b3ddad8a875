"""WS603: a secret in a DVC configuration that git tracks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mlops_ws.checks.secrets import DVC_SECRETS, configured
from pytest_mlops_ws.checks.secrets.values import in_uri, is_placeholder
from pytest_mlops_ws.findings.rule import Rule
from pytest_mlops_ws.model.diagnostics import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_mlops_ws.checks.workspaces import Workspaces

_MANIFEST = {"mlops/workspace/fraud/workspace.yaml": "project_name: fraud\n"}
_STORAGE = """\
[core]
    remote = storage
['remote "storage"']
    url = ../../.remotes/fraud
['remote "archive"']
    url = ssh://archive.example.com/srv/dvc
"""

RULE = Rule(
    id="WS603",
    name="secret-in-dvc-config",
    title="a DVC configuration that git tracks holds a secret",
    why="""\
`.dvc/config` is in git, so that everybody has the same remotes. What only one person or machine may
know goes to `.dvc/config.local`, which DVC reads after it and git ignores: `dvc remote modify
--local`. No message shows the value.""",
    bad={**_MANIFEST, "mlops/workspace/fraud/.dvc/config": f"{_STORAGE}    password = hunter2\n"},
    good={**_MANIFEST, "mlops/workspace/fraud/.dvc/config": f"{_STORAGE}    ask_password = true\n"},
)


def check(workspaces: Workspaces) -> Iterator[Diagnostic]:
    """Yield each option whose value is a secret."""
    for repository, section, key, option in configured(workspaces):
        kind, _, name = section.partition(" ")
        where = f"{kind}.{name.strip()[1:-1]}" if name else kind
        if key in DVC_SECRETS and not is_placeholder(option.text):
            message = f"{where}.{key} holds a secret in plain text"
        elif shown := in_uri(option.text):
            message = f"{where}.{key} holds a secret: {shown}"
        else:
            continue
        directory = f" --cd '{repository.directory}'" if repository.directory else ""
        yield Diagnostic(
            RULE.id,
            message,
            option.span,
            f"revoke it: git keeps it. Then remove it here, and: dvc{directory} config --local"
            f" {where}.{key} <the next one>",
            projects=tuple(project.name for project in [repository.project] if project),
            subject=f"{where}.{key}",
        )
