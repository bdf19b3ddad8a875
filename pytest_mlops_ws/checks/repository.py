"""One repository judged, from its settings to what counts: what every door to the checks opens."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from pytest_mlops_ws.checks import rules
from pytest_mlops_ws.checks.files import Files
from pytest_mlops_ws.checks.run import check, manifests
from pytest_mlops_ws.findings.catalogue import catalogue
from pytest_mlops_ws.findings.context import reader
from pytest_mlops_ws.findings.outcome import Unchecked
from pytest_mlops_ws.findings.selection import Selection
from pytest_mlops_ws.findings.settle import Policy, settle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from pytest_mlops_ws.checks.claims import Claim
    from pytest_mlops_ws.checks.run import Checked
    from pytest_mlops_ws.checks.workspaces import Workspaces
    from pytest_mlops_ws.findings.allow import Entry
    from pytest_mlops_ws.findings.outcome import Outcome
    from pytest_mlops_ws.settings import Settings

#: The rules about one manifest on its own: who asks for them alone need not know the repository.
OWN_FAMILIES = ("WS1", "WS2", "WS6")
#: The file of known findings, where nobody names one.
BASELINE = "mlops-ws.baseline.json"
#: What only a running test can show.
_AT_RUN_TIME = "WS7"

#: Every rule that a check knows.
RULES = catalogue(rules.catalogue)


class Judged(NamedTuple):
    """A repository, judged.

    Attributes:
        outcome: what was found in all of it.
        checked: what it was found in.
        files: the files that were read.
    """

    outcome: Outcome
    checked: Checked
    files: Files


class Repository:
    """A repository that is to be judged.

    Attributes:
        root: its real path.
        settings: what it, the environment and the command line say.
    """

    def __init__(
        self,
        root: str,
        settings: Settings,
        *,
        overlay: Mapping[str, bytes] | None = None,
        tracked_only: bool = False,
    ) -> None:
        """Take a repository.

        Args:
            root: its real path.
            settings: every option's value.
            overlay: what an editor has not saved yet, by path relative to *root*.
            tracked_only: leave out what git does not know yet.
        """
        self.root = root
        self.settings = settings
        self._overlay = overlay or {}
        self._tracked_only = tracked_only
        self.selection = Selection.of(settings, RULES)

    @property
    def baseline(self) -> str | None:
        """The file of known findings: the one that is set, or the usual one if it is there."""
        chosen = self.settings.text("baseline")
        if chosen is None and os.path.exists(f"{self.root}{os.sep}{BASELINE}"):  # noqa: PTH110 -- no pathlib in a hook
            return BASELINE
        return chosen

    def narrow(self, paths: Sequence[str]) -> bool:
        """Tell whether *paths* are manifests, and only rules about single ones are asked for."""
        if not paths or len(manifests(paths)) < len(paths):
            return False
        selects = [said["select"] for said in self.settings.layers() if "select" in said]
        words = " ".join(selects[-1].value).replace(",", " ").split() if selects else ()  # type: ignore[arg-type]  # words are words
        return bool(words) and all(word.startswith(OWN_FAMILIES) for word in words)

    def judge(self, paths: Sequence[str] = (), *, known: bool = True) -> Judged:
        """Judge the repository, or a part of it if that is all that is asked for.

        Args:
            paths: what will be reported, relative to the root; nothing means everything.
            known: whether what the baseline knows is excused.

        Raises:
            UsageError: a setting, or a file that it names, is wrong.
            EnvironmentFailedError: git could not list the files.
        """
        narrow = self.narrow(paths)
        limit = None
        if narrow:
            files = Files(self.root, paths, overlay=self._overlay)
            others: dict[str, list[Claim]] = {}
        else:
            files, limit = self._listed()
            others = self._others()
        checked = check(
            files,
            self._base,
            manifests(files.paths),
            selected=self.selection.selected,
            others=others,
        )
        outcome = settle(
            checked.diagnostics,
            self._policy(files, known=known),
            marked=files.marked,
            unchecked=[*self._unchecked(checked, files, limit)],
            judged=None if narrow else _judged,
        )
        if paths and not narrow:
            outcome = outcome.within(tuple(paths))
        return Judged(outcome, checked, files)

    def compared(self) -> Workspaces:
        """Return the repository's projects, without asking any rule."""
        files, _ = self._listed()
        names = manifests(files.paths)
        return check(files, self._base, names, selected=lambda _: False).workspaces

    @property
    def _base(self) -> str:
        return (self.settings.text("base") or "").strip("/")

    def _listed(self) -> tuple[Files, str | None]:
        from pytest_mlops_ws.ground.listing import listing

        found = listing(self.root)
        tracked, untracked = found.tracked, [] if self._tracked_only else found.untracked
        new = self._overlay.keys() - {*tracked, *untracked} if self._overlay else ()
        keep = self._included()
        if keep is not None:
            tracked, untracked = [*filter(keep, tracked)], [*filter(keep, untracked)]
        files = Files(self.root, tracked, [*untracked, *new], git=found.git, overlay=self._overlay)
        return files, found.limit

    def _included(self) -> Callable[[str], bool] | None:
        """Return what tells the files that count; None if all do."""
        patterns = self.settings.words("exclude")
        if not patterns:
            return None
        import re
        from fnmatch import translate

        # A directory's name excludes all that is in it.
        every = [each for pattern in patterns for each in _with_contents(pattern.strip("/"))]
        excluded = re.compile("|".join(map(translate, every))).match
        return lambda path: excluded(path) is None

    def _others(self) -> dict[str, list[Claim]]:
        names = self.settings.words("claims")
        if not names:
            return {}
        from pytest_mlops_ws.checks import published

        files = [published.load(name, self.root) for name in names]
        return published.merged(files, published.label(self.root, self.settings))

    def _policy(self, files: Files, *, known: bool) -> Policy:
        table, path = self.settings.table("allow"), self.baseline if known else None
        entries: tuple[Entry, ...] = ()
        baseline = None
        if table is not None:
            from pytest_mlops_ws.findings.allow import entries as read

            entries = read(table, RULES, root=self.root)
        if path is not None:
            from pytest_mlops_ws.findings.baseline import load

            baseline = load(path, self.root)
        return Policy(RULES, self.selection, entries, baseline, reader(files.root))

    def _unchecked(self, checked: Checked, files: Files, limit: str | None) -> Iterator[Unchecked]:
        if limit is not None:
            yield Unchecked("", limit)
        for path, reason in files.unreadable.items():
            yield Unchecked(path, reason)
        for reading in checked.workspaces.broken:
            yield Unchecked(reading.path, "its project was compared with no other")


def _judged(rule: str) -> bool:
    return not rule.startswith(_AT_RUN_TIME)


def _with_contents(pattern: str) -> tuple[str, str]:
    return pattern, f"{pattern}/*"
