"""Judging what a test does: is it somebody else's, is it allowed, is it refused or only noted."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from pytest_mlops_ws.ground.unwatched import unwatched
from pytest_mlops_ws.guard import operations, paths, remedies
from pytest_mlops_ws.guard.allowances import Allowances
from pytest_mlops_ws.guard.crossing import Crossing
from pytest_mlops_ws.guard.endpoints import meant
from pytest_mlops_ws.guard.provenance import Provenance
from pytest_mlops_ws.guard.refusal import refusal
from pytest_mlops_ws.guard.zones import Zone, belongs, harmless
from pytest_mlops_ws.model.record import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pytest_mlops_ws.guard.attribution import Line, Suite
    from pytest_mlops_ws.guard.endpoints import Endpoint
    from pytest_mlops_ws.guard.hook import Judge
    from pytest_mlops_ws.guard.operations import Touch
    from pytest_mlops_ws.guard.zones import Territory

#: Connections are judged by name, when it is looked up, and by number, when it is connected to.
_NETWORK = frozenset({"socket.connect", "socket.getaddrinfo", "socket.gethostbyname"})

#: Their first argument is all that is touched.
_OF_ONE_PATH = frozenset({"os.mkdir", "os.remove", "os.rmdir", "os.utime", "os.chmod"})


class Subject(Record):
    """The test that is running.

    Attributes:
        test: its node id.
        line: where it stands.
        project: whose it is; empty if nobody's.
        own: the directories it may do in what it likes.
        allowances: what is declared to be shared.
    """

    test: str
    line: Line
    project: str
    own: list[str]
    allowances: Allowances = Allowances()

    def owns(self, path: str) -> bool:
        """Tell whether the test may do with *path* what it likes."""
        return any(
            path.startswith(own) and (len(path) == len(own) or path[len(own)] == "/")
            for own in self.own
        )


class Watch:
    """Sees what the process does while a test runs.

    Attributes:
        found: the crossings, each once.
        touched: what crossings that were not refused have changed; whoever has looked empties it.
        outside: the first host elsewhere that each test meant to reach, allowed or not.
        subject: the test that is running, if one that is watched is.
        provenance: who set what.
        refuses: whether a crossing is stopped.
        on_launch: is told before a process is started, for whom and on which line.
        on_native: is told when a library is given a store that it may write to unseen.
    """

    def __init__(
        self,
        territory: Territory,
        suite: Suite,
        *,
        refuses: bool,
        endpoints: Callable[[], Sequence[Endpoint]] = tuple,
        entered: Callable[[], tuple[str, str] | None] = lambda: None,
    ) -> None:
        self.territory = territory
        self.suite = suite
        self.refuses = refuses
        self.provenance = Provenance(suite)
        self.found: list[Crossing] = []
        self.faults: list[str] = []
        self.outside: dict[str, str] = {}
        self.subject: Subject | None = None
        self.subjects: dict[str, Subject] = {}
        self.on_launch: Callable[[Subject, Line], None] | None = None
        self.on_native: Callable[[], None] | None = None
        self.report: Callable[[Crossing], None] = self.found.append
        self._endpoints = endpoints
        self._entered = entered
        self.touched: set[str] = set()
        self._seen: dict[tuple[object, ...], int] = {}
        self._start = _here()
        #: Who is asked of each audit event that is looked at.
        self.judges: Mapping[str, Judge] = {
            **dict.fromkeys(operations.FILES, self._judge_files),
            **dict.fromkeys(_OF_ONE_PATH, self._judge_one_path),
            "open": self._judge_open,
            **dict.fromkeys(_NETWORK, self._judge_address),
            **dict.fromkeys(Provenance.EVENTS, self._note),
        }

    def begin(self, subject: Subject) -> None:
        """Charge what happens from now on to *subject*."""
        paths.forget()
        for own in subject.own:
            # A shared workspace has been others' before: links may be in it.
            if not os.path.lexists(own):
                paths.trust(own)
        self.subject = self.subjects[subject.test] = subject

    def give(self, place: str) -> None:
        """Let the test that is running do what it likes below *place*, which does not exist yet."""
        if self.subject is not None:
            self.subject.own.append(place)
            paths.trust(place)

    def fault(self, error: BaseException) -> None:
        """Keep a failure of our own for the end, once."""
        text = f"{type(error).__name__}: {error}"
        if text not in self.faults:
            self.faults.append(text)

    def _note(self, event: str, args: tuple[Any, ...]) -> None:
        charged = self._charged()
        self.provenance.note(event, args, charged.test if charged else "")
        if event in Provenance.LAUNCHES:
            paths.forget()
            if self.on_launch is not None and charged is not None:
                self.on_launch(charged, self.line_of(charged))

    def _judge_open(self, event: str, args: tuple[Any, ...]) -> BaseException | None:
        path = args[0]
        # A descriptor was judged when it was opened; a library's module is nobody's.
        if type(path) is int or operations.is_of_a_library(path, args[2]):
            return None
        return self._judge_one_path(event, args)

    def _judge_one_path(self, event: str, args: tuple[Any, ...]) -> BaseException | None:
        path = args[0]
        # What most tests do most: a file of their own workspace.
        if type(path) is str and paths.is_trusted(path) and self._is_at_home():
            return None
        return self._judge_files(event, args)

    def _is_at_home(self) -> bool:
        """Tell whether the running test itself acts, and for itself: its own is its own."""
        return self._entered() is None and self._charged() is self.subject

    def _judge_files(self, event: str, args: tuple[Any, ...]) -> BaseException | None:
        subject = self._charged()
        if subject is None:
            return None
        for touch in operations.FILES[event](args):
            refused = self._judge_path(subject, touch, database=event == "sqlite3.connect")
            if refused is not None:
                return refused
        return None

    def _charged(self) -> Subject | None:
        """Return who is to be charged: a thread is its starter's, however long that is gone."""
        origin = self.provenance.of_thread()
        if origin is not None and origin.test:
            starter = self.subjects.get(origin.test)
            if starter is not None and starter is not self.subject:
                return starter._replace(own=[])
        return self.subject

    def _judge_path(
        self, subject: Subject, touch: Touch, *, database: bool
    ) -> BaseException | None:
        zone = self.zone_for(subject, touch.path)
        if zone is None and touch.whole and not subject.owns(touch.path):
            zone = self.territory.held_by(touch.path, subject.project)
        if zone is None or (touch.verb == "read" and not zone.reads):
            return None
        if harmless(touch.path, touch.verb) or touch.is_vain:
            return None
        if touch.verb == "read" and not os.path.isfile(touch.path):  # noqa: PTH113 -- a child loads this
            return None  # of a directory it learns names; of what is not there, that it is not
        # Its own code is the project's to write; its own data is its tests' to read.
        free = zone.kind == "source" or (touch.verb == "read" and not database)
        if free and zone.owner and zone.owner == subject.project:
            return None
        rule = "WS703" if database else "WS702" if touch.verb == "read" else "WS701"
        shown = self.suite.relative(touch.path)
        return self._cross(subject, rule, f"{shown} {touch.what}", shown, zone)

    def zone_for(self, subject: Subject, path: str) -> Zone | None:
        """Return the zone *path* is in, unless it is the test's own."""
        return self._neighbour(path) if subject.owns(path) else self.territory.zone_of(path)

    def _neighbour(self, path: str) -> Zone | None:
        """Return the workspace *path* is in, if the test has entered another one of its own."""
        entered = self._entered()
        if entered is None:
            return None
        zone = self.territory.zone_of(path)
        if zone is None or zone.kind != "scratch" or belongs(path, entered[1]):
            return None
        return zone._replace(title=f"the workspace of {zone.owner}, while {entered[0]} is active")

    def _judge_address(self, event: str, args: tuple[Any, ...]) -> BaseException | None:
        subject = self._charged()
        if subject is None:
            return None
        address = args[1] if event == "socket.connect" else (*args[:2], None)
        found = meant(self._endpoints(), address)
        if found is None:
            host = address[0] if isinstance(address, tuple) else None
            if isinstance(host, str) and not _is_here(host):
                self.outside.setdefault(subject.test, host)
            return None
        zone = Zone(found.host, "user", found.owner, found.title)
        touched = found.title.rpartition(" ")[2]
        return self._cross(subject, "WS703", f"{address[0]} connected to", touched, zone)

    def refuses_database(self, address: str | None) -> bool:
        """Tell whether the database *address* must not be opened; no event asks of ``ATTACH``."""
        return self.judge_safely("sqlite3.connect", (address,)) is not None

    def judge_safely(self, event: str, args: tuple[Any, ...]) -> BaseException | None:
        """Judge as the hook does, of what it is not told: a failure of ours lets all go on."""
        try:
            with unwatched:
                return self.judges[event](event, args)
        except Exception as error:  # noqa: BLE001 -- as in the hook
            self.fault(error)
            return None

    def _cross(
        self, subject: Subject, rule: str, what: str, touched: str, zone: Zone
    ) -> BaseException | None:
        culprit = subject.project or "a test"
        verb = {"WS701": "writes to", "WS702": "reads", "WS703": "connects to"}[rule]
        crossing = Crossing(
            rule,
            f"{culprit} {verb} {zone.title}: {what}",
            self.line_of(subject),
            test=subject.test,
            culprit=subject.project,
            victim=zone.owner,
            subject=touched,
            remedy=remedies.of(rule, zone, subject.project, touched),
            refused=self.refuses,
            poison=self._poison(subject, touched),
        )
        if subject.allowances.permit(crossing.diagnostic):
            return None
        if not self.refuses:
            self.touched.add(touched)
        times = self._seen.get(crossing.key, 0)
        self._seen[crossing.key] = times + 1
        if not times:
            self.report(crossing)
        return refusal(crossing, again=times > 0) if self.refuses else None

    def line_of(self, subject: Subject) -> Line:
        """Return the suite's line that is running; of a library's thread, the one that began it."""
        origin = self.provenance.of_thread()
        return self.suite.line() or (origin.line if origin else subject.line)

    def _poison(self, subject: Subject, touched: str) -> Line | None:
        """Return the earlier line that led here: a variable that names the place, or a `chdir`."""
        whole = os.path.join(self.suite.tops[0], touched)  # noqa: PTH118 -- a child loads this
        for name, origin in self.provenance.variables.items():
            value = os.environ.get(name, "")
            if origin.test != subject.test and value and (touched in value or whole in value):
                return origin.line
        moved = self.provenance.directory
        if moved is not None and moved.test != subject.test and self._from_here(whole):
            return moved.line
        return None

    def _from_here(self, path: str) -> bool:
        """Tell whether *path* is below where somebody went; to where pytest began, nobody did."""
        here = _here()
        return here not in {"", self._start} and path.startswith(f"{here}/")


def _here() -> str:
    try:
        return os.getcwd()  # noqa: PTH109 -- a child loads this
    except FileNotFoundError:
        return ""


def _is_here(host: str) -> bool:
    return host in {"", "localhost", "::1", "0.0.0.0"} or host.startswith("127.")  # noqa: S104 -- compared, not bound
