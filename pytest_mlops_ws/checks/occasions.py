"""When the rules of a package have something to look at: asked before they are imported."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from pytest_mlops_ws.checks import links, places, secrets, undecided
from pytest_mlops_ws.checks.tracked import tool_data

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pytest_mlops_ws.checks.workspaces import Workspaces


def _never(_workspaces: Workspaces) -> bool:
    """What the reader of manifests reports needs no rule: its modules only tell about it."""
    return False


def _manifest_is_odd(workspaces: Workspaces) -> bool:
    if workspaces.beside or any(map(workspaces.declaring, ("root_path", "bentoml_tag_prefix"))):
        return True
    return any(
        project.path.endswith(".yml")
        or project.directory.rpartition("/")[2] not in {"", project.name}
        for project in workspaces.projects
    )


def _place_is_on_a_disk(workspaces: Workspaces) -> bool:
    return any(places.local(workspaces))


def _directory_is_amiss(workspaces: Workspaces) -> bool:
    if not any(map(workspaces.declaring, ("source_paths", "dvc_repo_path"))):
        return False
    from pytest_mlops_ws.checks import directories  # most manifests name none

    return any(
        next(found, None)
        for found in (
            directories.missing(workspaces),
            directories.outside(workspaces),
            directories.shared(workspaces),
        )
    )


def _two_meet(workspaces: Workspaces) -> bool:
    if workspaces.claims.meet():
        return True
    if not _place_is_on_a_disk(workspaces):
        return False
    from pytest_mlops_ws.checks.trespasses import trespasses

    keys = ("mlflow_tracking_uri", "mlflow_registry_uri", "mlflow_artifact_location")
    return any(trespasses(workspaces, *keys))


def _linked(workspaces: Workspaces) -> bool:
    return bool(workspaces.links.links or workspaces.links.twins) or any(links.nested(workspaces))


def _something_undecided(workspaces: Workspaces) -> bool:
    return any(undecided.unset(workspaces)) or bool(undecided.unowned(workspaces))


def _secret_suspected(workspaces: Workspaces) -> bool:
    return any(secrets.suspects(workspaces)) or any(secrets.configured(workspaces))


def _dvc_speaks(workspaces: Workspaces) -> bool:
    return workspaces.dvc.speaks()


def _code_says_something(workspaces: Workspaces) -> bool:
    return bool(workspaces.sources.mentions or workspaces.sources.unparsable)


def _tool_data_tracked(workspaces: Workspaces) -> bool:
    return bool(tool_data(workspaces))


#: For each package of `pytest_mlops_ws.checks.rules`, whether it has to be asked.
GIVEN: Mapping[str, Callable[[Workspaces], bool]] = MappingProxyType(
    {
        "reading": _never,
        "manifests": _manifest_is_odd,
        "paths": _place_is_on_a_disk,
        "directories": _directory_is_amiss,
        "meetings": _two_meet,
        "links": _linked,
        "undecided": _something_undecided,
        "secrets": _secret_suspected,
        "dvc": _dvc_speaks,
        "sources": _code_says_something,
        "repository": _tool_data_tracked,
    }
)
