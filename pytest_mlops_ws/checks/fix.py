"""``--fix``: what says how it is safely mended is mended, and nothing else is changed.

First everything is tried on texts in memory and judged again, round after round, until no safe fix
is left: a change counts only if its finding is gone, no other one has come, and no key of the
manifest says anything else. Only then are files written, each whole or not at all, and none that
somebody has changed meanwhile.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from pytest_mlops_ws.checks.run import MANIFESTS
from pytest_mlops_ws.checks.writing import Change, read_alone
from pytest_mlops_ws.manifest.reading import read
from pytest_mlops_ws.model.record import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from pytest_mlops_ws.model.diagnostics import Diagnostic, Edit

    #: What counts if these files held this.
    Judge = Callable[[Mapping[str, bytes]], Sequence[Diagnostic]]

#: More rounds than fixes build on one another; and how often a change may turn out not to be one.
MAX_ROUNDS = 50


class Left(Record):
    """A finding with a safe fix that is not made.

    Attributes:
        finding: the finding.
        reason: why, as a clause.
    """

    finding: Diagnostic
    reason: str


class Mended(Record):
    """What ``--fix`` does.

    Attributes:
        changes: what is to be written, sorted by path.
        fixed: the findings that are gone then.
        left: the findings that could have been mended, and are not.
        suggestions: the findings whose fix is for people to decide.
    """

    changes: tuple[Change, ...]
    fixed: tuple[Diagnostic, ...]
    left: tuple[Left, ...]
    suggestions: tuple[Diagnostic, ...]


def mend(root: str, judge: Judge) -> Mended:
    """Work out every safe fix; nothing is written.

    Args:
        root: the repository's real path.
        judge: returns what is found, less what is excused, if some files held something else.
    """
    return _Mending(root, judge).run()


class _Mending:
    def __init__(self, root: str, judge: Judge) -> None:
        self._root = root
        self._judge = judge
        self._before: dict[str, bytes] = {}
        self._now: dict[str, bytes] = {}
        self._fixed: list[Diagnostic] = []
        #: Why a file, or a finding, is let alone; and the files whose fixes are tried one by one.
        self._closed: dict[str, str] = {}
        self._given_up: dict[_Identity, str] = {}
        self._singly: set[str] = set()

    def run(self) -> Mended:
        found = self._judge({})
        for _ in range(MAX_ROUNDS):
            if self._open(found):
                # The places of what is found must be those of the texts that are changed.
                found = self._judge(self._now)
            batch = self._batch(found)
            if not batch:
                break
            found = self._try(batch, found)
        safe = [fault for fault in found if fault.fix is not None and fault.fix.safe]
        changes = (
            Change(path, before, self._now[path])
            for path, before in sorted(self._before.items())
            if before != self._now[path]
        )
        return Mended(
            tuple(changes),
            tuple(self._fixed),
            tuple(Left(fault, self._reason(fault)) for fault in safe),
            tuple(fault for fault in found if fault.fix is not None and not fault.fix.safe),
        )

    def _open(self, found: Iterable[Diagnostic]) -> bool:
        """Read the files that are to be changed; tell whether there was a new one."""
        number = len(self._before)
        for fault in found:
            fix = fault.fix
            if fix is None or not fix.safe or fix.path in self._before or fix.path in self._closed:
                continue
            content, reason = read_alone(self._root, fix.path)
            if reason:
                self._closed[fix.path] = reason
            else:
                self._before[fix.path] = self._now[fix.path] = content
        return len(self._before) > number

    def _batch(self, found: Iterable[Diagnostic]) -> dict[str, list[Diagnostic]]:
        """Return the fixes that can be made together, by file."""
        batch: dict[str, list[Diagnostic]] = {}
        for fault in found:
            fix = fault.fix
            if fix is None or not fix.safe or fix.path not in self._now:
                continue
            if _identity(fault) in self._given_up:
                continue
            others = batch.get(fix.path, [])
            taken = [edit for other in others if other.fix for edit in other.fix.edits]
            if (others and fix.path in self._singly) or _overlap(fix.edits, taken):
                continue
            batch.setdefault(fix.path, []).append(fault)
        return batch

    def _try(
        self, batch: dict[str, list[Diagnostic]], found: Sequence[Diagnostic]
    ) -> Sequence[Diagnostic]:
        """Make the fixes of *batch* if all goes well; return what is found then."""
        edits = {
            path: [edit for fault in faults if fault.fix for edit in fault.fix.edits]
            for path, faults in batch.items()
        }
        changed = {path: edited(self._now[path], edits[path]) for path in batch}
        after = self._judge({**self._now, **changed})
        wrong = _unexpected(found, after, batch, self._now)
        for path, content in changed.items():
            if path not in wrong and not _says_the_same(
                self._now[path], content, edits[path], path
            ):
                wrong[path] = "another key would say something else"
        if not wrong:
            self._now.update(changed)
            self._fixed += [fault for faults in batch.values() for fault in faults]
            return after
        for path, reason in wrong.items():
            if len(batch[path]) > 1:
                self._singly.add(path)
            else:
                self._given_up[_identity(batch[path][0])] = reason
        return found

    def _reason(self, fault: Diagnostic) -> str:
        path = fault.fix.path if fault.fix else ""
        return (
            self._closed.get(path)
            or self._given_up.get(_identity(fault))
            or "it conflicts with another fix"
        )


_BOM = b"\xef\xbb\xbf"


def edited(content: bytes, edits: Iterable[Edit]) -> bytes:
    """Return *content* with *edits* made; its byte order mark and its line ends stay."""
    bom = _BOM if content.startswith(_BOM) else b""
    text = content[len(bom) :].decode()
    for edit in sorted(edits, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return bom + text.encode()


def _unexpected(
    found: Iterable[Diagnostic],
    after: Iterable[Diagnostic],
    batch: Mapping[str, list[Diagnostic]],
    now: Mapping[str, bytes],
) -> dict[str, str]:
    """Return the files whose change does not do what it should, and why."""
    old, new = Counter(map(_identity, found)), Counter(map(_identity, after))
    wrong = {
        path: f"{fault.rule} would still be there"
        for path, faults in batch.items()
        for fault in faults
        if new[_identity(fault)] >= old[_identity(fault)]
    }
    for fault in after:
        if new[_identity(fault)] <= old[_identity(fault)]:
            continue
        places = {fault.span.path, fault.related.path if fault.related else ""}
        for path in places & batch.keys() or batch:
            # What could not be read before may say anything now.
            if not _was_unreadable(path, now[path]):
                wrong.setdefault(path, f"there would be a new finding: {fault.rule}")
    return wrong


def _says_the_same(before: bytes, after: bytes, edits: Sequence[Edit], path: str) -> bool:
    """Tell whether a manifest's keys that no edit touches have the values they had."""
    if path.rpartition("/")[2] not in MANIFESTS:
        return True
    old, new = read(before, path), read(after, path)
    if old.values is None or new.values is None:
        return new.values is not None
    touched = set(_touched(before, edits, path))
    changed = {
        key
        for key in {*old.values, *new.values}
        if repr(old.values.get(key, ...)) != repr(new.values.get(key, ...))
    }
    return changed <= touched


def _touched(content: bytes, edits: Sequence[Edit], path: str) -> Iterator[str]:
    """Yield the topmost keys whose text an edit changes, or brings."""
    document = read(content, path).document
    keys = [key for key, _ in getattr(document.root, "entries", ())]
    ends = [*(key.start.index for key in keys[1:]), len(document.text) + 1]
    for edit in edits:
        for key, end in zip(keys, ends, strict=True):
            if edit.start < end and max(edit.end, edit.start + 1) > key.start.index:
                yield key.text
        if edit.start == edit.end:
            yield edit.text.lstrip().partition(":")[0]


def _was_unreadable(path: str, content: bytes) -> bool:
    return path.rpartition("/")[2] in MANIFESTS and read(content, path).values is None


_Identity = tuple[str, str, str, tuple[str, ...]]


def _identity(fault: Diagnostic) -> _Identity:
    return fault.rule, fault.span.path, fault.subject or fault.message, fault.projects


def _overlap(edits: Iterable[Edit], taken: Sequence[Edit]) -> bool:
    return any(
        (edit.start < other.end and other.start < edit.end) or edit[:2] == other[:2]
        for edit in edits
        for other in taken
    )
