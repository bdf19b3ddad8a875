"""What the tests of one half left behind, read from the disk after they ended."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import yaml

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_mlops_ws.cli.demo.scratch import Half

_RUNS = """
    select runs.name, tags.value, experiments.name
    from runs join experiments using (experiment_id)
    join tags on tags.run_uuid = runs.run_uuid and tags.key = 'project'
    order by runs.start_time
"""


@dataclass(frozen=True)
class Run:
    """One run, as its tracking store has it.

    Attributes:
        name: the run's name.
        project: whose code made it: its tag ``project``.
        experiment: the experiment it is in; each project's is named like the project.
        store: the SQLite file.
    """

    name: str
    project: str
    experiment: str
    store: Path


@dataclass(frozen=True)
class Evidence:
    """What one half did and left behind.

    Attributes:
        root: the half's directory.
        tests: how many tests ran.
        failed: those that did not pass.
        seconds: the time each test took: set-up, call and tear-down.
        runs: every run that was logged.
        dropped: new files that git would take in, relative to the repository.
        rewritten: committed files that differ, relative to the repository.
        published: the data sets whose version is committed.
        lost: those of them that the storage no longer has.
    """

    root: Path
    tests: int
    failed: tuple[str, ...]
    seconds: tuple[float, ...]
    runs: tuple[Run, ...]
    dropped: tuple[str, ...]
    rewritten: tuple[str, ...]
    published: tuple[str, ...]
    lost: tuple[str, ...]

    @property
    def passed(self) -> int:
        """How many tests passed."""
        return self.tests - len(self.failed)

    @property
    def strays(self) -> tuple[Run, ...]:
        """The runs that are in another project's experiment."""
        return tuple(run for run in self.runs if run.experiment != run.project)

    @property
    def spotless(self) -> bool:
        """Whether all passed and nothing is where it should not be."""
        return not (self.failed or self.strays or self.dropped or self.rewritten or self.lost)


def look(half: Half) -> Evidence:
    """Look at what *half*'s tests left in its repository, its stores and its storage."""
    cases = list(ET.parse(half.report).getroot().iter("testcase"))  # noqa: S314 -- pytest's own
    stores = sorted({*half.tests.rglob("*.db"), *half.repo.rglob("*.db")})
    published = _published(half)
    return Evidence(
        root=half.root,
        tests=len(cases),
        failed=tuple(case.get("name", "") for case in cases if len(case)),
        seconds=tuple(float(case.get("time", 0)) for case in cases),
        runs=tuple(run for store in stores for run in _runs(store)),
        dropped=_paths(half.git("ls-files", "-z", "--others", "--exclude-standard")),
        rewritten=_paths(half.git("diff", "-z", "--name-only", "HEAD")),
        published=tuple(published),
        lost=tuple(name for name, stored in published.items() if not stored.is_file()),
    )


def _paths(listing: str) -> tuple[str, ...]:
    return tuple(path for path in listing.split("\0") if path)


def _runs(store: Path) -> list[Run]:
    with closing(sqlite3.connect(f"{store.as_uri()}?mode=ro", uri=True)) as connection:
        tables = {name for (name,) in connection.execute("select name from sqlite_master")}
        rows = connection.execute(_RUNS).fetchall() if "experiments" in tables else []
    return [Run(name, project, experiment, store) for name, project, experiment in rows]


def _published(half: Half) -> dict[str, Path]:
    """Return the storage's file of every data set whose ``.dvc`` file is committed."""
    found = {}
    for name in _paths(half.git("ls-tree", "-rz", "--name-only", "HEAD")):
        if name.endswith(".dvc"):
            (out,) = yaml.safe_load(half.git("show", f"HEAD:{name}"))["outs"]
            path = half.storage / "files" / "md5" / out["md5"][:2] / out["md5"][2:]
            found[name.removesuffix(".dvc")] = path
    return found
