"""WS403: manifest and DVC configuration name two remotes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mlops_ws.findings.rule import Rule
from pytest_mlops_ws.ground.locations import hidden
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
        message, remedy = _told(workspaces, found)
        config = found.repository.config
        yield Diagnostic(
            RULE.id,
            message,
            Span(config) if found.remote is None else found.remote.span,
            remedy,
            related=found.project.span("dvc_remote_path"),
            projects=(found.project.name,),
            subject="dvc_remote_path",
            fix=_fix(workspaces, found),
        )


def _told(workspaces: Workspaces, found: Difference) -> tuple[str, str]:
    """Return message and remedy."""
    name, remote, said = found.project.name, found.remote, _shown(workspaces, found)
    if remote is None:
        default = found.default or "storage"
        why = f"its default remote {default!r} is not there" if found.default else "there is none"
        message = f"{name}'s default remote would be {said}, and {why} in {found.repository.config}"
        return message, f"dvc remote add --default {default} '{found.manifest.text}'"
    remedy = f"write 'dvc_remote_path: {_written(workspaces, found)}'"
    if _is_silent(found):
        message = f"its manifest says nothing, which means {said}"
    else:
        message = f"its manifest says {said}"
        remedy += f", or dvc remote modify {remote.name} url '{said}'"
    return f"{name} pushes to {remote.place.text}, and {message}", remedy


def _is_silent(found: Difference) -> bool:
    return found.project.declared("dvc_remote_path") is None


def _shown(workspaces: Workspaces, found: Difference) -> str:
    place = found.manifest
    derived = workspaces.files.relative(place.path or "") if _is_silent(found) else None
    return derived or place.text


def _written(workspaces: Workspaces, found: Difference) -> str:
    """Return the remote as a manifest would name it."""
    if found.remote is None:
        return found.manifest.text
    path = found.remote.place.path
    return hidden(found.remote.url) if path is None else workspaces.files.relative(path) or path


def _fix(workspaces: Workspaces, found: Difference) -> Fix | None:
    """Say in the manifest what DVC does already: nothing else changes by that."""
    from pytest_mlops_ws.manifest.fixes import replacement

    remote = found.remote
    if remote is None or not _is_silent(found) or hidden(remote.url) != remote.url:
        return None
    return replacement(found.project.reading, "dvc_remote_path", _written(workspaces, found))
