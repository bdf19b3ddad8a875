"""What only a look afterwards finds: changes by shells, C code, and processes that go on.

The look costs nothing while no process was started and no library was given a store; then one walk
over the protected directories, once a session, and from then on one system call a test.
"""

from __future__ import annotations

import errno
import os
from functools import cache
from typing import TYPE_CHECKING

from pytest_mlops_ws.guard import remedies
from pytest_mlops_ws.guard.counters import stores
from pytest_mlops_ws.guard.crossing import Crossing
from pytest_mlops_ws.guard.strangers import is_used_by_a_stranger
from pytest_mlops_ws.guard.zones import TRACKING, harmless
from pytest_mlops_ws.model.record import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from pytest_mlops_ws.guard.counters import Counters
    from pytest_mlops_ws.guard.notifications import Notifications
    from pytest_mlops_ws.guard.provenance import Launch
    from pytest_mlops_ws.guard.watch import Subject, Watch
    from pytest_mlops_ws.guard.zones import Zone


#: Beside what is really written: if it is, that file says so itself.
_PASSING = (".lock", "-journal", "-shm")


#: Stands for the test, whoever's, whose doing the hook has seen since the last look.
_JUST_NOW = ""
#: Said once, as what is wrong with us: nobody can be charged with what is not known.
_LOST = "inotify has dropped changes, so not all were seen: sysctl fs.inotify.max_queued_events"


class _Reported:
    """What the hook has reported already, as it does where nothing is refused."""

    def __init__(self, crossings: Iterable[Crossing], touched: Iterable[str]) -> None:
        self._known = {(each.subject, each.test) for each in crossings if each.is_act}
        self._known |= {(each, _JUST_NOW) for each in touched}

    def has(self, shown: str, *tests: str) -> bool:
        """Tell whether one of *tests* has touched *shown*, or a directory it is in."""
        place = shown
        while place:
            if any((place, test) in self._known for test in tests):
                return True
            place = place.rpartition("/")[0]
        return False


class _Look(Record):
    """What one look at what has changed goes by."""

    subject: Subject
    launches: Sequence[Launch]
    reported: _Reported
    is_strange: Callable[[str], bool]


class Afterwards:
    """Hears of changes in what *watch* protects.

    Args:
        watch: whose zones are meant.
        counters: knows of databases that are written to and tell nobody.
        alone: whether no other worker runs tests of the same session.
    """

    def __init__(self, watch: Watch, counters: Counters, *, alone: bool) -> None:
        self._watch = watch
        self._counters = counters
        self._alone = alone
        self._notifications: Notifications | None = None
        self._armed = False
        self._foreign: set[str] = set()
        self._touched: set[str] = set()
        #: For each test that started processes, the first of them: some may go on.
        self._launched: dict[str, tuple[Subject, Launch]] = {}

    @property
    def hears(self) -> bool:
        """Tell whether it does."""
        return self._armed or bool(self._counters)

    def arm(self) -> None:
        """Hear of changes from now on."""
        if self._armed:
            return
        self._armed = True
        from pytest_mlops_ws.guard.notifications import Notifications

        try:
            self._notifications = Notifications()
        except OSError as error:
            # Then at least of stores it is known whether they have changed.
            self._counters.meet(stores(self._watch.territory))
            if error.errno != errno.ENOSYS:
                self._watch.fault(error)
            return
        for zone in list(self._watch.territory.zones.values()):
            self._listen(zone, self._notifications)
        if self._notifications.full:
            self._watch.faults.append(
                "inotify has no more watches: sysctl fs.inotify.max_user_watches"
            )

    @staticmethod
    def _listen(zone: Zone, notifications: Notifications) -> None:
        if zone.kind == "repository":
            notifications.add(zone.root, below=False)
            for name in (*TRACKING, ".dvc", ".git/refs"):
                notifications.add(f"{zone.root}/{name}")
            notifications.add(f"{zone.root}/.git", below=False)
        elif zone.kind in {"base", "workspace", "source", "user"}:
            if os.path.isfile(zone.root):  # noqa: PTH113 -- strings
                notifications.add(os.path.dirname(zone.root), below=False)  # noqa: PTH120 -- likewise
            else:
                notifications.add(zone.root)

    def forget(self) -> None:
        """Take what has changed up to now for somebody else's doing."""
        for path in [*self._counters.changed(), *(path for path, _ in self._notified())]:
            zone = self._watch.territory.zone_of(path)
            if zone is not None and not self._launched:
                self._foreign.add(zone.root)

    def look(self, subject: Subject, launches: Sequence[Launch]) -> list[Crossing]:
        """Return what has changed while *subject* ran and no hook of ours saw who did it."""
        if launches:
            self._launched.setdefault(subject.test, (subject, launches[0]))
        counted = dict.fromkeys(self._counters.changed(), "written")
        changes = counted | {
            path.removesuffix("-wal"): what
            for path, what in self._notified()
            if not path.endswith(_PASSING)
        }
        if not changes:
            return []
        # One look at all processes takes milliseconds, and a program may change thousands of files.
        look = _Look(subject, launches, self._reported(), cache(is_used_by_a_stranger))
        found = []
        for path, what in sorted(changes.items(), key=_depth):
            crossing = self._judge(look, path, what, is_counted=path in counted)
            if crossing is not None:
                found.append(crossing)
        return _once_a_zone(found)

    def _notified(self) -> list[tuple[str, str]]:
        if self._notifications is None:
            return []
        changes = self._notifications.changes()
        if self._notifications.has_lost and _LOST not in self._watch.faults:
            self._watch.faults.append(_LOST)
        return changes

    def _reported(self) -> _Reported:
        touched, self._watch.touched = self._watch.touched, set()
        # Of what a thread touches at this moment, the next look hears.
        earlier, self._touched = self._touched, touched
        return _Reported(self._watch.found, touched | earlier)

    def _judge(self, look: _Look, path: str, what: str, *, is_counted: bool) -> Crossing | None:
        subject, launches = look.subject, look.launches
        zone = self._watch.zone_for(subject, path)
        if zone is None or harmless(path, "write"):
            return None
        if zone.kind == "source" and zone.owner == subject.project:
            return None
        shown = self._watch.suite.relative(path)
        charged, launch = subject, launches[-1] if launches else None
        if launch is None and self._launched:
            charged, launch = next(reversed(self._launched.values()))
        # Of a store that is open the hook tells once; who else writes to it, is to be told, too.
        if look.reported.has(
            shown, *((subject.test,) if is_counted else (charged.test, _JUST_NOW))
        ):
            return None
        stranger = zone.root in self._foreign or look.is_strange(zone.root)
        line = launch.origin.line if launch and launch.origin else charged.line
        by = f" by `{_short(launch.command)}`" if launch else ""
        crossing = Crossing(
            "WS701",
            f"{charged.project or 'a test'} writes to {zone.title}: {shown} {what}{by}",
            line,
            test=charged.test,
            culprit=charged.project,
            victim=zone.owner,
            subject=shown,
            remedy=remedies.of("WS701", zone, charged.project, shown),
            # A worker beside this one saw the same change, and cannot know either.
            certain=self._alone,
            candidates=() if self._alone else (charged.test,),
        )
        if subject.allowances.permit(crossing.diagnostic):
            return None
        if stranger or (launch is None and self._stray(path)):
            return by_somebody(crossing)
        # The user's own is shared by all that the user does; whoever wrote may have gone.
        return by_somebody(crossing, (charged.test,)) if zone.kind == "user" else crossing

    def _stray(self, path: str) -> bool:
        """Tell whether no code of this process can have written *path*: a store may be C's."""
        return path not in self._counters and not path.endswith((".db", ".sqlite"))


def by_somebody(crossing: Crossing, candidates: tuple[str, ...] = ()) -> Crossing:
    """Return the finding about the same change, if nobody knows who made it."""
    title, _, what = crossing.message.partition(" writes to ")[2].partition(": ")
    return Crossing(
        "WS707",
        f"{title} has changed: {what}",
        crossing.line,
        victim=crossing.victim,
        subject=crossing.subject,
        remedy="run the candidates alone, with nothing else at work in the repository",
        certain=False,
        candidates=candidates,
    )


def merged(crossings: Iterable[Crossing]) -> list[Crossing]:
    """Return *crossings* with what several workers have seen said once, of all candidates.

    What only one test could have done is that test's, after all.
    """
    found: list[Crossing] = []
    groups: dict[str, list[Crossing]] = {}
    for each in crossings:
        if each.certain or each.rule == "WS707":
            found.append(each)
        else:
            groups.setdefault(each.subject, []).append(each)
    for group in groups.values():
        first, candidates = group[0], tuple(dict.fromkeys(each.test for each in group))
        if len(candidates) == 1:
            found.append(first._replace(certain=True, candidates=()))
            continue
        found.append(by_somebody(first, candidates))
    return found


def _depth(change: tuple[str, str]) -> tuple[int, str]:
    return change[0].count("/"), change[0]


def _once_a_zone(found: list[Crossing]) -> list[Crossing]:
    """Return the first crossing of each line into each zone: a tree that is copied is one."""
    first: dict[tuple[object, ...], Crossing] = {}
    count: dict[tuple[object, ...], int] = {}
    for each in found:
        key = (each.rule, each.test, each.line, each.message.partition(":")[0])
        first.setdefault(key, each)
        count[key] = count.get(key, 0) + 1
    return [
        each._replace(message=f"{each.message}, and {count[key] - 1} more")
        if count[key] > 1
        else each
        for key, each in first.items()
    ]


def _short(command: str, length: int = 60) -> str:
    words = " ".join(command.split())
    for shell in ("/bin/sh -c ", "/bin/bash -c "):
        words = words.removeprefix(shell)
    return words if len(words) <= length else f"{words[: length - 1]}…"
