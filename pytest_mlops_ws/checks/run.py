"""The check flow: from a repository's files to everything that is wrong in it.

Every stage yields diagnostics and goes on; a manifest that cannot be read is one finding among
the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mlops_ws.checks import rules
from pytest_mlops_ws.checks.occasions import GIVEN
from pytest_mlops_ws.checks.workspaces import Workspaces
from pytest_mlops_ws.manifest.reading import read
from pytest_mlops_ws.model.record import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pytest_mlops_ws.checks.claims import Claim
    from pytest_mlops_ws.checks.files import Files
    from pytest_mlops_ws.manifest.reading import Reading
    from pytest_mlops_ws.model.diagnostics import Diagnostic

#: What a manifest may be called. The loader reads the first; who wrote the second hears of it.
MANIFESTS = ("workspace.yaml", "workspace.yml")


class Checked(Record):
    """What a check found, before anything is excused.

    Attributes:
        diagnostics: sorted by place and rule.
        workspaces: what was compared.
        readings: every manifest that is one of ours, good and bad.
        foreign: the files of that name that are another tool's, and were left alone.
    """

    diagnostics: tuple[Diagnostic, ...]
    workspaces: Workspaces
    readings: tuple[Reading, ...]
    foreign: tuple[Reading, ...] = ()


def manifests(paths: Iterable[str]) -> list[str]:
    """Return those of *paths* that are called like a manifest, sorted."""
    return sorted(
        path for path in paths if path.endswith(MANIFESTS) and path.rpartition("/")[2] in MANIFESTS
    )


def check(
    files: Files,
    base: str,
    names: Iterable[str],
    *,
    selected: Callable[[str], bool],
    others: dict[str, list[Claim]] | None = None,
) -> Checked:
    """Judge manifests on their own and all projects against each other.

    Args:
        files: the repository's files.
        base: the setting: where workspaces go, relative to the repository's root.
        names: the manifests.
        selected: whether a rule, by its id, is asked for.
        others: what other repositories claim.
    """
    every = tuple(_read(files, base, names))
    readings = tuple(reading for reading in every if reading.foreign is None)
    workspaces = Workspaces(files, base, readings, others)
    found = [fault for reading in readings for fault in reading.diagnostics if selected(fault.rule)]
    for occasion, given in GIVEN.items():
        if given(workspaces):
            for module in rules.modules(occasion):
                if selected(module.RULE.id):
                    found += module.check(workspaces)
    found.sort(key=lambda fault: (fault.span.path, fault.span.line, fault.span.column, fault.rule))
    foreign = tuple(reading for reading in every if reading.foreign is not None)
    return Checked(tuple(found), workspaces, readings, foreign)


def _read(files: Files, base: str, names: Iterable[str]) -> Iterator[Reading]:
    for name in names:
        content = files.read(name)
        if content is not None:
            reading = read(content, name)
            if reading.values is None and f"/{base}/" not in f"/{name}":
                from pytest_mlops_ws.manifest.foreign import is_strangers

                if reading.foreign is None and is_strangers(reading.document, content):
                    reading.foreign = "another program"
            yield reading
