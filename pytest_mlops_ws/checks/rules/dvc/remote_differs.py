"""WS403: manifest and DVC configuration name two remotes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mlops_ws.findings.rule import Rule
from pytest_mlops_ws.model.diagnostics import Diagnostic, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_mlops_ws.checks.dvc.differences import Difference
    from pytest_mlops_ws.checks.workspaces import Workspaces
    from pytest_mlops_ws.model.diagnostics import Fix

RULE = Rule(
    id="WS403",
    name="remote-differs",
    title="the default DVC remote is not the one that the manifest means",
    why="""\
DVC reads `.dvc/config` and nothing else: that is where `dvc push` goes. Everybody else reads the
manifest, where an absent `dvc_remote_path` means the workspace's own remote,
`<base>/.remotes/<project>`: people, other repositories' checks, whoever makes a backup. If the two
differ, one of them looks for the data where it is not.

A relative path in the manifest counts from the repository's root, one in the configuration from
`.dvc`. What `config.local` says is one machine's own, and not compared.""",
    bad={
        "mlops/workspace/churn/workspace.yaml": """\
project_name: churn
dvc_remote_path: s3://ml-data/churn
""",
        "mlops/workspace/churn/.dvc/config": """\
[core]
    remote = storage
['remote "storage"']
    url = s3://ml-data/churn-old
""",
        "mlops/workspace/fraud/workspace.yaml": "project_name: fraud\n",
        "mlops/workspace/fraud/.dvc/config": """\
[core]
    remote = storage
['remote "storage"']
    url = s3://ml-data/fraud
""",
        "mlops/workspace/scoring/workspace.yaml": """\
project_name: scoring
dvc_remote_path: s3://ml-data/scoring
""",
        "mlops/workspace/scoring/.dvc/config": "",
    },
    good={
        "mlops/workspace/churn/workspace.yaml": """\
project_name: churn
dvc_remote_path: s3://ml-data/churn
""",
        "mlops/workspace/churn/.dvc/config": """\
[core]
    remote = storage
['remote "storage"']
    url = s3://ml-data/churn
""",
        "mlops/workspace/fraud/workspace.yaml": """\
project_name: fraud
dvc_remote_path: s3://ml-data/fraud
""",
        "mlops/workspace/fraud/.dvc/config": """\
[core]
    remote = storage
['remote "storage"']
    url = s3://ml-data/fraud/
""",
        "mlops/workspace/scoring/workspace.yaml": "project_name: scoring\n",
        "mlops/workspace/scoring/.dvc/config": "",
    },
    fixable=True,
)


def check(workspaces: Workspaces) -> Iterator[Diagnostic]:
    """Yield each project of which manifest and configuration differ."""
    for found in workspaces.dvc.differences:
        project = found.project
        silent = project.declared("dvc_remote_path") is None
        said = f"{found.manifest.text}" if not silent else _shown(workspaces, found)
        if found.remote is not None:
            message = f"{project.name} pushes to {found.remote.place.text}, and its manifest"
            message += f" says nothing, which means {said}" if silent else f" says {said}"
            remedy = (
                f"write 'dvc_remote_path: {_written(workspaces, found)}', or 'dvc remote modify"
            )
            remedy += f" {found.remote.name} url'"
            span = found.remote.span
        else:
            missing = "it has no default remote"
            if found.default is not None:
                missing = f"its default remote {found.default!r} is not there"
            message = (
                f"{project.name}'s manifest says {said}, and {missing} in {found.repository.config}"
            )
            remedy = (
                f"dvc remote add --default {found.default or 'storage'} '{found.manifest.text}'"
            )
            span = Span(found.repository.config)
        yield Diagnostic(
            RULE.id,
            message,
            span,
            remedy,
            related=project.span("dvc_remote_path"),
            projects=(project.name,),
            subject="dvc_remote_path",
            fix=_fix(workspaces, found) if silent else None,
        )


def _shown(workspaces: Workspaces, found: Difference) -> str:
    place = found.manifest
    return workspaces.files.relative(place.path or "") or place.text


def _written(workspaces: Workspaces, found: Difference) -> str:
    """Return the remote as a manifest would name it."""
    if found.remote is None:
        return found.manifest.text
    place = found.remote.place
    return place.text if place.path is None else workspaces.files.relative(place.path) or place.path


def _fix(workspaces: Workspaces, found: Difference) -> Fix | None:
    """Say in the manifest what DVC does already: nothing else changes by that."""
    from pytest_mlops_ws.manifest.fixes import replacement

    if found.remote is None or found.remote.place.text != found.remote.text:
        return None  # a secret, or a chain of remotes, that is not to be spelled out elsewhere
    return replacement(found.project.reading, "dvc_remote_path", _written(workspaces, found))
