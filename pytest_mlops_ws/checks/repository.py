"""One repository judged, from its settings to what counts: what every door to the checks opens."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING

from pytest_mlops_ws.checks import rules
from pytest_mlops_ws.checks.files import Files
from pytest_mlops_ws.checks.run import check, manifests
from pytest_mlops_ws.checks.undecided import unset
from pytest_mlops_ws.findings.catalogue import catalogue
from pytest_mlops_ws.findings.context import reader
from pytest_mlops_ws.findings.outcome import Unchecked
from pytest_mlops_ws.findings.selection import Selection
from pytest_mlops_ws.findings.settle import Policy, settle
from pytest_mlops_ws.model.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pytest_mlops_ws.checks.claims import Claim
    from pytest_mlops_ws.checks.run import Checked
    from pytest_mlops_ws.checks.workspaces import Workspaces
    from pytest_mlops_ws.findings.allow import Entry
    from pytest_mlops_ws.findings.outcome import Outcome
    from pytest_mlops_ws.ground.listing import Listing
    from pytest_mlops_ws.settings.values import Settings

#: The rules about one manifest on its own: who asks for them alone need not know the repository.
OWN_FAMILIES = ("WS1", "WS2", "WS6")
#: The file of known findings, where nobody names one.
BASELINE = "mlops-ws.baseline.json"
#: What only a running test can show.
_AT_RUN_TIME = "WS7"

#: Every rule that a check knows.
RULES = catalogue(rules.catalogue)


class Judged(Record):
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

    def judge(
        self,
        paths: Sequence[str] = (),
        *,
        known: bool = True,
        overlay: Mapping[str, bytes] | None = None,
    ) -> Judged:
        """Judge the repository, or a part of it if that is all that is asked for.

        Args:
            paths: what will be reported, relative to the root; nothing means everything.
            known: whether what the baseline knows is excused.
            overlay: what these files would hold, by path.

        Raises:
            UsageError: a setting, or a file that it names, is wrong.
            EnvironmentFailedError: git could not list the files.
        """
        narrow = self.narrow(paths)
        texts = {**self._overlay, **(overlay or {})}
        files = Files(self.root, paths, overlay=texts) if narrow else self._listed(texts)
        checked = check(
            files,
            self._base,
            manifests(files.paths),
            selected=self.selection.selected,
            others={} if narrow else self._others,
        )
        # What is not asked for, or could not be compared, says nothing about an excuse.
        whole = not narrow and not any(unset(checked.workspaces))
        outcome = settle(
            checked.diagnostics,
            self._policy(files, known=known),
            marked=files.marked,
            unchecked=[*self._unchecked(checked, files, narrow=narrow)],
            judged=_judged if whole else None,
        )
        return Judged(outcome.within(tuple(paths)) if paths else outcome, checked, files)

    def compared(self) -> Workspaces:
        """Return the repository's projects, without asking any rule."""
        files = self._listed(self._overlay)
        names = manifests(files.paths)
        return check(files, self._base, names, selected=lambda _: False).workspaces

    @property
    def _base(self) -> str:
        return (self.settings.text("base") or "").strip("/")

    def _listed(self, texts: Mapping[str, bytes]) -> Files:
        found = self._listing
        untracked = found.untracked
        if texts:
            new = texts.keys() - {*found.tracked, *untracked}
            untracked = [*untracked, *sorted(new)]
        return Files(self.root, found.tracked, untracked, git=found.git, overlay=texts)

    @cached_property
    def _listing(self) -> Listing:
        """The files that count: listed once, however often they are judged."""
        from pytest_mlops_ws.ground.listing import listing

        found = listing(self.root, untracked=not self._tracked_only)
        patterns = self.settings.words("exclude")
        if not patterns:
            return found
        import re
        from fnmatch import translate

        # A directory's name excludes all that is in it.
        every = [form for each in patterns for form in (each.strip("/"), f"{each.strip('/')}/*")]
        excluded = re.compile("|".join(map(translate, every))).match
        return found._replace(
            tracked=[path for path in found.tracked if not excluded(path)],
            untracked=[path for path in found.untracked if not excluded(path)],
        )

    @cached_property
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

    def _unchecked(self, checked: Checked, files: Files, *, narrow: bool) -> Iterator[Unchecked]:
        unseen = {} if narrow else self._listing.unseen
        for path, reason in {**unseen, **files.unreadable}.items():
            yield Unchecked(path, reason)
        for reading in () if narrow else checked.workspaces.broken:
            yield Unchecked(reading.path, "its project was compared with no other")


def _judged(rule: str) -> bool:
    return not rule.startswith(_AT_RUN_TIME)
